package forecast_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/source"
)

type silent struct{}

func (silent) Begin(string)   {}
func (silent) Count(int, int) {}

var epoch = time.Date(2028, time.January, 3, 0, 0, 0, 0, time.UTC)

func knowledge(t *testing.T) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t *testing.T, path string) *kubernetes.Estate {
	t.Helper()
	e, err := source.One(t.Context(), source.Input{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	return e.Kubernetes
}

// What check says by an outlook and what simulate says by forecasts never
// contradict each other, on any estate that there is: held by one is proved by
// the other, broken by one is broken by the other, and what stayed up unproved
// is held by neither.
func TestCommandsAgree(t *testing.T) {
	var paths []string
	for _, glob := range []string{"../../testdata/runs/*/estate.json", "../../examples/*",
		"../check/compute/testdata/survives-replacement/*.yaml", "../check/compute/testdata/expiry-cohort/*.yaml"} {
		found, _ := filepath.Glob(glob)
		paths = append(paths, found...)
	}
	c := knowledge(t)
	compared := 0
	for _, path := range paths {
		if filepath.Base(path) == "scenarios" {
			continue
		}
		t.Run(path, func(t *testing.T) {
			e := read(t, path)
			places := locate.Locate(c, e, nil, c.Offering("eks-auto-mode"))
			o, err := forecast.Look(t.Context(), e, places, epoch, func(int) bool { return true })
			stage, failed := forecast.Prepare(e, places, epoch, scenario.Asked{Runs: 3})
			if (err == nil) != (failed == nil) {
				t.Fatalf("check: %v; simulate: %v", err, failed)
			}
			if err != nil {
				return // neither can play it
			}
			for _, d := range stage.Disruptions() {
				f, err := stage.Play(t.Context(), d, false, silent{})
				if err != nil {
					continue // neither can play it
				}
				for k := range f.Judgements {
					j := &f.Judgements[k]
					judged, ok := o.Of(j.Workload.Ref, func(c *forecast.Case) bool { return c.Name == d.Name })
					if !ok || len(judged) == 0 {
						continue // another one takes the same nodes in the same way
					}
					compared++
					agree(t, d.Name, j, &judged[0])
				}
			}
		})
	}
	if compared < 100 {
		t.Errorf("only %d judgements were compared", compared)
	}
}

func agree(t *testing.T, name string, simulated *forecast.Judgement, checked *forecast.Judged) {
	t.Helper()
	if checked.Verdict() != simulated.Verdict() {
		t.Errorf("%s on %s: check %s (%s), simulate %s (%s)", name, simulated.Workload.Ref, checked.Verdict(), checked.Words, simulated.Verdict(),
			simulated.Words)
	}
	if simulated.Outcome() == finding.Held && simulated.Proof == bound.Refuted || simulated.Proof == bound.Proved &&
		simulated.Outcome() == finding.Broken {
		t.Errorf("%s on %s: %s in the runs and %s", name, simulated.Workload.Ref, simulated.Outcome(), simulated.Proof)
	}
}

// A worker whose autoscaler may take it to zero is broken in neither.
func TestIdleWorkerIsNotBroken(t *testing.T) {
	c := knowledge(t)
	e := read(t, "../check/compute/testdata/survives-replacement/held-scales-to-zero-by-wish.yaml")
	places := locate.Locate(c, e, c.Offering("eks-auto-mode"), nil)
	stage, err := forecast.Prepare(e, places, epoch, scenario.Asked{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range stage.Disruptions() {
		f, err := stage.Play(t.Context(), d, false, silent{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Verdict() != finding.Held {
			t.Errorf("%s is %s", d.Name, f.Verdict())
		}
		for k := range f.Judgements {
			if j := &f.Judgements[k]; j.Workload.Floor != 0 || j.Verdict() != finding.Held {
				t.Errorf("%s: %+v", d.Name, j)
			}
		}
	}
}

// A play ends with its context.
func TestPlayEndsWithContext(t *testing.T) {
	c := knowledge(t)
	e := read(t, "../../testdata/runs/expiry-storm/estate.json")
	places := locate.Locate(c, e, nil, nil)
	stage, err := forecast.Prepare(e, places, epoch, scenario.Asked{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := stage.Play(ctx, stage.Disruptions()[0], true, silent{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := forecast.Look(ctx, e, places, epoch, func(int) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Where nodes are made up and pools have two contracts, each disruption takes the
// nodes of the contract that has it: a rollback those of EKS Auto Mode, which
// Karpenter knows nothing of.
func TestEachDisruptionWhereItsContractHasIt(t *testing.T) {
	const input = `
{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: gpu}, spec: {template: {spec: {
  nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: d}, taints: [{key: gpu, effect: NoSchedule}]}}}}
---
{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: own}, spec: {template: {spec: {nodeClassRef: {group: karpenter.k8s.aws,
  kind: EC2NodeClass, name: a}}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: w}, spec: {replicas: 3, selector: {matchLabels: {a: w}},
  template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: i}]}}}}
`
	const gpu = `
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: g}, spec: {replicas: 2, selector: {matchLabels: {a: g}},
  template: {metadata: {labels: {a: g}}, spec: {tolerations: [{key: gpu, operator: Exists}], nodeSelector: {karpenter.sh/nodepool: gpu},
    containers: [{name: c, image: i}]}}}}
`
	c := knowledge(t)
	for name, test := range map[string]struct {
		input string
		both  bool
	}{"nodes of one of them": {input, false}, "nodes of both": {input + gpu, true}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mixed.yaml")
			if err := os.WriteFile(path, []byte(test.input), 0o600); err != nil {
				t.Fatal(err)
			}
			e := read(t, path)
			stage, err := forecast.Prepare(e, locate.Locate(c, e, nil, nil), epoch, scenario.Asked{Runs: 1})
			if err != nil {
				t.Fatal(err)
			}
			rollback := false
			for _, d := range stage.Disruptions() {
				rollback = rollback || strings.Contains(d.Name, "rollback")
				if _, err := stage.Play(t.Context(), d, false, silent{}); err != nil {
					t.Errorf("%s: %v", d.Name, err)
				}
			}
			if rollback != test.both {
				t.Errorf("a rollback is played: %t", rollback)
			}
		})
	}
}
