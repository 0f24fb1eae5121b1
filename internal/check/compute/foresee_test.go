package compute

import (
	"context"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/source"
)

// What the recorded clusters did: six nodes born together took all pods of the
// service without a budget, and one at a time of the one that has one.
func TestForesightOfRecordedClusters(t *testing.T) {
	c := knowledge(t)
	for _, x := range []struct {
		run, obligation, name string
		verdict               finding.Verdict
		says                  string
	}{
		{"expiry-storm", "expiry-cohort", "api", finding.Broken, "0 of 6"},
		{"expiry-storm", "expiry-cohort", "web", finding.Held, "at least 5 of 6"},
		{"expiry-storm", "survives-replacement", "web", finding.Held, "at least 5 of 6"},
		{"drift-ndb2", "survives-replacement", "web", finding.Held, "at least 5 of 6"},
		{"pdb-too-strict", "expiry-cohort", "web", finding.Broken, "0 of 4"},
	} {
		e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{"../../../testdata/runs/" + x.run + "/estate.json"}})
		if err != nil {
			t.Fatal(err)
		}
		seen := false
		for _, f := range withOutcomes(ran(t, c, e, locate.Locate(c, e, nil, nil)).Findings) {
			if f.Obligation != x.obligation || f.Subject.Name != x.name {
				continue
			}
			seen = true
			if f.Verdict != x.verdict || !strings.Contains(f.Message, x.says) {
				t.Errorf("%s: %s of %s is %s: %s; want %s and %q", x.run, x.obligation, x.name, f.Verdict, f.Message, x.verdict, x.says)
			}
		}
		if !seen {
			t.Errorf("%s: no finding of %s on %s", x.run, x.obligation, x.name)
		}
	}
}

// A broken one shows its witness, what led to it step by step, and the bound.
func TestForesightShowsItsEvidence(t *testing.T) {
	c := knowledge(t)
	e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{"../../../testdata/runs/expiry-storm/estate.json"}})
	if err != nil {
		t.Fatal(err)
	}
	said := evidenceOf(t, withOutcomes(ran(t, c, e, locate.Locate(c, e, nil, nil)).Findings), "expiry-cohort", "api")
	for _, want := range []string{
		"shown by: expiry, seed 1: 0 of 6 ready at 2026-11-22 06:17:39 UTC",
		"the node budget of pool default (1 at once) does not apply",
		"6 pods are evicted from 6 nodes within 5 s: no PodDisruptionBudget covers them",
		"expiry, in every order of events: at least 0 of 6 ready, because no PDB covers its pods",
		"its 6 nodes expire together, at 2026-11-22 06:17:34 UTC",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q:\n%s", want, said)
		}
	}
}

// What two checks of their own used to say of budgets is said with what comes
// of it: one that lets all pods go, and one that is used up.
func TestForesightNamesTheBudget(t *testing.T) {
	c := knowledge(t)
	for file, x := range map[string]struct {
		says, fix string
		changes   int
	}{
		"unknown-51-percent-of-2-is-both.yaml": {"PDB web allows all 2 pods to be evicted at once, so it protects nothing",
			"allow one eviction at a time", 1},
		"unknown-one-of-three-is-not-ready.yaml": {"the cluster allows no eviction under PDB web now: 2 of 3 pods are healthy, " +
			"and 2 must stay healthy", "get its pods healthy", 0}, // the one that is not may go already
	} {
		e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{"testdata/survives-replacement/" + file}})
		if err != nil {
			t.Fatal(err)
		}
		findings := withOutcomes(look(t, c, "eks-auto-mode", e))
		if said := evidenceOf(t, findings, "survives-replacement", "web"); !strings.Contains(said, x.says) {
			t.Errorf("%s: nothing says %q:\n%s", file, x.says, said)
		}
		for _, f := range findings {
			if f.Obligation == "survives-replacement" && (f.Fix == nil || f.Fix.Summary != x.fix || len(f.Fix.Changes) != x.changes) {
				t.Errorf("%s: the fix is %+v", file, f.Fix)
			}
		}
	}
}

// What is not known is not green.
func TestForesightWithoutAnythingToPlay(t *testing.T) {
	c := knowledge(t)
	e := parse(t, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {app: web}},
template: {metadata: {labels: {app: web}}, spec: {nodeSelector: {disk: fast}, containers: [{name: c, image: i}]}}}}
---
{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: default}, spec: {template: {spec: {requirements: [{key: disk, operator: In,
  values: [slow]}]}}}}`)
	for _, as := range []string{"eks-auto-mode", "karpenter", "gke-standard", "ec2-self-hosted"} {
		result := ran(t, c, e, locate.Locate(c, e, c.Offering(as), nil))
		for _, f := range result.Findings {
			if f.Obligation == "survives-replacement" && f.Verdict != finding.Unknown {
				t.Errorf("%s: %s although nothing can be played: %s", as, f.Verdict, f.Message)
			}
		}
	}
}

// Of one workload that fits nowhere that is said, whatever of others can be played.
func TestForesightOfOneThatFitsNowhere(t *testing.T) {
	fast := strings.Replace(named("web", 2, ""), "spec: {containers", "spec: {nodeSelector: {disk: fast}, containers", 1)
	pool := "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: default}, spec: {template: {spec: {requirements: " +
		"[{key: disk, operator: In, values: [slow]}]}}}}\n---\n"
	told := false
	for _, f := range withOutcomes(look(t, knowledge(t), "eks-auto-mode", parse(t, fast+named("api", 2, "")+pool))) {
		if f.Obligation != SurvivesReplacement.ID || f.Subject.Name != "web" {
			continue
		}
		told = true
		if f.Verdict != finding.Unknown || f.Message != "its pods fit on no node of those that were read, so nothing could be simulated" {
			t.Errorf("%s: %s", f.Verdict, f.Message)
		}
	}
	if !told {
		t.Error("nothing is said of web")
	}
}

func evidenceOf(t *testing.T, findings []finding.Finding, obligation, name string) string {
	t.Helper()
	var said strings.Builder
	for _, f := range findings {
		if f.Obligation != obligation || f.Subject.Name != name {
			continue
		}
		for _, e := range f.Evidence {
			said.WriteString(e.Text + "\n")
		}
	}
	return said.String()
}
