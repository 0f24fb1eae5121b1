package compute

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

// eachLook calls f with every estate of the examples, the truth table and the
// recorded runs, and what is found in it where a platform is only assumed.
func eachLook(t *testing.T, f func(t *testing.T, path string, e *kubernetes.Estate, findings []finding.Finding)) {
	t.Helper()
	c := knowledge(t)
	for _, glob := range []string{"testdata/*/*.yaml", "../../../examples/*", "../../../testdata/runs/*/estate.json"} {
		paths, err := filepath.Glob(glob)
		if err != nil || len(paths) == 0 {
			t.Fatal("nothing to look at", glob, err)
		}
		for _, path := range paths {
			read, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{path}})
			if err != nil {
				continue // scenarios
			}
			for _, offering := range []*responsibility.Offering{c.Offering("eks-auto-mode"), c.Offering("gke-standard")} {
				f(t, path, read, ran(t, c, read, locate.Locate(c, read, nil, offering)).Findings)
			}
		}
	}
}

// An assumption breaks nothing: what rests on a platform that nothing tells is
// never broken with high severity, and what a play on made-up nodes shows is
// broken only where it is so on any number of them.
func TestAnAssumptionBreaksNothing(t *testing.T) {
	risks := 0
	eachLook(t, func(t *testing.T, path string, e *kubernetes.Estate, findings []finding.Finding) {
		for _, f := range findings {
			if f.Basis == string(locate.Assumed) && f.Verdict == finding.Broken && f.Severity == "high" {
				t.Errorf("%s: %s of %s %s is assumed, and broken with high severity", path, f.Obligation, f.Subject.Kind, f.Subject.Name)
			}
		}
		for _, o := range withOutcomes(findings) {
			if !slices.Contains(foreseen, o.Obligation) || !o.Outcome || o.Verdict == finding.Held {
				continue
			}
			if o.Basis == string(locate.Assumed) {
				risks++
			}
			if o.Verdict == finding.Broken && (len(e.Nodes) == 0 && o.Obligation != ExpiryUnbounded.ID || o.Basis == string(locate.Assumed)) {
				t.Errorf("%s: %s of %s %s is broken by an assumption: %s", path, o.Obligation, o.Subject.Kind, o.Subject.Name, o.Message)
			}
		}
	})
	if risks < 20 {
		t.Errorf("only %d risks were seen", risks)
	}
}

// One entry a cause: where something is broken about a workload, what comes of
// it has no entry of its own, unless its pods are down already.
func TestOneEntryACause(t *testing.T) {
	explained := 0
	eachLook(t, func(t *testing.T, path string, e *kubernetes.Estate, findings []finding.Finding) {
		for _, f := range findings {
			explained += len(f.LeadsTo)
			if f.Obligation != SurvivesReplacementID && f.Obligation != ExpiryCohortID || f.Verdict != finding.Broken {
				continue
			}
			cause := slices.IndexFunc(findings, func(x finding.Finding) bool {
				return x.Subject == f.Subject && x.Verdict == finding.Broken && !x.Outcome
			})
			if cause >= 0 && path != "testdata/survives-replacement/broken-none-is-ready-as-it-is.yaml" {
				t.Errorf("%s: %s of %s stands beside %s", path, f.Obligation, f.Subject.Name, findings[cause].Obligation)
			}
		}
	})
	if explained < 100 {
		t.Errorf("only %d outcomes are explained", explained)
	}
}

// What uses up a shared budget elsewhere explains what becomes of others under it.
func TestOverlapElsewhereIsTheCause(t *testing.T) {
	c := knowledge(t)
	read, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{"../../../examples/insurer"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ran(t, c, read, locate.Locate(c, read, nil, nil)).Findings {
		if f.Obligation == PDBOverlap.ID && f.Subject.Name == "claims-api" {
			if !slices.ContainsFunc(f.LeadsTo, func(o finding.Outcome) bool { return o.Subject.Name == "claims-web" }) {
				t.Errorf("the overlap leads to %+v", f.LeadsTo)
			}
			return
		}
	}
	t.Error("no overlap")
}
