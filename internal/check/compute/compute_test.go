package compute

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

// TestMain has CI draw the same cases each time, so that it says the same of
// the same commit; everywhere else they are new ones.
func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv("CI") != "" {
		if err := flag.Set("rapid.seed", "20261123"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// loaded is the built-in catalog, which nobody changes: reading it takes longer
// than most tests do.
var loaded = sync.OnceValues(func() (*responsibility.Catalog, error) {
	return responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
})

func knowledge(t rapid.TB) *responsibility.Catalog {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// today is the day of all tests.
var today = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// every are the checks of this axis.
var every = []check.Check{
	PDBMissing, PDBNeverAllows, PDBOverlap, PDBShared, PDBOrphan, SingleReplica, DrainDodger,
	BudgetInvalid, BudgetClosed, BudgetGap, BudgetDead, SurvivesReplacement, ExpiryCohort, ExpiryUnbounded, ReplacementFinishes,
	ReleaseWithinBudget, BarePod, GraceWithinDeadline, JobSurvivesEviction, KubeletSkew, DataOutlastsNode, PlatformAdmits,
	StopWithinGrace, ConnectionsDrained, JobEndsBeforeDeadline,
	ReadyMeansServing, ImageNamed, AddonsNotDoubled, OwnAddonsUpdated, UpgradeStarted, NodeImageFresh, LaunchAllowed,
}

func ids(checks ...check.Check) []string {
	var all []string
	for _, c := range checks {
		all = append(all, c.ID)
	}
	return all
}

var (
	foreseen       = ids(SurvivesReplacement, ExpiryCohort, ExpiryUnbounded, ReplacementFinishes)
	poolChecks     = ids(BudgetInvalid, BudgetClosed, BudgetGap, BudgetDead, ExpiryUnbounded)
	pdbChecks      = ids(PDBNeverAllows, PDBOverlap, PDBShared, PDBOrphan)
	workloadChecks = ids(PDBMissing, SingleReplica, DrainDodger, SurvivesReplacement, ExpiryCohort, ReplacementFinishes)
)

// ran runs every check of this axis.
func ran(t rapid.TB, c *responsibility.Catalog, e *kubernetes.Estate, places locate.Places) check.Result {
	t.Helper()
	result, err := check.Run(context.Background(), every, c, &estate.Estate{Kubernetes: e, Today: today}, places)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// within calls f in a pass over an estate, all of which runs on an offering.
func within(t testing.TB, as string, e *kubernetes.Estate, f func(*check.Pass)) {
	t.Helper()
	passing(t, every[0].ID, as, e, f)
}

// passing is within for the pass of one obligation.
func passing(t testing.TB, id, as string, e *kubernetes.Estate, f func(*check.Pass)) {
	t.Helper()
	c, table := knowledge(t), slices.Clone(every)
	for i := range table {
		table[i].Run = func(*check.Pass) {}
	}
	table[slices.IndexFunc(table, func(c check.Check) bool { return c.ID == id })].Run = f
	on := locate.Locate(c, e, c.Offering(as), nil)
	if _, err := check.Run(t.Context(), table, c, &estate.Estate{Kubernetes: e, Today: today}, on); err != nil {
		t.Fatal(err)
	}
}

func look(t rapid.TB, c *responsibility.Catalog, as string, e *kubernetes.Estate) []finding.Finding {
	t.Helper()
	return ran(t, c, e, locate.Locate(c, e, c.Offering(as), nil)).Findings
}

// withOutcomes are findings and what they lead to, as if nothing explained it.
func withOutcomes(findings []finding.Finding) []finding.Finding {
	all := slices.Clone(findings)
	for _, f := range findings {
		for _, o := range f.LeadsTo {
			all = append(all, finding.Finding{
				Obligation: o.Obligation, Verdict: o.Verdict, Basis: o.Basis, Subject: o.Subject, Message: o.Message, Consequence: o.Consequence,
				Evidence: o.Evidence, Fingerprint: o.Fingerprint, Outcome: true, Fix: f.Fix, Sources: f.Sources, Position: f.Position,
			})
		}
	}
	return all
}

// placedOn is where all of a file of the truth table runs: on EKS Auto Mode, but for what is
// nobody's but Karpenter's there.
func placedOn(obligation string) string {
	if obligation == NodeImageFresh.ID {
		return "karpenter"
	}
	return "eks-auto-mode"
}

// The truth table: testdata/OBLIGATION/VERDICT-WHY.yaml. Every finding of the
// obligation in the file has the verdict, and there is one; with none as the
// verdict there is no finding of it.
func TestTruthTable(t *testing.T) {
	c := knowledge(t)
	files, err := filepath.Glob("testdata/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no truth table", err)
	}
	for _, file := range files {
		obligation := filepath.Base(filepath.Dir(file))
		verdict, _, _ := strings.Cut(filepath.Base(file), "-")
		t.Run(obligation+"/"+strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{file}})
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			for _, f := range withOutcomes(look(t, c, placedOn(obligation), e)) {
				if f.Obligation != obligation {
					continue
				}
				seen++
				if string(f.Verdict) != verdict {
					t.Errorf("%s %s is %s: %s", f.Subject.Kind, f.Subject.Name, f.Verdict, f.Message)
				}
				if f.Verdict == finding.Broken && (f.Fix == nil || f.Consequence == "" || len(f.Sources) == 0) {
					t.Errorf("%s %s lacks a fix, a consequence or a source: %+v", f.Subject.Kind, f.Subject.Name, f)
				}
				if f.Position.Line == 0 {
					t.Errorf("%s %s has no position", f.Subject.Kind, f.Subject.Name)
				}
			}
			if (seen == 0) != (verdict == "none") {
				t.Errorf("%d findings of %s, want %s", seen, obligation, verdict)
			}
		})
	}
}

// Every check of this package is in the catalog and in the truth table.
func TestEveryCheckIsTested(t *testing.T) {
	c := knowledge(t)
	for _, id := range ids(every...) {
		if c.Obligation(id) == nil {
			t.Errorf("%s is no obligation in the catalog", id)
		}
		if id == LaunchAllowed.ID {
			continue // what it is about is no object: TestLaunchAllowed
		}
		for _, verdict := range []string{"broken", "held"} {
			if files, _ := filepath.Glob("testdata/" + id + "/" + verdict + "-*.yaml"); len(files) == 0 {
				t.Errorf("%s has no %s case", id, verdict)
			}
		}
	}
}

func parse(t rapid.TB, docs string) *kubernetes.Estate {
	t.Helper()
	e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(docs)})
	if err != nil {
		t.Fatalf("%v in\n%s", err, docs)
	}
	return e
}

// The same break means another thing under each contract: an outage where the
// deadline forces, an unpatched node where it does not.
func TestConsequenceFollowsTheContract(t *testing.T) {
	c := knowledge(t)
	data, err := os.ReadFile("testdata/pdb-never-allows/broken-all-of-them.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for as, want := range map[string][]string{
		"eks-auto-mode":         {"waits 24 h", "force-deleted together", "about every 7 days", "14 days old"},
		"eks-managed-nodegroup": {"fails after 15 min", "stay unpatched"},
		"gke-standard":          {"waits 60 min", "force-deleted together"},
		"openshift":             {"waits without limit"},
		"karpenter":             {"waits without limit"},
	} {
		seen := 0
		defer func() {
			if seen != 1 {
				t.Errorf("%s: %d findings of pdb-never-allows", as, seen)
			}
		}()
		for _, f := range look(t, c, as, parse(t, string(data))) {
			if f.Obligation != "pdb-never-allows" {
				continue
			}
			seen++
			for _, words := range want {
				if !strings.Contains(strings.ReplaceAll(f.Consequence, "1 h", "60 min"), words) {
					t.Errorf("%s: %q lacks %q", as, f.Consequence, words)
				}
			}
		}
	}
}

// What is induced on Auto Mode is load-bearing there, and not where the
// customer replaces nodes.
func TestLoadBearingWhereTheLineMoved(t *testing.T) {
	c := knowledge(t)
	data, err := os.ReadFile("testdata/pdb-missing/broken-no-budget.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for as, want := range map[string]bool{"eks-auto-mode": true, "gke-autopilot": true, "eks-standard": false, "ec2-self-hosted": false} {
		findings := look(t, c, as, parse(t, string(data)))
		if i := slices.IndexFunc(findings, func(f finding.Finding) bool { return f.Obligation == "pdb-missing" }); i < 0 ||
			findings[i].LoadBearing != want {
			t.Errorf("%s: want a pdb-missing finding with loadBearing %t, got %+v", as, want, findings)
		}
	}
	if findings := look(t, c, "lambda", parse(t, string(data))); len(findings) > 0 {
		t.Errorf("on Lambda nobody has disruption controls, got %+v", findings)
	}
}

// Two workloads under one budget stand on different platforms: each finding
// has the evidence of its own.
func TestFindingsShareNoEvidence(t *testing.T) {
	docs := ""
	for name, selector := range map[string]string{"a": "eks.amazonaws.com/compute-type: auto", "b": "cloud.google.com/gke-nodepool: p"} {
		docs += "{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + name +
			"}, spec: {replicas: 2, selector: {matchLabels: {app: " + name +
			"}}, template: {metadata: {labels: {app: " + name + ", tier: x}}, spec: {nodeSelector: {" + selector +
			"}, containers: [{name: c, image: i}]}}}}\n---\n"
	}
	docs += "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p}, spec: {maxUnavailable: 0, " +
		"selector: {matchLabels: {tier: x}}}}"
	c := knowledge(t)
	e := parse(t, docs)
	for _, f := range ran(t, c, e, locate.Locate(c, e, nil, nil)).Findings {
		for _, x := range f.Evidence {
			if strings.HasPrefix(x.Text, "stands on ") && !strings.HasPrefix(x.Text, "stands on "+f.Offering+":") {
				t.Errorf("%s %s is on %s, and its evidence says it %s", f.Obligation, f.Subject.Name, f.Offering, x.Text)
			}
		}
	}
}

// trialOf is by what the first workload of an estate is known to be there to be tried.
func trialOf(t testing.TB, e *kubernetes.Estate) (why string) {
	t.Helper()
	within(t, "karpenter", e, func(p *check.Pass) { why = stakesOf(p).trial(0) })
	return why
}
