package operator

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/manifest"
)

var update = flag.Bool("update", false, "write what is made into the archives")

func known(t testing.TB) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t testing.TB, text string) *kubernetes.Raw {
	t.Helper()
	raw := &kubernetes.Raw{}
	faults, err := manifest.Read(t.Context(), "in.yaml", bufio.NewReader(strings.NewReader(text)), raw)
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	return raw
}

// besides is what else is known of what an operator makes.
func besides(by *kubernetes.Maker) string {
	said := ""
	if by != nil && by.Budget != "" {
		said += " without a budget but for " + by.Budget
	}
	if by != nil && by.Kept != "" {
		said += " of which one is kept: " + by.Kept
	}
	if by != nil && by.Loses != "" {
		said += " loses " + by.Loses + " without " + by.Volume
	}
	if by != nil && by.Moves != nil {
		said += " is moved" + strings.TrimRight("; cannot: "+by.Moves.Cannot+"; unsure: "+by.Moves.Unsure, " ")
	}
	if by != nil && by.Leave != "" {
		said += " may leave: " + by.Leave
	}
	return said
}

// shown is what stands in an estate, an object a line.
func shown(raw *kubernetes.Raw) string {
	var b strings.Builder
	for i := range raw.Workloads {
		w := &raw.Workloads[i]
		fmt.Fprintf(&b, "%s x%d @%d %s", w.Ref, w.Replicas, w.Position.Line, labels.FormatLabels(w.Template.Labels))
		if w.MadeBy != nil {
			fmt.Fprintf(&b, " by %s (%s)", w.MadeBy.Ref, w.MadeBy.Operator)
		}
		if a := w.Template.Affinity; a != nil && a.PodAntiAffinity != nil {
			for _, term := range a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
				fmt.Fprintf(&b, " apart by %s of %s", term.TopologyKey, labels.FormatLabels(term.LabelSelector.MatchLabels))
			}
			for _, term := range a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
				fmt.Fprintf(&b, " rather apart by %s of %s", term.PodAffinityTerm.TopologyKey,
					labels.FormatLabels(term.PodAffinityTerm.LabelSelector.MatchLabels))
			}
		}
		if v, ok := w.Template.Annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]; ok {
			b.WriteString(" safe-to-evict " + v)
		}
		b.WriteString(besides(w.MadeBy))
		if len(w.VolumeClaimTemplates) > 0 {
			b.WriteString(" with a volume")
		}
		if n := w.Template.Requests.CPU; n > 0 {
			fmt.Fprintf(&b, " %dm", n)
		}
		if n := len(w.Template.Tolerations); n > 0 {
			fmt.Fprintf(&b, " tolerates %d", n)
		}
		b.WriteByte('\n')
	}
	for i := range raw.Budgets {
		p := &raw.Budgets[i]
		fmt.Fprintf(&b, "%s @%d", p.Ref(), p.Position.Line)
		if p.MinAvailable != nil {
			fmt.Fprintf(&b, " min %s", p.MinAvailable)
		}
		if p.MaxUnavailable != nil {
			fmt.Fprintf(&b, " max %s", p.MaxUnavailable)
		}
		fmt.Fprintf(&b, " of %s", p.Selector)
		if p.MadeBy != nil && p.MadeBy.Change != "" {
			fmt.Fprintf(&b, " or %s", p.MadeBy.Change)
		}
		b.WriteByte('\n')
	}
	for _, u := range raw.Hidden {
		fmt.Fprintf(&b, "hidden %s%s in %+v: %s\n", u.Kind, " of "+u.Of, u.Scope, u.Reason)
	}
	if len(raw.NotJudged) > 0 {
		fmt.Fprintf(&b, "not judged %s\n", strings.Join(raw.NotJudged, " "))
	}
	return b.String()
}

// Each archive of testdata has custom resources, and what is made of them.
func TestMake(t *testing.T) {
	c := known(t)
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal(err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil || len(a.Files) != 2 {
				t.Fatal(err)
			}
			raw := read(t, string(a.Files[0].Data))
			Make(c, raw, Configuration{})
			if got := shown(raw); *update {
				a.Files[1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(a.Files[1].Data) {
				t.Errorf("got:\n%swant:\n%s", got, a.Files[1].Data)
			}
		})
	}
}

// Every kind of the catalog with a model is in one of the tests.
func TestEveryModelIsTested(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, name := range archives {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	for _, o := range known(t).Operators {
		for _, k := range o.Kinds {
			if _, kind, _ := strings.Cut(k.Kind, "/"); !bytes.Contains(all, []byte("kind: "+kind+"\n")) {
				t.Errorf("no test has a %s", k.Kind)
			}
		}
	}
}

// Whatever a custom resource of a known kind holds, what is made of it has a
// name and labels, and no number below none.
func TestMakeAnything(t *testing.T) {
	c := known(t)
	var kinds []string
	for _, o := range c.Operators {
		for _, k := range o.Kinds {
			kinds = append(kinds, k.Kind)
		}
	}
	values := rapid.SampledFrom([]string{"null", "3", "-1", "0", `"x"`, `"50%"`, "true", "[]", "{}",
		`[{"name":"a","count":2,"replicas":2,"size":1,"component":"c"}]`, `[1]`,
		`{"replicas":2,"enabled":true,"pdb":{"enabled":true,"minAvailable":1}}`})
	fields := rapid.SampledFrom([]string{"instances", "replicas", "kafka", "zookeeper", "mon", "mgr", "storage", "nodeSets", "nodePools",
		"redis", "sentinel", "pxc", "haproxy", "replsets", "members", "affinity", "tolerations", "podMetadata",
		"podDisruptionBudget", "resources"})
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		_, name, _ := strings.Cut(kind, "/")
		var spec []string
		for range rapid.IntRange(0, 6).Draw(t, "fields") {
			f := fmt.Sprintf("%q:%s", fields.Draw(t, "field"), values.Draw(t, "value"))
			if !slices.ContainsFunc(spec, func(s string) bool { return s[:3] == f[:3] }) {
				spec = append(spec, f)
			}
		}
		raw := &kubernetes.Raw{CustomResources: []kubernetes.CustomResource{{
			API: kind, Namespace: "ns", Name: "x",
			Object: fmt.Appendf(nil, `{"kind":%q,"metadata":{"name":"x"},"spec":{%s}}`, name, strings.Join(spec, ",")),
		}}}
		Make(c, raw, Configuration{})
		for _, w := range raw.Workloads {
			if w.Name == "" || w.Replicas < 0 || len(w.Template.Labels) == 0 {
				t.Fatalf("%+v of %s", w.Workload, raw.CustomResources[0].Object)
			}
		}
		for _, b := range raw.Budgets {
			if b.Name == "" || b.Selector.Empty() || (b.MinAvailable == nil) == (b.MaxUnavailable == nil) {
				t.Fatalf("%+v of %s", b, raw.CustomResources[0].Object)
			}
		}
	})
}

// What an object applies hides nothing where that was read itself.
func TestMakeApplied(t *testing.T) {
	for _, applied := range []bool{false, true} {
		raw := read(t, "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {destination: {namespace: shop}, "+
			"source: {path: web}}\n")
		raw.CustomResources[0].Applied = applied
		Make(known(t), raw, Configuration{})
		if applied == (len(raw.Hidden) > 0) {
			t.Errorf("applied %t: hidden %+v", applied, raw.Hidden)
		}
	}
}

// Each setting of an operator is known once, though several of its budgets have it.
func TestSettingsAreKnownOnce(t *testing.T) {
	a, b := responsibility.Setting{Kind: "a/A", Path: "/x", Is: "false"}, responsibility.Setting{Kind: "a/A", Path: "/y", Is: "false"}
	c := &responsibility.Catalog{Operators: []*responsibility.Operator{{Kinds: []responsibility.Custom{{Budgets: []responsibility.MadeBudget{
		{Settings: []responsibility.Setting{a, b}}, {Settings: []responsibility.Setting{a}},
	}}}}}}
	if got := settings(c); len(got) != 2 || got[0] != a || got[1] != b {
		t.Errorf("%+v", got)
	}
}

// What an operator is configured to leave out is not made: by what stands beside the
// resource, or else anywhere in the input, where that agrees.
func TestMakeAsTheOperatorIsConfigured(t *testing.T) {
	c := known(t)
	const database = "apiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {name: db}\nspec: {numberOfInstances: 1}\n"
	custom := func(value string) string {
		return "apiVersion: acid.zalan.do/v1\nkind: OperatorConfiguration\nmetadata: {name: o}\nconfiguration: {kubernetes: " + value + "}\n"
	}
	plain := func(data string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o}\ndata: {" + data + "}\n"
	}
	off, on := custom("{enable_pod_disruption_budget: false}"), custom("{enable_pod_disruption_budget: true}")
	for name, x := range map[string]struct {
		beside, elsewhere string
		budgets, hidden   int
	}{
		"nothing is said":            {budgets: 1},
		"a custom resource":          {beside: off},
		"which leaves it on":         {beside: on, budgets: 1},
		"which does not say it":      {beside: custom("{}"), budgets: 1},
		"a ConfigMap":                {beside: plain(`enable_pod_disruption_budget: "false", workers: "8"`)},
		"one of something else":      {beside: plain(`enable_logs: "false"`), budgets: 1},
		"elsewhere":                  {elsewhere: off},
		"nearer counts":              {beside: on, elsewhere: off, budgets: 1},
		"nearer counts, the other":   {beside: off, elsewhere: on},
		"two that differ":            {beside: off + "---\n" + on, hidden: 1},
		"two that differ, elsewhere": {elsewhere: off + "---\n" + custom("{}"), hidden: 1},
	} {
		raw := read(t, database+"---\n"+x.beside)
		Make(c, raw, Configured(c, read(t, x.elsewhere)))
		if len(raw.Budgets) != x.budgets || len(raw.Hidden) != x.hidden {
			t.Errorf("%s: budgets %+v, hidden %+v", name, raw.Budgets, raw.Hidden)
		}
	}
}

// Kinds of Kubernetes that can be scaled are so as an operator makes them: a budget counts their pods.
func TestMadeKindsCanBeScaled(t *testing.T) {
	for _, o := range known(t).Operators {
		for _, k := range o.Kinds {
			for _, w := range k.Makes {
				if w.Group == "apps" && slices.Contains([]string{"Deployment", "StatefulSet"}, w.Kind) && !w.Scaled && !w.Each {
					t.Errorf("%s makes a %s that is not scaled", k.Kind, w.Kind)
				}
			}
		}
	}
}
