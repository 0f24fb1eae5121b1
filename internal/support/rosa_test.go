package support

import (
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// What makes and sets up nodes of OpenShift is refused on ROSA, by the same webhook with
// hosted control planes and without them; on OpenShift of one's own it is not.
func TestNodesOfROSAAreNotMadeByObjects(t *testing.T) {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	e := &kubernetes.Estate{
		Objects: []kubernetes.Object{
			{API: "machineconfiguration.openshift.io/MachineConfig", Name: "99-worker"},
			{API: "autoscaling.openshift.io/MachineAutoscaler", Name: "w"},
			{API: "machineconfiguration.openshift.io/KubeletConfig", Name: "k"},
		},
		Pools: []kubernetes.Pool{{API: "machine.openshift.io/MachineSet", Name: "w"}, {API: "hypershift.openshift.io/NodePool", Name: "n"}},
	}
	for of, want := range map[string]int{"rosa-hcp": 3, "rosa-classic": 3, "openshift": 0, "aro": 0} {
		if hits := Look(c, c.Offering(of), []Unit{{Estate: e}}).Hits; len(hits) != want {
			t.Errorf("%s: %d, want %d: %+v", of, len(hits), want, hits)
		}
	}
}
