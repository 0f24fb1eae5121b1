package compute

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// Of a pod without a controller it is not known whether it serves where Services could not
// be read; nothing of that is said of what has a controller.
func TestPodsThatMayServe(t *testing.T) {
	for _, x := range []struct {
		name, docs, unread string
		told               bool
	}{
		{"a pod", barePod, "Service", true},
		{"a pod, and Services were read", barePod, "Node", false},
		{"a Job", aJob, "Service", false},
	} {
		e := parse(t, x.docs)
		e.Unread = []origin.Unread{unread(x.unread)}
		told := false
		for _, f := range look(t, knowledge(t), "eks-auto-mode", e) {
			told = told || f.Obligation == SingleReplica.ID && f.Verdict == finding.Unknown &&
				strings.Contains(f.Message, "Services could not be read")
		}
		if told != x.told {
			t.Errorf("%s: told %t", x.name, told)
		}
	}
}

// Where nothing tells who replaces the nodes nothing is said of what a replacement does, and so
// it is not said of a pod either that this hangs on Services; of its being alone it is.
func TestPodsThatMayServeSomewhere(t *testing.T) {
	c, e := knowledge(t), parse(t, barePod)
	e.Unread = []origin.Unread{unread("Service")}
	for at, want := range map[*responsibility.Offering]string{
		c.Offering("karpenter"): SingleReplica.ID + ", " + SurvivesReplacementID,
		c.Assumed(Axis):         SingleReplica.ID,
	} {
		var told []string
		for _, f := range withOutcomes(ran(t, c, e, locate.Locate(c, e, nil, at)).Findings) {
			if f.Subject.Kind == "Pod" && strings.HasPrefix(f.Message, "Services could not be read") &&
				(f.Obligation == SingleReplica.ID || f.Obligation == SurvivesReplacementID) {
				told = append(told, f.Obligation)
			}
		}
		slices.Sort(told)
		if got := strings.Join(told, ", "); got != want {
			t.Errorf("on %s: %s, want %s", at.ID, got, want)
		}
	}
}

// Where a workload has its data: on its node, or on the one that its claim's volume is on;
// on none where a claim of another kind, name or namespace says so.
func TestNodeThatHoldsTheData(t *testing.T) {
	claim := func(namespace, name, host string) kubernetes.VolumeClaim {
		return kubernetes.VolumeClaim{Namespace: namespace, Name: name, Host: host}
	}
	onNode := kubernetes.PodTemplate{OnNode: true}
	both := kubernetes.PodTemplate{OnNode: true, VolumeClaims: []string{"c"}}
	mounts := kubernetes.PodTemplate{VolumeClaims: []string{"c"}}
	for _, x := range []struct {
		name     string
		template kubernetes.PodTemplate
		own      []string
		claims   []kubernetes.VolumeClaim
		want     string
	}{
		{"on its node", onNode, nil, nil, "its node"},
		{"on its node, and in a claim", both, nil, nil, ""},
		{"on its node, and in a claim of its own", onNode, []string{"d"}, nil, ""},
		{"on its node, and in one of each", both, []string{"d"}, nil, ""},
		{"in a claim on a node", mounts, nil, []kubernetes.VolumeClaim{claim("shop", "other", "n1"), claim("shop", "c", "n2")}, "node n2"},
		{"in a claim on no node", mounts, nil, []kubernetes.VolumeClaim{claim("shop", "c", "")}, ""},
		{"in a claim of another namespace", mounts, nil, []kubernetes.VolumeClaim{claim("bank", "c", "n1")}, ""},
		{"nowhere", kubernetes.PodTemplate{}, nil, []kubernetes.VolumeClaim{claim("shop", "c", "n1")}, ""},
	} {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop"}, Template: x.template, VolumeClaimTemplates: x.own}
		if got := (&programs{estate: &kubernetes.Estate{VolumeClaims: x.claims}}).host(w); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// What a workload keeps on an emptyDir is its own loss only where it is not known what the
// program keeps, and it stands in front of no other.
func TestDataThatIsItsOwn(t *testing.T) {
	for _, x := range []struct {
		name, image string
		role        role
		program     *responsibility.Program
		want        string
	}{
		{"a program that nobody knows", "app", wholeProgram, nil, "/data"},
		{"a proxy", "nginx-proxy", wholeProgram, nil, ""},
		{"a part of a program", "app", dataless, nil, ""},
		{"a program that is known", "app", wholeProgram, &responsibility.Program{Title: "P"}, "/data"},
		{"a program that keeps data", "app", wholeProgram, &responsibility.Program{Title: "P", Keeps: responsibility.KeepsData}, ""},
		{"a program that is read for its metrics", "app", wholeProgram, &responsibility.Program{Title: "P", Metrics: true}, ""},
	} {
		template := kubernetes.PodTemplate{LostData: "/data", Containers: []kubernetes.Container{{Image: "i"}, {Image: x.image}}}
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{{Template: template}}}
		p := &programs{estate: e, catalog: knowledge(t), all: []*responsibility.Program{x.program}, roles: []role{x.role}}
		if got := p.lostData(0); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// That nobody waits for a workload is known by its name, or by all of its images; an image
// may be called by one word, of which a name needs more.
func TestWorkloadsThatAreNotMissed(t *testing.T) {
	for _, x := range []struct {
		name   string
		images []string
		want   bool
	}{
		{"web", []string{"descheduler"}, true},
		{"web", []string{"descheduler", "descheduler"}, true},
		{"web", []string{"descheduler", "app"}, false},
		{"web", []string{"app", "descheduler"}, false},
		{"descheduler", []string{"app"}, false},
		{"web", nil, false},
	} {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Name: x.name}}
		for _, image := range x.images {
			w.Template.Containers = append(w.Template.Containers, kubernetes.Container{Image: image})
		}
		p := &programs{estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}, catalog: knowledge(t)}
		if got := p.unmissed(0); (got != "") != x.want {
			t.Errorf("%s of %v: %q", x.name, x.images, got)
		}
	}
}

// What runs a client of a program from that one's image is no member of it: it is told
// to, or is called so.
func TestClientsInTheImageOfAProgram(t *testing.T) {
	for _, x := range []struct {
		name, label, runs string
		program, unmissed bool
	}{
		{"kafka", "", "", true, false},
		{"kafka", "", "kafka-server-start /etc/kafka", true, false},
		{"mirror", "", "kafka-mirror-maker", false, true},
		{"mirror", "", "connect-distributed config/connect.properties", false, true},
		{"a-to-b", "kafka-mirrormaker", "", false, true},
		{"kafka-connect", "", "", false, true},
		{"topics", "", "kafka-topics", false, false},
		{"kafka", "shop", "", true, false},
	} {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Name: x.name}}
		w.Template.Labels = map[string]string{"app": x.label}
		w.Template.Containers = []kubernetes.Container{{Image: "kafka", Runs: x.runs}}
		p := &programs{estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}, catalog: knowledge(t)}
		if is := programOf(p.catalog, p.estate, &w, nil) != nil; is != x.program || (p.unmissed(0) != "") != x.unmissed {
			t.Errorf("%s (%s) that runs %q: Kafka %v, %q", x.name, x.label, x.runs, is, p.unmissed(0))
		}
	}
}

// Of a budget's workloads those count that have pods: what is scaled to nothing does not,
// also while pods of it that have finished are still there.
func TestWorkloadsUnderABudget(t *testing.T) {
	under := func(workload, pods, down int) match { return match{workload: workload, pods: pods, down: down} }
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{{Scaled: true}, {}, {Bare: true}}}
	for _, x := range []struct {
		over                   []match
		scaled, unscaled, bare int
	}{
		{[]match{under(0, 2, 0), under(1, 1, 0), under(2, 1, 0)}, 1, 1, 1},
		{[]match{under(0, 0, 0), under(1, 0, 0), under(2, 0, 0)}, 0, 0, 0},
		{[]match{under(0, 0, 1)}, 0, 0, 0},
		{[]match{under(1, 0, 1)}, 0, 1, 0},
		{[]match{under(2, 0, 1)}, 0, 0, 1},
	} {
		f := &fixes{estate: e, coverage: &coverage{covers: [][]match{x.over}}}
		if scaled, unscaled, bare := f.under(0); len(scaled) != x.scaled || len(unscaled) != x.unscaled || len(bare) != x.bare {
			t.Errorf("%v: %v, %v, %v", x.over, scaled, unscaled, bare)
		}
	}
}

// Two workloads of one name have budgets that are called by their kinds, too.
func TestNamesOfBudgetsForNamesakes(t *testing.T) {
	both := named("web", 2, "") + strings.ReplaceAll(threeOfDB, "name: db}", "name: web}")
	for docs, want := range map[string]string{named("web", 2, ""): "web", both: "web-deployment"} {
		e := parse(t, docs)
		within(t, "karpenter", e, func(p *check.Pass) {
			if got := fixesOf(p).freeName(&e.Workloads[0]); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// Why a second replica of a workload keeps nothing up.
func TestWorkloadsThatStayAlone(t *testing.T) {
	web := strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 1")
	for _, x := range []struct {
		name, docs string
		want       bool
	}{
		{"nothing speaks against it", web + routed, false},
		{"a claim", mounting(web) + diskOnce + routed, true},
		{"an identity", strings.Replace(web, "image: i", "image: i, args: [--private-key=k]", 1) + routed, true},
		{"a directory", strings.Replace(web, "image: i", "image: i, args: [--data-dir=/data]", 1) + routed, true},
		{"a port of its node", strings.Replace(web, "image: i", "image: i, ports: [{containerPort: 80, hostPort: 80}]", 1) + routed, true},
		{"Recreate", strings.Replace(web, "spec: {replicas", "spec: {strategy: {type: Recreate}, replicas", 1) + routed, true},
		{"nobody waits for it", web, true},
		{"nobody waits for it, and it elects a leader", strings.Replace(web, "image: i", "image: i, args: [--leader-elect]", 1), false},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			if got := (singleFixes{fixesOf(p)}).stays(0); got != x.want {
				t.Errorf("%s: %t", x.name, got)
			}
		})
	}
}

// What is wrong with the budgets over a workload is put right; nothing is where nothing is.
func TestFixOfWhatKeepsAWorkloadUp(t *testing.T) {
	pod := strings.Replace(barePod, "app: web", "app: a", 1)
	two := func(terms, other string) string {
		return named("a", 3, ", of: all") + pdbNamed("own", "app: a", terms) + pdbNamed("wide", "of: all", other)
	}
	for _, x := range []struct{ name, docs, summary, changes string }{
		{"no budget", named("a", 2, ""), "add a PodDisruptionBudget that allows one eviction at a time",
			"create a maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow"},
		{"no budget over one pod", named("a", 1, ""), "", ""},
		{"no budget over a pod without a controller", pod, "", ""},
		{"a good one", named("a", 2, "") + pdbOver("app: a", "maxUnavailable: 1"), "", ""},
		{"one that lets none go", named("a", 2, "") + pdbOver("app: a", "maxUnavailable: 0"), "allow one eviction at a time",
			"replace pdb maxUnavailable: 1"},
		{"one that lets all go", named("a", 2, "") + pdbOver("app: a", "maxUnavailable: 2"), "allow one eviction at a time",
			"replace pdb maxUnavailable: 1"},
		{"two, of which one is good", two("maxUnavailable: 1", "maxUnavailable: 0"), "keep PDB own for it, and delete the other one",
			"delete wide"},
		{"two that let all go", two("maxUnavailable: 3", "maxUnavailable: 3"), "keep one PDB, which allows one eviction at a time", ""},
		{"two that let none go", two("maxUnavailable: 0", "maxUnavailable: 0"), "keep one PDB, which allows one eviction at a time", ""},
		{"two over others as well", two("maxUnavailable: 0", "maxUnavailable: 1") + named("b", 2, ", of: all"),
			"keep one PDB, which allows one eviction at a time", ""},
		{"pods on one volume", mounting(named("a", 2, "")) + diskOnce, volumeEach, ""},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			fix := outcomesOf(p).fixOpen(0)
			if fix == nil {
				fix = &finding.Fix{}
			}
			if fix.Summary != x.summary || changesOf(fix) != x.changes {
				t.Errorf("%s: %q: %s", x.name, fix.Summary, changesOf(fix))
			}
		})
	}
}

// A budget for a workload needs labels that its pods have to themselves.
func TestFixOfPodsWithoutABudget(t *testing.T) {
	of := func(name string, labels map[string]string, selector *metav1.LabelSelector) kubernetes.Workload {
		return kubernetes.Workload{
			Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: name}, Replicas: 2, Scaled: true, Lasting: true, Evictable: true,
			Selector: selector, Template: kubernetes.PodTemplate{Labels: labels},
		}
	}
	web := map[string]string{"app": "web"}
	unknown := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "app", Operator: "Like"}}}
	selects := map[string]string{"a component of its own": "component: server", "a label that others lack": "role: mail"}
	for name, x := range map[string]struct {
		all []kubernetes.Workload
		ok  bool
	}{
		"labels of its own":  {[]kubernetes.Workload{of("a", web, nil), of("b", map[string]string{"app": "b"}, nil)}, true},
		"labels of another":  {[]kubernetes.Workload{of("a", web, nil), of("b", web, nil)}, false},
		"no labels":          {[]kubernetes.Workload{of("a", nil, nil)}, false},
		"a selector of none": {[]kubernetes.Workload{of("a", web, unknown)}, false},
		"a component of its own": {[]kubernetes.Workload{
			of("a", map[string]string{"app": "web", "component": "server"}, &metav1.LabelSelector{MatchLabels: web}),
			of("b", map[string]string{"app": "web", "component": "worker"}, &metav1.LabelSelector{MatchLabels: web}),
		}, true},
		"a label that others lack": {[]kubernetes.Workload{
			of("a", map[string]string{"app": "web", "role": "mail"}, &metav1.LabelSelector{MatchLabels: web}), of("b", web, nil),
		}, true},
		"a label that a release may change": {[]kubernetes.Workload{
			of("a", map[string]string{"app": "web", "git-sha": "a1"}, &metav1.LabelSelector{MatchLabels: web}), of("b", web, nil),
		}, false},
		"what a controller writes": {[]kubernetes.Workload{
			of("a", map[string]string{"app": "web", "controller-revision-hash": "a1"}, &metav1.LabelSelector{MatchLabels: web}), of("b", web, nil),
		}, false},
		"only another version": {[]kubernetes.Workload{
			of("a", map[string]string{"app": "web", "version": "2"}, &metav1.LabelSelector{MatchLabels: web}),
			of("b", map[string]string{"app": "web", "version": "1"}, nil),
		}, false},
		"a label of three, of two": {[]kubernetes.Workload{
			of("a", map[string]string{"app": "web", "tier": "front"}, &metav1.LabelSelector{MatchLabels: web}),
			of("b", map[string]string{"app": "web", "tier": "front"}, nil), of("c", map[string]string{"app": "web", "tier": "back"}, nil),
		}, false},
		"a selector that fits": {[]kubernetes.Workload{of("a", web, &metav1.LabelSelector{MatchLabels: web})}, true},
	} {
		within(t, "karpenter", &kubernetes.Estate{Workloads: x.all}, func(p *check.Pass) {
			fix := fixesOf(p).missing(0)
			if (len(fix.Changes) == 1) != x.ok || strings.HasPrefix(fix.Summary, "give its pod template a label") == x.ok {
				t.Errorf("%s: %q: %s", name, fix.Summary, changesOf(fix))
			}
			for _, c := range fix.Changes {
				if !strings.Contains(c.Manifest(), selects[name]) {
					t.Errorf("%s: wants %s:\n%s", name, selects[name], c.Manifest())
				}
			}
		})
	}
}

// A budget in a version that no server takes is written in one that they take, as it is
// where it lets some pods go and keeps others.
func TestFixOfABudgetThatNoServerTakes(t *testing.T) {
	for terms, want := range map[string]string{
		"maxUnavailable: 2": "replace pdb maxUnavailable: 2", "minAvailable: 1": "replace pdb minAvailable: 1",
		"maxUnavailable: 3": "replace pdb maxUnavailable: 1", "minAvailable: 3": "replace pdb maxUnavailable: 1",
	} {
		within(t, "karpenter", parse(t, named("a", 3, "")+pdbOver("app: a", terms)), func(p *check.Pass) {
			fix := fixesOf(p).served(0)
			edits := fix.Changes[0].Edits
			last := edits[len(edits)-1]
			if changesOf(fix) != want || last.Path != "/apiVersion" || string(last.After) != `"policy/v1"` {
				t.Errorf("%s: %s, %v", terms, changesOf(fix), last)
			}
		})
	}
}
