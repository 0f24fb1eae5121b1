package compute

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// By when nodes expire is told where all of them do: as an instant where nodes were
// read, as an age where all pools have the same, and else as a range.
func TestWhenNodesExpireAtTheLatest(t *testing.T) {
	auto := knowledge(t).Offering("eks-auto-mode")
	age := func(days int) contract.Age {
		return contract.NodeAge(contract.ExpiresAfter(time.Duration(days)*24*time.Hour), contract.ExpireAfter{}, auto.Contract)
	}
	never := contract.NodeAge(contract.NeverExpires, contract.ExpireAfter{}, nil)
	due := time.Date(2026, time.November, 22, 6, 30, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		ages    []contract.Age
		soonest time.Time
		want    string
	}{
		"nothing is known": {},
		"one age":          {ages: []contract.Age{age(7)}, want: "; at the latest when a node is 7 days old"},
		"the same twice":   {ages: []contract.Age{age(7), age(7)}, want: "; at the latest when a node is 7 days old"},
		"two, the shorter first": {ages: []contract.Age{age(7), age(14)},
			want: "; at the latest when a node is 7 days to 14 days old, depending on its pool"},
		"three, the shorter last": {ages: []contract.Age{age(14), age(10), age(7)},
			want: "; at the latest when a node is 7 days to 14 days old, depending on its pool"},
		"one that is cut": {ages: []contract.Age{age(60)},
			want: "; at the latest when a node is 21 days old, the maximum on " + auto.Title},
		"one that never expires": {ages: []contract.Age{age(7), never}},
		"one that is not known":  {ages: []contract.Age{{}, age(7)}},
		"a node that was read":   {soonest: due, want: "; at the latest Sun 2026-11-22 06:30 UTC, when node n expires"},
		"a node, whatever its age": {ages: []contract.Age{never}, soonest: due,
			want: "; at the latest Sun 2026-11-22 06:30 UTC, when node n expires"},
	} {
		c := consequence{offering: auto, ages: x.ages, soonest: x.soonest, node: "n"}
		if got := c.latest(); got != x.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// What follows names the offering where it is known, and where it is not only what
// the hardest adds; without terms it stands alone.
func TestHowItIsSaidWhatFollows(t *testing.T) {
	o := &responsibility.Offering{Title: "Cloud"}
	for _, x := range []struct {
		open                 bool
		follows, terms, want string
	}{
		{false, "its pods go", "Often.", "On Cloud its pods go: Often."},
		{true, "its pods go", "Often.", "Its pods go. At worst, on Cloud, often."},
		{false, "its pods go", "", "Its pods go."},
		{true, "its pods go", "", "Its pods go."},
	} {
		if got := (consequence{offering: o, open: x.open}).said(x.follows, ":", x.terms); got != x.want {
			t.Errorf("%q, want %q", got, x.want)
		}
	}
}

// Without a contract nothing is said to follow.
func TestNothingFollowsWithoutAContract(t *testing.T) {
	for name, c := range map[string]consequence{
		"no offering":            {},
		"one without a contract": {offering: &responsibility.Offering{Title: "Cloud"}},
	} {
		for _, said := range []string{c.blocked(2), c.unprotected(2), c.sharedAway("web", 2), c.alone(outage), c.gone(), c.coming()} {
			if said != "" {
				t.Errorf("%s: %q", name, said)
			}
		}
	}
}

// What follows on a platform: of one pod, of several, and of pods apart.
func TestWhatFollowsOnAPlatform(t *testing.T) {
	c := knowledge(t)
	follow := func(as string) consequence { return consequence{offering: c.Offering(as)} }
	open := follow("eks-auto-mode")
	open.open = true
	anywhere := open
	anywhere.anywhere = true
	apart := follow("eks-auto-mode")
	apart.apart = true
	title := c.Offering("eks-auto-mode").Title
	eks := follow("eks-auto-mode")
	on := "On " + title + " "
	for want, got := range map[string]string{
		on + "its 3 pods may all be evicted together when their nodes drain together:":                         eks.unprotected(3),
		on + "its 3 pods stand on a node each, and may all be evicted when these drain together or soon":       apart.unprotected(3),
		"Its 3 pods may all be evicted together when their nodes drain together. At worst, on " + title + ", ": open.unprotected(3),
		on + "the PDB allows all 3 pods of web to be evicted together:":                                        eks.sharedAway("web", 3),
		on + "the PDB allows the only pod of web to be evicted:":                                               eks.sharedAway("web", 1),
		on + "every replacement of its node is an outage, from the eviction until the new pod is ready.":       eks.alone(outage),
		on + "every replacement of its node stops it until the new pod is ready.":                              eks.alone(stops),
		on + "its pods are deleted with the node, without an eviction and bypassing their PDB.":                eks.gone(),
		"Its pod cannot be evicted. At worst, on " + title + ", ":                                              open.blocked(1),
		"None of its pods can be evicted. At worst, on " + title + ", ":                                        open.blocked(2),
		on + "a drain": eks.blocked(2),
		"None of its pods can be evicted: a drain waits until somebody acts": anywhere.blocked(2),
	} {
		if !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Where nothing tells the platform, none is named: what follows on each is said.
func TestNoPlatformIsNamedWhereNothingTells(t *testing.T) {
	c := knowledge(t)
	x := consequence{offering: c.Offering("eks-auto-mode"), open: true, anywhere: true}
	for what, said := range map[string]string{
		"alone": x.alone(outage), "gone": x.gone(), "unprotected": x.unprotected(2), "blocked": x.blocked(1), "shared": x.sharedAway("web", 2),
	} {
		if said == "" || strings.Contains(said, x.offering.Title) || strings.Contains(said, "days") {
			t.Errorf("%s: %q", what, said)
		}
	}
}

// Expiry is told apart where it ends otherwise than what patches nodes.
func TestExpiryThatEndsOtherwise(t *testing.T) {
	c := knowledge(t)
	for _, x := range []struct {
		as      string
		grace   time.Duration
		routine contract.OnDeadline
		pods    int
		want    string
	}{
		{"karpenter", 0, contract.ThenWait, 2, ""},
		{"karpenter", 0, contract.ThenFail, 2, " Expiry waits as well."},
		{"karpenter", time.Hour, contract.ThenWait, 2, " Expiry then force-deletes them."},
		{"karpenter", time.Hour, contract.ThenWait, 1, " Expiry then force-deletes it."},
		{"karpenter", time.Hour, contract.ThenForce, 1, ""},
		{"gke-standard", time.Hour, contract.ThenWait, 1, ""},
	} {
		got := consequence{offering: c.Offering(x.as), grace: x.grace}.expiry(contract.Terms{OnDeadline: x.routine}, x.pods)
		if got != x.want {
			t.Errorf("%s after %s beside %s: %q, want %q", x.as, x.grace, x.routine, got, x.want)
		}
	}
}

// A node expires by its claim's time of creation, or by its own; the soonest counts.
func TestNodeThatExpiresFirst(t *testing.T) {
	born := time.Date(2026, time.November, 22, 6, 0, 0, 0, time.UTC)
	day := func(n int) contract.ExpireAfter { return contract.ExpiresAfter(time.Duration(n) * 24 * time.Hour) }
	pool := &kubernetes.Pool{ExpireAfter: day(2)}
	for name, x := range map[string]struct {
		nodes []kubernetes.Node
		pool  *kubernetes.Pool
		node  string
		due   time.Time
	}{
		"by its pool": {[]kubernetes.Node{{Name: "a", Created: born}}, pool, "a", born.Add(48 * time.Hour)},
		"by its claim": {[]kubernetes.Node{{Name: "a", Created: born, NodeClaim: &kubernetes.NodeClaim{ExpireAfter: day(1)}}}, pool,
			"a", born.Add(24 * time.Hour)},
		"created with its claim": {[]kubernetes.Node{
			{Name: "a", Created: born.Add(time.Hour), NodeClaim: &kubernetes.NodeClaim{Created: born}},
		}, pool, "a", born.Add(48 * time.Hour)},
		"the second is older": {[]kubernetes.Node{{Name: "a", Created: born}, {Name: "b", Created: born.Add(-time.Hour)}}, pool, "b",
			born.Add(47 * time.Hour)},
		"the second is younger": {[]kubernetes.Node{{Name: "a", Created: born}, {Name: "b", Created: born.Add(time.Hour)}}, pool, "a",
			born.Add(48 * time.Hour)},
		"nobody knows when it came": {[]kubernetes.Node{{Name: "a"}}, pool, "", time.Time{}},
		"it never expires": {[]kubernetes.Node{{Name: "a", Created: born}}, &kubernetes.Pool{ExpireAfter: contract.NeverExpires},
			"", time.Time{}},
		"without a pool": {[]kubernetes.Node{{Name: "a", Created: born}}, nil, "", time.Time{}},
	} {
		var c consequence
		for i := range x.nodes {
			c.byNode(&x.nodes[i], x.pool)
		}
		if c.node != x.node || !c.soonest.Equal(x.due) {
			t.Errorf("%s: %s at %s, want %s at %s", name, c.node, c.soonest, x.node, x.due)
		}
	}
}

// Nodes of a pool may have a label by the pool's name, by its labels and by its
// requirements; of labels that it does not mention, those that platforms set.
func TestLabelsThatNodesOfAPoolMayHave(t *testing.T) {
	c := &contract.Contract{PoolLabel: "karpenter.sh/nodepool"}
	require := func(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
		return corev1.NodeSelectorRequirement{Key: key, Operator: op, Values: values}
	}
	p := &kubernetes.Pool{Name: "p", NodeLabels: map[string]string{"team": "a", "none": ""}, Requirements: []corev1.NodeSelectorRequirement{
		require("arch", corev1.NodeSelectorOpIn, "arm64", "amd64"), require("zone", corev1.NodeSelectorOpNotIn, "z1"),
		require("gpu", corev1.NodeSelectorOpDoesNotExist), require("disk", corev1.NodeSelectorOpExists),
		require("both", corev1.NodeSelectorOpIn, "x", "y"), require("both", corev1.NodeSelectorOpNotIn, "y"),
	}}
	for _, x := range []struct {
		key, value string
		want       bool
	}{
		{"karpenter.sh/nodepool", "p", true}, {"karpenter.sh/nodepool", "q", false}, {"team", "a", true}, {"team", "b", false},
		{"none", "", true}, {"none", "x", false},
		{"arch", "arm64", true}, {"arch", "riscv", false}, {"zone", "z2", true}, {"zone", "z1", false}, {"gpu", "yes", false},
		{"disk", "fast", true},
		{"both", "x", true}, {"both", "y", false}, {"both", "z", false}, {"unmentioned", "x", false},
		{"node.kubernetes.io/unmentioned", "x", true},
	} {
		if got := p.MayHave(map[string]string{x.key: x.value}, c.PoolLabel); got != x.want {
			t.Errorf("%s=%s: %t", x.key, x.value, got)
		}
		template := &kubernetes.PodTemplate{NodeSelector: map[string]string{x.key: x.value}}
		if got := mayRunOn(template, p, c); got != x.want {
			t.Errorf("pods that select %s=%s: %t", x.key, x.value, got)
		}
		if got := mayRunOn(template, &kubernetes.Pool{Name: "p", NodeLabels: p.NodeLabels, Requirements: p.Requirements,
			Taints: []kubernetes.Taint{{Key: "t", Effect: "NoSchedule"}}}, c); got {
			t.Errorf("pods that do not tolerate its taint run on the pool by %s", x.key)
		}
	}
	if !p.MayHave(map[string]string{"karpenter.sh/nodepool": "q"}, "") {
		t.Error("without a contract no label names the pool")
	}
}

// Pools have budgets of their own where all have: one without takes the default.
// What claims say counts where the workload really runs.
func TestPoolsThatAWorkloadMayRunOn(t *testing.T) {
	const bare = "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: bare}, spec: {template: {metadata: {labels: {team: b}}, " +
		"spec: {expireAfter: 48h, terminationGracePeriod: 5m}}}}\n---\n"
	const budgeted = "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: own}, spec: {disruption: {budgets: [{nodes: \"1\"}]}, " +
		"template: {metadata: {labels: {team: a}}, spec: {expireAfter: 24h, terminationGracePeriod: 10m}}}}\n---\n"
	for name, x := range map[string]struct {
		docs  string
		paced bool
		ages  int
		grace time.Duration
	}{
		"no pool":              {"", false, 1, 0},
		"one with budgets":     {budgeted, true, 1, 10 * time.Minute},
		"one without":          {bare, false, 1, 5 * time.Minute},
		"one of each":          {budgeted + bare, false, 2, 5 * time.Minute},
		"one of each, reverse": {bare + budgeted, false, 2, 5 * time.Minute},
	} {
		e := parse(t, twoOfWeb+x.docs)
		c := knowledge(t)
		places := locate.Locate(c, e, c.Offering("karpenter"), nil)
		follows := (&consequences{estate: e, places: places}).of(0)
		if follows.paced != x.paced || len(follows.ages) != x.ages || follows.grace != x.grace {
			t.Errorf("%s: paced %t, %d ages, grace %s", name, follows.paced, len(follows.ages), follows.grace)
		}
	}
	e := &kubernetes.Estate{Pools: []kubernetes.Pool{{Name: "a"}, {Name: "b"}}}
	if got := poolNamed(e, "b"); got != &e.Pools[1] || poolNamed(e, "c") != nil {
		t.Errorf("%v", got)
	}
}

// Names of all pods of a workload.
func TestWholeWorkloadsByName(t *testing.T) {
	for pods, want := range map[int]string{1: "the only pod of web", 2: "all 2 pods of web"} {
		if got := whole("web", pods); got != want {
			t.Errorf("%q", got)
		}
	}
}
