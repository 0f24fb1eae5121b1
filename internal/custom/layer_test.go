package custom

import (
	"slices"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// A team's obligation stands on the layer of what it is about, which the compute axis has.
func TestLayers(t *testing.T) {
	known, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{OfWorkload: "workload", OfBudget: "disruption-controls", OfPool: "node-pool-policy"}
	for _, kind := range Kinds {
		layer := (&Obligation{Kind: kind}).Layer()
		if layer != want[kind] {
			t.Errorf("an obligation about a %s is on the layer %q, want %q", kind, layer, want[kind])
		}
		if !slices.ContainsFunc(known.Axis("compute").Layers, func(l responsibility.Layer) bool { return l.ID == layer }) {
			t.Errorf("the compute axis has no layer %q", layer)
		}
	}
}
