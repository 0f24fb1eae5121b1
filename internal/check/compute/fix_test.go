package compute

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// objects is a cluster in small: manifests by kind, namespace and name.
type objects map[kubernetes.Ref]map[string]any

func (o objects) yaml() string {
	var docs []string
	for _, ref := range slices.SortedFunc(maps.Keys(o), kubernetes.Ref.Compare) {
		data, _ := yaml.Marshal(o[ref])
		docs = append(docs, string(data))
	}
	return strings.Join(docs, "---\n")
}

// apply does what a reader who pastes a fix does.
func (o objects) apply(t rapid.TB, fix *finding.Fix) objects {
	after := maps.Clone(o)
	for _, c := range fix.Changes {
		var change map[string]any
		if err := yaml.UnmarshalStrict([]byte(c.Manifest()), &change); err != nil {
			t.Fatalf("the manifest of a fix does not parse: %v\n%s", err, c.Manifest())
		}
		switch c.Action {
		case finding.Create:
			if _, exists := after[kubernetes.Ref(c.Object)]; exists {
				t.Fatalf("a fix creates %s, which exists", c.Object)
			}
			after[kubernetes.Ref(c.Object)] = change
		case finding.Replace:
			if _, exists := after[kubernetes.Ref(c.Object)]; !exists {
				t.Fatalf("a fix replaces %s, which does not exist", c.Object)
			}
			after[kubernetes.Ref(c.Object)] = change
		case finding.Delete:
			delete(after, kubernetes.Ref(c.Object))
		case finding.Patch:
			whole := maps.Clone(after[kubernetes.Ref(c.Object)])
			spec := maps.Clone(whole["spec"].(map[string]any))
			maps.Copy(spec, change["spec"].(map[string]any))
			whole["spec"] = spec
			after[kubernetes.Ref(c.Object)] = whole
		}
	}
	return after
}

// anyCluster makes a namespace or two with a few workloads, autoscalers and
// budgets whose selectors may fit, overlap, or miss.
func anyCluster(t *rapid.T) objects {
	o := objects{}
	put := func(kind, namespace, name, format string, args ...any) {
		var v map[string]any
		if err := yaml.Unmarshal(fmt.Appendf(nil, format, args...), &v); err != nil {
			t.Fatal(err)
		}
		o[kubernetes.Ref{Namespace: namespace, Kind: kind, Name: name}] = v
	}
	namespace := rapid.SampledFrom([]string{"shop", "shop", "shop", "back"})
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"web", "api", "cart", "pay"}), 1, 4, rapid.ID[string]).Draw(t, "names")
	for _, name := range names {
		ns := namespace.Draw(t, "namespace")
		replicas := rapid.IntRange(0, 12).Draw(t, "replicas")
		tier := rapid.SampledFrom([]string{"front", "rear"}).Draw(t, "tier")
		kind := rapid.SampledFrom([]string{"Deployment", "Deployment", "StatefulSet"}).Draw(t, "kind")
		put(kind, ns, name, `{apiVersion: apps/v1, kind: %[1]s, metadata: {name: %[2]s, namespace: %[3]s, labels: {own: %[2]s}},
spec: {replicas: %[4]d, selector: {matchLabels: {app: %[2]s}}, template: {metadata: {labels: {app: %[2]s, tier: %[5]s}},
  spec: {containers: [{name: c, image: i}]}}}}`,
			kind, name, ns, replicas, tier)
		if kind == "Deployment" && rapid.Bool().Draw(t, "autoscaled") {
			least := rapid.IntRange(1, 6).Draw(t, "minReplicas")
			put("HorizontalPodAutoscaler", ns, name, `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: %[1]s,
  namespace: %[2]s},
spec: {minReplicas: %[3]d, maxReplicas: %[4]d, scaleTargetRef: {kind: Deployment, name: %[1]s}}}`, name, ns, least,
				least+rapid.IntRange(0, 5).Draw(t, "more"))
		}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "budgets") {
		ns := namespace.Draw(t, "namespace")
		name := rapid.SampledFrom([]string{"web", "api-pdb", "all", "front", "pdb"}).Draw(t, "budget name") + []string{"", "", "-2", "-3"}[i]
		field := rapid.SampledFrom([]string{"minAvailable: %d", "maxUnavailable: %d", "minAvailable: %d%%",
			"maxUnavailable: %d%%"}).Draw(t, "field")
		number := rapid.IntRange(0, 12).Draw(t, "number")
		if strings.HasSuffix(field, "%%") {
			number = rapid.IntRange(0, 100).Draw(t, "percent")
		}
		selector := rapid.SampledFrom([]string{
			"{matchLabels: {app: web}}", "{matchLabels: {app: api}}", "{matchLabels: {tier: front}}", "{matchLabels: {own: cart}}", "{}",
			"{matchExpressions: [{key: app, operator: In, values: [web, cart]}]}",
			"{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}",
			"{matchExpressions: [{key: tier, operator: Exists}]}",
			"{matchExpressions: [{key: apps.kubernetes.io/pod-index, operator: In, values: ['0', '1']}]}",
		}).Draw(t, "selector")
		put("PodDisruptionBudget", ns, name, "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: %s, namespace: %s}, "+
			"spec: {%s, selector: %s}}",
			name, ns, fmt.Sprintf(field, number), selector)
	}
	return o
}

type pair struct {
	obligation string
	subject    finding.Subject
}

func broken(findings []finding.Finding) map[pair]finding.Finding {
	all := map[pair]finding.Finding{}
	for _, f := range findings {
		if f.Verdict == finding.Broken {
			all[pair{f.Obligation, f.Subject}] = f
		}
	}
	return all
}

// Pasting the fix of a finding mends that finding, and breaks nothing that
// was not broken.
func TestFixesMend(t *testing.T) {
	c := knowledge(t)
	rapid.Check(t, func(t *rapid.T) {
		cluster := anyCluster(t)
		findings := look(t, c, "eks-auto-mode", parse(t, cluster.yaml()))
		before, told := broken(findings), broken(withOutcomes(findings))
		for key, finding := range before {
			if len(finding.Fix.Changes) == 0 {
				continue
			}
			fixed := cluster.apply(t, finding.Fix)
			after := broken(look(t, c, "eks-auto-mode", parse(t, fixed.yaml())))
			// Where several budgets are at fault one finding names one of them.
			if f, still := after[key]; still && budgetNamed(f.Message) == budgetNamed(finding.Message) && !otherwise(key.obligation, after) {
				t.Fatalf("%v is still broken: %s\nfix: %s\n%s\nbefore:\n%s\nafter:\n%s", key, f.Message, finding.Fix.Summary, manifests(finding.Fix),
					cluster.yaml(), fixed.yaml())
			}
			for k, f := range after {
				if _, was := told[k]; was || reveals(finding.Fix, k.obligation) {
					continue
				}
				if k.obligation != "pdb-missing" {
					t.Fatalf("the fix of %v breaks %v: %s\n%s\nbefore:\n%s", key, k, f.Message, manifests(finding.Fix), cluster.yaml())
				}
			}
		}
	})
}

// otherwise reports whether what is played may be broken by something else
// that is found as well: a fix mends one thing.
func otherwise(obligation string, after map[pair]finding.Finding) bool {
	if !slices.Contains(foreseen, obligation) {
		return false
	}
	for k := range after {
		if !slices.Contains(foreseen, k.obligation) {
			return true
		}
	}
	return false
}

// budgetNamed is the budget that a message speaks of.
func budgetNamed(message string) string {
	_, after, _ := strings.Cut(strings.ToLower(message), "pdb ")
	name, _, _ := strings.Cut(after, " ")
	return name
}

// reveals reports whether a fix may bring out what was so all along: what is
// raised to two now serves under a budget that was shared before. What is
// played is played on other nodes, once there are more pods or budgets: chance
// may then find what it had not.
func reveals(fix *finding.Fix, found string) bool {
	raised := slices.ContainsFunc(fix.Changes, func(c finding.Change) bool { return c.Action == finding.Patch })
	return raised && found == "pdb-shared" || slices.Contains(foreseen, found)
}

func manifests(f *finding.Fix) string {
	var b strings.Builder
	for _, c := range f.Changes {
		fmt.Fprintf(&b, "# %s %s\n%s", c.Action, c.Object, c.Manifest())
	}
	return b.String()
}
