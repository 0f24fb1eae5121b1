package compute

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

// The arithmetic agrees with what a real disruption controller wrote into the
// budgets of the recorded clusters, and the clusters are located by their nodes.
func TestArithmeticOfRecordedClusters(t *testing.T) {
	c := knowledge(t)
	files, err := filepath.Glob("../../../testdata/runs/*/estate.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded runs", err)
	}
	compared := 0
	for _, file := range files {
		e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		places := locate.Locate(c, e, nil, nil)
		a := arithmeticIn(t, c, e, places)
		for i := range e.Budgets {
			b := &e.Budgets[i]
			if b.Status == nil {
				t.Errorf("%s: budget %s has no status", file, b.Name)
				continue
			}
			compared++
			got := a.counts[i]
			// What may go now is the same only while all pods are healthy, as onus
			// takes them to be, and the controller has seen that they are: of two
			// budgets over one pod it keeps up with one.
			now := b.Status.Healthy == b.Status.Expected
			if got.Expected != b.Status.Expected || got.Desired != b.Status.Desired || now && got.Allowed != b.Status.Allowed {
				t.Errorf("%s: budget %s: onus counts %+v, the cluster %+v", file, b.Name, got, *b.Status)
			}
		}
		for i := range e.Workloads {
			if at := places.Workloads[i]; at.Offering == nil || at.Offering.ID != "karpenter" || at.Basis != locate.Proof {
				t.Errorf("%s: %s is placed on %+v, want karpenter by proof", file, e.Workloads[i].Ref, at)
			}
			want := e.Workloads[i].Replicas
			if e.Workloads[i].Kind == "DaemonSet" {
				want = len(e.Nodes)
			}
			// With minReadySeconds the members of a StatefulSet take their time to come.
			coming := e.Workloads[i].Kind == "StatefulSet" && e.Workloads[i].Rollout.MinReady > 0 && len(e.Workloads[i].Pods) < want
			if len(e.Workloads[i].Pods) != want && !coming {
				t.Errorf("%s: %s has %d pods linked, want %d", file, e.Workloads[i].Ref, len(e.Workloads[i].Pods), want)
			}
		}
	}
	if compared < 5 {
		t.Errorf("only %d budgets were compared", compared)
	}
}

// arithmeticIn is the arithmetic that a check of this axis asks for.
func arithmeticIn(t *testing.T, c *responsibility.Catalog, e *kubernetes.Estate, places locate.Places) *arithmetic {
	t.Helper()
	ctx, enough := context.WithCancel(t.Context())
	var a *arithmetic
	probe := check.Check{ID: PDBOrphan.ID, Axis: Axis, Run: func(p *check.Pass) {
		a = arithmeticOf(p)
		enough()
	}}
	table := append([]check.Check{probe}, slices.DeleteFunc(slices.Clone(every), func(c check.Check) bool { return c.ID == probe.ID })...)
	if _, err := check.Run(ctx, table, c, &estate.Estate{Kubernetes: e}, places); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return a
}
