package source

import (
	"context"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/operator"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// asked is what can be asked of the chart of a unit; nil for other units.
func (r *reading) asked() *estate.Chart {
	if r.chart == nil {
		return nil
	}
	return &estate.Chart{
		Overrides: r.overrides,
		Named:     r.chart.Named, Written: r.chart.Written, Lacks: r.chart.Lacks, Switches: r.chart.Switches, Guards: r.chart.Guards,
		Line:        r.chart.Line,
		Default:     r.chart.Default,
		Budgets:     r.chart.Budgets,
		Autoscalers: r.chart.Autoscalers,
		With: func(ctx context.Context, set []string) (*kubernetes.Estate, *origin.Fault) {
			built := r.chart.With(ctx, set)
			var refused *origin.Fault
			if len(built.Refused) > 0 {
				refused = &built.Refused[0].Fault
			}
			if len(built.Documents) == 0 {
				return nil, refused
			}
			return r.again(ctx, built), refused
		},
	}
}

// kustomized is what can be asked of the kustomization of a unit; nil for other units.
func (r *reading) kustomized() *estate.Kustomization {
	if r.with == nil {
		return nil
	}
	return &estate.Kustomization{
		Files: r.built, Read: r.readFile,
		With: func(ctx context.Context, texts map[string][]byte) *kubernetes.Estate {
			built := r.with(ctx, texts)
			if len(built.Documents) == 0 {
				return nil
			}
			return r.again(ctx, built)
		},
	}
}

// again is the estate of what the tool of a unit makes otherwise. What it reads
// is its own, and not part of what was read of the input.
func (r *reading) again(ctx context.Context, built unit.Built) *kubernetes.Estate {
	again := (&door{ctx: ctx, in: r.in, files: map[string]bool{}, noReader: map[string]int{}}).reading(r.unit)
	again.made(built)
	if again.in.Catalog != nil {
		operator.Make(again.in.Catalog, &again.kubernetes, r.operators)
	}
	again.storage, again.operators = r.storage, r.operators
	return again.linked()
}

// linked is the estate of what was read of a unit.
func (r *reading) linked() *kubernetes.Estate {
	e := kubernetes.Link(&r.kubernetes)
	if r.in.Catalog != nil && r.storage != nil {
		r.storage.Free(e, r.in.Catalog.Unattached)
	}
	if r.in.Catalog != nil {
		habits(e, r.in.Catalog)
	}
	return e
}
