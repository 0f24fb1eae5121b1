package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// A budget whose selector is one value off the pods that lack one is what is wrong with
// them: it is told with that, once, and its selector is the fix.
func TestBudgetThatMissesItsPodsIsToldOnce(t *testing.T) {
	said := look(t, knowledge(t), "karpenter",
		parse(t, named("web", 3, ", of: all, is: a")+pdbNamed("x", "of: all, is: b", "maxUnavailable: 1")))
	var broken []finding.Finding
	for _, f := range said {
		if f.Verdict == finding.Broken {
			broken = append(broken, f)
		}
	}
	if len(broken) != 1 || broken[0].Obligation != PDBMissing.ID || changesOf(broken[0].Fix) != "replace x maxUnavailable: 1" ||
		!strings.Contains(broken[0].Fix.Summary, "correct PDB x") {
		t.Fatalf("%+v", broken)
	}
	led := false
	for _, o := range broken[0].LeadsTo {
		led = led || o.Obligation == PDBOrphan.ID
	}
	if !led {
		t.Errorf("the PDB is not told of: %+v", broken[0].LeadsTo)
	}
}

// A budget without a selector is for the workload of its name, or the only one that has none:
// it gets a selector, and no second one is made beside it.
func TestBudgetWithoutASelector(t *testing.T) {
	without := func(name string) string {
		return "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: " + name + "}\nspec: {maxUnavailable: 1}\n"
	}
	web, other := named("web", 3, ""), named("other", 3, ", of: all")
	const second = "create web maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow"
	for name, x := range map[string]struct {
		docs, fix string
		orphans   int
	}{
		"of its name":             {web + other + without("web"), "replace web maxUnavailable: 1", 0},
		"of its name, and -pdb":   {web + other + without("web-pdb"), "replace web-pdb maxUnavailable: 1", 0},
		"beside the only one":     {web + without("all"), "replace all maxUnavailable: 1", 0},
		"beside two":              {web + other + without("all"), second, 1},
		"two beside the only one": {web + without("one") + without("two"), second, 2},
		"beside one that has another": {
			web + other + pdbNamed("x", "app: web", "maxUnavailable: 1") + without("web"),
			"create other maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow", 1,
		},
	} {
		fix, orphans := "", 0
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.docs)) {
			if f.Verdict == finding.Broken && f.Obligation == PDBMissing.ID && (fix == "" || f.Subject.Name == "web") {
				fix = changesOf(f.Fix)
			} else if f.Verdict == finding.Broken && f.Obligation == PDBOrphan.ID {
				orphans++
			}
		}
		if fix != x.fix || orphans != x.orphans {
			t.Errorf("%s: fix %q, want %q; %d orphans, want %d", name, fix, x.fix, orphans, x.orphans)
		}
	}
}

// A budget that selects nothing and seems to be written for a workload is told with what that
// one lacks: one edit mends both. Where that weighs less, or is not lacking, it is told by itself.
func TestBudgetThatMissesItsPods(t *testing.T) {
	own := strings.Replace(named("web", 3, ", of: all, is: a"), "name: web}", "name: web, labels: {of: all, is: b}}", 1)
	for name, x := range map[string]struct {
		docs string
		with bool
	}{
		"by one value":               {named("web", 3, ", of: all, is: a") + pdbNamed("x", "of: all, is: b", "maxUnavailable: 1"), true},
		"by one value, and its own":  {own + pdbNamed("x", "of: all, is: b", "maxUnavailable: 1"), true},
		"by one value, and its name": {named("web", 3, ", of: all, is: a") + pdbNamed("web", "of: all, is: b", "maxUnavailable: 1"), true},
		"by one value, and by one elsewhere": {named("web", 3, ", of: all, is: a") +
			strings.Replace(named("away", 3, ", of: all, is: a"), "name: away}", "name: away, namespace: other}", 1) +
			pdbNamed("x", "of: all, is: b", "maxUnavailable: 1"), true},
		"of one with a single pod": {named("web", 1, ", of: all, is: a") + pdbNamed("x", "of: all, is: b", "maxUnavailable: 1"), false},
		"of nothing that was read": {named("web", 3, ", of: all, is: a") + pdbNamed("x", "some: other", "maxUnavailable: 1"), false},
	} {
		told, with := false, false
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.docs)) {
			told = told || f.Obligation == PDBOrphan.ID && f.Verdict == finding.Broken
			for _, o := range f.LeadsTo {
				with = with || f.Obligation == PDBMissing.ID && o.Obligation == PDBOrphan.ID && o.Also
			}
		}
		if with != x.with || told == x.with {
			t.Errorf("%s: told by itself %t, with what is missing %t", name, told, with)
		}
	}
}

// A budget that guards runs by a number holds up nobody for long, and is what its author
// wants: low, whatever waits beside it.
func TestSeverityOfABudgetOverRuns(t *testing.T) {
	for _, x := range []struct{ terms, severity string }{{"minAvailable: 1", "low"}, {"minAvailable: 100%", "medium"}} {
		told := false
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, cronJob+pdbOver("of: all", x.terms))) {
			if f.Obligation != PDBNeverAllows.ID || f.Verdict != finding.Broken {
				continue
			}
			told = true
			if f.Severity != x.severity || strings.Contains(f.Consequence, "While a run is on") != (x.severity == "low") {
				t.Errorf("%s: %s, want %s: %s", x.terms, f.Severity, x.severity, f.Consequence)
			}
		}
		if !told {
			t.Errorf("%s: not told", x.terms)
		}
	}
}
