package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source"
)

// foundBy are the findings of one check where it runs as f does.
func foundBy(t *testing.T, id string, e *kubernetes.Estate, places locate.Places, f func(*check.Pass)) []finding.Finding {
	t.Helper()
	table := slices.Clone(every)
	for i := range table {
		if table[i].Run = func(*check.Pass) {}; table[i].ID == id {
			table[i].Run = f
		}
	}
	result, err := check.Run(t.Context(), table, knowledge(t), &estate.Estate{Kubernetes: e}, places)
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

// That the only pod of a workload goes is said by its being alone, where it is asked what a
// replacement leaves; of other causes none says it.
func TestCausesThatSayWhatFollows(t *testing.T) {
	for _, id := range []string{SurvivesReplacementID, ExpiryCohortID} {
		e := parse(t, strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 1")+pdbOver("app: web", "maxUnavailable: 0"))
		passing(t, id, "karpenter", e, func(p *check.Pass) {
			for _, c := range outcomesOf(p).causes(p, 0) {
				if want := id == SurvivesReplacementID && c.Obligation == SingleReplica.ID; c.Says != want {
					t.Errorf("%s: %s says it: %t", id, c.Obligation, c.Says)
				}
			}
		})
	}
}

// What is accepted is of low severity: but not where it keeps a node from being drained,
// unless it ends by itself.
func TestSeverityOfWhatIsAccepted(t *testing.T) {
	web := strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 1")
	const never = "minAvailable: 100%"
	for name, x := range map[string]struct{ docs, want string }{
		"one pod":                             {web, "low"},
		"one pod that is never to be evicted": {web + pdbOver("app: web", never), "medium"},
		"a Job that is never to be evicted":   {aJob + pdbOver("app: web", never), "low"},
	} {
		e := parse(t, x.docs)
		all := foundBy(t, PDBMissing.ID, e, locate.Locate(knowledge(t), e, knowledge(t).Offering("karpenter"), nil), func(p *check.Pass) {
			if holdsUp(p, 0) != strings.Contains(x.docs, never) {
				t.Errorf("%s: it holds up a drain: %t", name, holdsUp(p, 0))
			}
			ofWorkload(p, 0, check.Judgement{Verdict: finding.Broken, Message: "m", Fix: &finding.Fix{Summary: "s", AcceptOnly: true}})
		})
		if len(all) != 1 || all[0].Severity != x.want {
			t.Errorf("%s: %+v, want %s", name, all, x.want)
		}
	}
}

// What follows of a finding rests on the ages and budgets that nodes have of their own, where
// these could not be read; that is told where something follows, and the platform was not asked for.
func TestWhatNodesMayHaveOfTheirOwn(t *testing.T) {
	claims := []origin.Unread{{Kind: "NodeClaim", Resource: "nodeclaims.karpenter.sh", Cause: origin.Forbidden, Reason: "forbidden"}}
	for name, x := range map[string]struct {
		verdict     finding.Verdict
		consequence string
		basis       locate.Basis
		unread      []origin.Unread
		want        bool
	}{
		"something follows":     {finding.Broken, "It is down.", locate.Only, claims, true},
		"nothing follows":       {finding.Broken, "", locate.Only, claims, false},
		"all was read":          {finding.Broken, "It is down.", locate.Only, nil, false},
		"of a platform by name": {finding.Broken, "It is down.", locate.Asked, claims, false},
		"nothing is broken":     {finding.Held, "It is down.", locate.Only, claims, false},
	} {
		e := parse(t, twoOfWeb)
		e.Unread = x.unread
		places := locate.Locate(knowledge(t), e, knowledge(t).Offering("karpenter"), nil)
		all := foundBy(t, PDBOverlap.ID, e, places, func(p *check.Pass) {
			j := check.Judgement{Verdict: x.verdict, Message: "m", Consequence: x.consequence, Place: p.Places.Workloads[0]}
			j.Place.Basis = x.basis
			report(p, j)
		})
		told := func(x finding.Evidence) bool {
			return strings.Contains(x.Text, "would count in place of the contract's")
		}
		if len(all) != 1 || slices.ContainsFunc(all[0].Evidence, told) != x.want {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// The first findings tell step by step what led to them, and those after them where to ask.
func TestTracesAreToldOfTheFirst(t *testing.T) {
	file := "testdata/survives-replacement/unknown-no-eviction-is-ever-allowed.yaml"
	e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	for before, want := range map[int]bool{0: false, mostTraces - 1: false, mostTraces: true} {
		places := locate.Locate(knowledge(t), e, knowledge(t).Offering("eks-auto-mode"), nil)
		rest, steps := false, 0
		for _, f := range foundBy(t, SurvivesReplacementID, e, places, func(p *check.Pass) {
			outcomesOf(p).traced = before
			SurvivesReplacement.Run(p)
		}) {
			for _, x := range f.Evidence {
				rest = rest || strings.Contains(x.Text, "only the first 100 findings show their trace")
				steps++
			}
		}
		if rest != want || steps == 0 {
			t.Errorf("after %d with a trace: others are sent elsewhere: %t (%d)", before, rest, steps)
		}
	}
}

// Whoever keeps nodes from being replaced is told once, however many disruptions wait.
func TestHoldersAreToldOnce(t *testing.T) {
	e := parse(t, twoOfWeb+pdbOver("app: web", "maxUnavailable: 0"))
	for _, id := range []string{"karpenter", "eks-auto-mode", "eks-managed-nodegroup", "aks", "kops"} {
		seen := map[string]bool{}
		for _, f := range withOutcomes(look(t, knowledge(t), id, e)) {
			if f.Obligation != ReplacementFinishes.ID {
				continue
			}
			if seen[f.Subject.Name] {
				t.Errorf("%s: %s is told twice", id, f.Subject.Name)
			}
			seen[f.Subject.Name] = true
		}
	}
}

// Workloads are told where all nodes of such a kind are replaced; where some are on nodes that
// are not, or nothing tells on which they are, others would be said to be well.
func TestWorkloadsThatAreUntold(t *testing.T) {
	for basis, want := range map[locate.Basis]bool{locate.Only: false, locate.Assumed: true, locate.Unknown: true} {
		for docs, some := range map[string]bool{barePod: true, twoOfWeb: false} {
			within(t, "karpenter", parse(t, docs), func(p *check.Pass) {
				p.Places.Workloads[0].Basis = basis
				if untold := BarePod.Subjects.Untold(p); untold != (want && some) {
					t.Errorf("%s, bare %t: untold %t", basis, some, untold)
				}
			})
		}
	}
}

// Windows of a pool count where its nodes go by them, and not under a contract that has none.
func TestWindowsUnderContractsWithoutThem(t *testing.T) {
	e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{"testdata/expiry-unbounded/held-weekends.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]bool{"karpenter": true, "gke-standard": false, "eks-managed-nodegroup": false} {
		all := withOutcomes(look(t, knowledge(t), on, e))
		is := slices.ContainsFunc(all, func(f finding.Finding) bool { return f.Obligation == ExpiryUnbounded.ID })
		if is != want {
			t.Errorf("%s: told %t", on, is)
		}
	}
}

// Through Services from which only metrics are read nobody waits for a workload, unless
// requests are sent through one of them all the same.
func TestOnlyMetricsAreRead(t *testing.T) {
	metrics := fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(service, "ports: [{name: http-metrics, port: 9090}]")
	const webhook = "---\n{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: hook}, " +
		"webhooks: [{name: a.b.c, rules: [{apiGroups: [\"\"], resources: [pods], operations: [CREATE]}], " +
		"clientConfig: {service: {name: svc, namespace: shop}}}]}\n"
	for name, x := range map[string]struct {
		docs string
		want bool
	}{
		"metrics":             {metrics, true},
		"requests":            {fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(service, "ports: [{name: http, port: 80}]"), false},
		"no Service":          {fmt.Sprintf(deployment, "web", ""), false},
		"metrics, and others": {metrics + webhook, false},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			if got := stakesOf(p).onlyMetrics(0); got != x.want {
				t.Errorf("%s: %t", name, got)
			}
		})
	}
}

// What is there for production is so by its namespace, its unit, its folder or its host.
func TestProductionByName(t *testing.T) {
	web := strings.Replace(twoOfWeb, "name: web}", "name: web, namespace: %s}", 1) +
		"{apiVersion: v1, kind: Service, metadata: {name: web, namespace: %[1]s}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n---\n"
	const ingress = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: in, namespace: %[1]s}, spec: {rules: [{host: %[2]s, " +
		"http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}\n---\n"
	for docs, want := range map[string]string{
		fmt.Sprintf(web, "shop"):                                  "",
		fmt.Sprintf(web, "production"):                            "by the name production it is there for production",
		fmt.Sprintf(web+ingress, "shop", "shop.prod.example.com"): "by the name shop.prod.example.com it is there for production",
		fmt.Sprintf(web+ingress, "shop", "shop.dev.example.com"):  "",
	} {
		within(t, "karpenter", parse(t, docs), func(p *check.Pass) {
			if got := inProduction(p, 0); got != want {
				t.Errorf("%q, want %q of\n%s", got, want, docs)
			}
		})
	}
}
