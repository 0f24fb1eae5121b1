package compute

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

// storm is a recorded cluster: api has no budget, web one that lets a pod go at a time.
func storm(t *testing.T) *kubernetes.Estate {
	t.Helper()
	e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{"../../../testdata/runs/expiry-storm/estate.json"}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A workload that a run takes down is broken, with what would have kept it and what else
// takes it down; where nobody saw the platform it runs on, that is said as what may be.
func TestWhatARunShows(t *testing.T) {
	for basis, want := range map[locate.Basis]struct {
		assumed bool
		says    string
	}{locate.Proof: {false, " leaves 0 of 6 pods ready"}, locate.Assumed: {true, " may leave 0 of 6 pods ready"}} {
		e := storm(t)
		i := slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Name == "api" })
		within(t, "eks-auto-mode", e, func(p *check.Pass) {
			o := outcomesOf(p)
			o.places.Workloads = slices.Clone(o.places.Workloads)
			o.places.Workloads[i].Basis = basis
			fates, _ := o.outlook.Of(e.Workloads[i].Ref, func(*forecast.Case) bool { return true })
			for _, others := range []int{0, 1} {
				all := slices.Concat(fates[:1], slices.Repeat(fates[:1], others), fates[1:])
				var j check.Judgement
				o.judge(p, &j, i, all)
				if j.Verdict != finding.Broken || j.Assumed != want.assumed || !strings.Contains(j.Message, want.says) {
					t.Errorf("%s: %s, assumed %t: %s", basis, j.Verdict, j.Assumed, j.Message)
				}
				if j.Fix == nil || changesOf(j.Fix) != "create api maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow" {
					t.Errorf("%s: the fix is %+v", basis, j.Fix)
				}
				also := slices.IndexFunc(j.Evidence, func(e finding.Evidence) bool { return e.Text == "also under expiry (0 of 6)" })
				if (also >= 0) != (others > 0) {
					t.Errorf("%s, beside %d: %v", basis, others, j.Evidence)
				}
			}
		})
	}
}

// What could not be read is told in place of what was not played, but for what needs no
// play: that none is ready as it is, and that none has to be.
func TestWhatIsKnownWithoutAPlay(t *testing.T) {
	idle := strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 0") + "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, " +
		"metadata: {name: web}, spec: {scaleTargetRef: {name: web}, minReplicaCount: 0, maxReplicaCount: 3}}\n---\n"
	down, err := os.ReadFile("testdata/survives-replacement/broken-none-is-ready-as-it-is.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, docs, unread string
		verdict            finding.Verdict
		says               string
	}{
		{"none is ready", string(down), "PodDisruptionBudget", finding.Broken, "is down already: 0 of 3 pods are ready, and it needs at least 1"},
		{"none has to be", idle, "Pod", finding.Unknown,
			"scales to zero, so having no ready pod is accepted; but Pods could not be read, and may change that"},
		{"some have to be", twoOfWeb, "Pod", finding.Unknown, "nothing was simulated: Pods could not be read"},
	} {
		e := parse(t, x.docs)
		e.Unread = []origin.Unread{unread(x.unread)}
		told := false
		for _, f := range withOutcomes(look(t, knowledge(t), "eks-auto-mode", e)) {
			if f.Obligation == SurvivesReplacement.ID && f.Subject.Name == "web" {
				told = true
				if f.Verdict != x.verdict || f.Message != x.says {
					t.Errorf("%s: %s: %s", x.name, f.Verdict, f.Message)
				}
			}
			if f.Obligation == ExpiryCohort.ID && f.Verdict != finding.Unknown {
				t.Errorf("%s: what expiry does is %s: %s", x.name, f.Verdict, f.Message)
			}
		}
		if !told {
			t.Errorf("%s: not told", x.name)
		}
	}
}

// That nodes were made up is said, and when what is played on them begins where pools
// have schedules and the input no date.
func TestNodesThatWereMadeUp(t *testing.T) {
	pool := "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: p}, spec: {disruption: {budgets: [{nodes: '1'SCHEDULE}]}, " +
		"template: {spec: {nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: default}}}}}\n---\n"
	const monday = "; the simulation begins on a Monday at 00:00 UTC"
	for schedule, want := range map[string]bool{"": false, ", schedule: '0 8 * * *', duration: 1h": true} {
		e := parse(t, twoOfWeb+strings.Replace(pool, "SCHEDULE", schedule, 1))
		within(t, "eks-auto-mode", e, func(p *check.Pass) {
			o := outcomesOf(p)
			fates, _ := o.outlook.Of(e.Workloads[0].Ref, func(*forecast.Case) bool { return true })
			if got := o.placed(&fates[0]); len(got) != 1 || strings.HasSuffix(got[0].Text, monday) != want {
				t.Errorf("with %q: %v", schedule, got)
			}
		})
	}
	dated := parse(t, twoOfWeb+strings.Replace(pool, "SCHEDULE", ", schedule: '0 8 * * *', duration: 1h", 1))
	dated.Newest = time.Date(2026, time.November, 22, 6, 0, 0, 0, time.UTC)
	for e, want := range map[*kubernetes.Estate]int{dated: 1, storm(t): 0} {
		within(t, "eks-auto-mode", e, func(p *check.Pass) {
			o := outcomesOf(p)
			fates, _ := o.outlook.Of(e.Workloads[0].Ref, func(*forecast.Case) bool { return true })
			if got := o.placed(&fates[0]); len(got) != want || want > 0 && strings.HasSuffix(got[0].Text, monday) {
				t.Errorf("of what has a date: %v", got)
			}
		})
	}
}

// Pods that are ready on nodes which were not read cannot be played; without a reason a
// bound is told as it is.
func TestPodsOnNodesThatWereNotRead(t *testing.T) {
	e := storm(t)
	i := slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Name == "web" })
	within(t, "eks-auto-mode", e, func(p *check.Pass) {
		o := outcomesOf(p)
		fates, _ := o.outlook.Of(e.Workloads[i].Ref, func(*forecast.Case) bool { return true })
		fates = slices.Clone(fates)
		fates[0].Workload.Ready = 0
		for says, nodes := range map[string]map[string]int{
			"its pods are ready on nodes that were not read": {}, "is down already: 0 of 6 pods are ready": o.consequences.nodes,
		} {
			was := o.consequences.nodes
			o.consequences.nodes = nodes
			j := check.Judgement{Verdict: finding.Unknown}
			o.judge(p, &j, i, fates)
			if o.consequences.nodes = was; !strings.HasPrefix(j.Message, says) {
				t.Errorf("%s: %q, want %q", j.Verdict, j.Message, says)
			}
		}
		least := *fates[0].Bound
		for want, because := range map[string][]string{
			"": nil, ", because a": {"a"}, ", because a; b; c": {"a", "b", "c", "d"},
		} {
			least.Because, fates[0].Bound = because, &least
			if got := bounded(&fates[0])[0].Text; !strings.HasSuffix(got, "of 6 ready"+want) {
				t.Errorf("for %v: %q", because, got)
			}
		}
	})
}

// A workload none of whose pods was read, where others' were, was not played; one that has
// enough ready pods was, though some are on nodes which were not read.
func TestPodsThatWereReadInPart(t *testing.T) {
	e := storm(t)
	unseen := e.Workloads[slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Name == "web" })]
	unseen.Name, unseen.Pods, unseen.Template.Labels = "unseen", nil, map[string]string{"app": "unseen"}
	e.Workloads = append(e.Workloads, unseen)
	within(t, "eks-auto-mode", e, func(p *check.Pass) {
		o := outcomesOf(p)
		o.consequences.nodes = map[string]int{}
		for name, want := range map[string]string{
			"web":    "held keeps at least 5 of 6 pods ready in every order of events",
			"unseen": "unknown its pods were not read, so nothing could be simulated; read pods as well",
		} {
			i := slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Name == name })
			fates, _ := o.outlook.Of(e.Workloads[i].Ref, func(*forecast.Case) bool { return true })
			j := check.Judgement{Verdict: finding.Unknown}
			if o.judge(p, &j, i, fates); !strings.HasPrefix(string(j.Verdict)+" "+j.Message, want) || j.Fix != nil {
				t.Errorf("%s: %s %q, want %q; fix %+v", name, j.Verdict, j.Message, want, j.Fix)
			}
		}
	})
}

// What holds because the cluster allows no eviction now is not known to survive a replacement;
// of what expiry alone does, and of what falls, that says nothing.
func TestBudgetUsedUpForNow(t *testing.T) {
	for _, x := range []struct {
		obligation, workload string
		healthy              int
		want                 string
	}{
		{SurvivesReplacement.ID, "web", 6, "held keeps at least 5 of 6 pods ready"},
		{SurvivesReplacement.ID, "web", 5, "unknown stays up, and blocks its nodes: 5 of 6 pods under PDB web are healthy"},
		{ExpiryCohort.ID, "web", 5, "held keeps at least 5 of 6 pods ready"},
		{SurvivesReplacement.ID, "api", 5, "broken expiry leaves 0 of 6 pods ready"},
	} {
		e := storm(t)
		for b := range e.Budgets {
			e.Budgets[b].Status = &kubernetes.BudgetStatus{Expected: 6, Desired: 5, Healthy: x.healthy, Allowed: x.healthy - 5}
		}
		i := slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Name == x.workload })
		passing(t, x.obligation, "eks-auto-mode", e, func(p *check.Pass) {
			o := outcomesOf(p)
			fates, _ := o.outlook.Of(e.Workloads[i].Ref, func(*forecast.Case) bool { return true })
			var j check.Judgement
			if o.judge(p, &j, i, fates); !strings.HasPrefix(string(j.Verdict)+" "+j.Message, x.want) {
				t.Errorf("%s of %s, %d healthy: %s %s", x.obligation, x.workload, x.healthy, j.Verdict, j.Message)
			}
		})
	}
}

// Pools with a fixed number of nodes have a limit that allows a replacement, or not; what keeps one
// from coming is said whatever else could not be read, and once.
func TestLimitAllowsAReplacement(t *testing.T) {
	held, err := os.ReadFile("testdata/replacement-finishes/held-limit-allows-one-more.yaml")
	if err != nil {
		t.Fatal(err)
	}
	reserved := string(held)
	other := strings.NewReplacer("karpenter.sh/nodepool: reserved", "karpenter.sh/nodepool: other", "replicas: 2\n  limits:\n    nodes: 3",
		"replicas: 1\n  limits:\n    nodes: 1").Replace(reserved)
	for _, x := range []struct{ name, docs, unread, want string }{
		{"for one more", reserved, "", "held"},
		{"for one more, and budgets were not read", reserved, "PodDisruptionBudget", "held"},
		{"none, by number", strings.Replace(reserved, "nodes: 3", "nodes: 2", 1), "", "broken"},
		{"none, and budgets were not read", strings.Replace(reserved, "nodes: 3", "nodes: 2", 1), "PodDisruptionBudget", "broken"},
		{"without a limit", strings.Replace(reserved, "    nodes: 3", "    {}", 1), "", "held"},
		{"none for the one node that it is to have", other, "", ""},
		{"for as many as there are nodes", strings.Replace(reserved, "replicas: 2", "minimum: 2", 1), "", ""},
	} {
		e := parse(t, x.docs)
		if x.unread != "" {
			e.Unread = []origin.Unread{unread(x.unread)}
		}
		var got []string
		for _, f := range withOutcomes(look(t, knowledge(t), "eks-auto-mode", e)) {
			if f.Obligation == ReplacementFinishes.ID && f.Subject.Kind == "NodePool" {
				got = append(got, string(f.Verdict))
			}
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// Of a budget that no kustomization lists it is said that it is not applied, and not
// what it would do; what several are told of runs where the first of them does.
func TestBudgetThatIsNotApplied(t *testing.T) {
	c, e := knowledge(t), parse(t, twoOfWeb+pdbOver("app: web", "maxUnavailable: 0"))
	all := &estate.Estate{Kubernetes: e, Unlisted: true}
	result, err := check.Run(t.Context(), every, c, all, locate.Locate(c, e, c.Offering("eks-auto-mode"), nil))
	if err != nil {
		t.Fatal(err)
	}
	said := slices.DeleteFunc(result.Findings, func(f finding.Finding) bool { return f.Obligation != PDBOrphan.ID })
	if len(said) != 1 || said[0].Severity != "low" || !strings.Contains(said[0].Message, "is not applied") {
		t.Errorf("%+v", said)
	}
}

// A finding on a budget runs where the workload does that it is about: the one that it
// seems to be written for, and the one that it lets fall.
func TestPlatformOfABudget(t *testing.T) {
	on := func(docs, selector string) string {
		return strings.Replace(docs, "spec: {containers", "spec: {nodeSelector: {"+selector+"}, containers", 1)
	}
	first := on(named("first", 4, ", of: all"), "cloud.google.com/gke-nodepool: p")
	web := on(named("web", 1, ", of: all"), "eks.amazonaws.com/compute-type: auto")
	for _, x := range []struct{ name, docs, obligation string }{
		{"by its name", first + web + pdbNamed("web", "app: wep", "maxUnavailable: 1"), PDBOrphan.ID},
		{"by what falls", first + strings.Replace(web, "replicas: 1", "replicas: 2", 1) + pdbOver("of: all", "maxUnavailable: 2"), PDBShared.ID},
	} {
		c, e := knowledge(t), parse(t, x.docs)
		var got []string
		for _, f := range withOutcomes(ran(t, c, e, locate.Locate(c, e, nil, nil)).Findings) {
			if f.Obligation == x.obligation {
				got = append(got, string(f.Verdict)+" on "+f.Offering)
			}
		}
		if len(got) != 1 || got[0] != "broken on eks-auto-mode" {
			t.Errorf("%s: %q", x.name, got)
		}
	}
}

// Where no contract says how nodes go, or budgets are of a kind that no server takes, nothing
// is held; nodes that never expire take no workload with them.
func TestOutcomesByWhatIsWritten(t *testing.T) {
	c := knowledge(t)
	without := *c.Offering("karpenter")
	without.Contract = nil
	never := "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: p}, spec: {template: {spec: {expireAfter: Never, " +
		"nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}}}}}\n---\n"
	guarded := named("web", 3, "") + pdbOver("app: web", "maxUnavailable: 1") + never
	old := strings.Replace(guarded, "apiVersion: policy/v1,", "apiVersion: policy/v1beta1,", 1)
	for _, x := range []struct {
		name, docs string
		offering   *responsibility.Offering
		check      check.Check
		want       string
	}{
		{"a contract", guarded, c.Offering("karpenter"), SurvivesReplacement, "held keeps at least 2 of 3 pods ready in every order of events"},
		{"none", guarded, &without, SurvivesReplacement, ""},
		{"nodes that never expire", guarded, c.Offering("karpenter"), ExpiryCohort, "held its nodes do not expire"},
		{"a budget that no server takes", old, c.Offering("karpenter"), ExpiryCohort,
			"unknown its nodes do not expire; but PDB pdb is written in policy/v1beta1"},
	} {
		e := parse(t, x.docs)
		got := ""
		for _, f := range withOutcomes(ran(t, c, e, locate.Locate(c, e, x.offering, nil)).Findings) {
			if f.Obligation == x.check.ID {
				got = string(f.Verdict) + " " + f.Message
			}
		}
		if !strings.HasPrefix(got, x.want) || got != "" && x.want == "" {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
		if strings.Contains(got, "policy/v1beta1") != (x.docs == old) {
			t.Errorf("%s: %q", x.name, got)
		}
	}
}

// A budget of another unit than what it selects is told with its own.
func TestBudgetOfAnotherUnit(t *testing.T) {
	for unit, want := range map[string]string{
		"": "selects pods of Deployment web", "apps/base": "selects pods of Deployment web; it stands in unit apps/base",
	} {
		e := parse(t, twoOfWeb+pdbOver("app: web", "maxUnavailable: 1"))
		e.Budgets[0].Unit = unit
		for _, f := range look(t, knowledge(t), "karpenter", e) {
			if f.Obligation == PDBOrphan.ID && f.Message != want {
				t.Errorf("of %q: %q", unit, f.Message)
			}
		}
	}
}
