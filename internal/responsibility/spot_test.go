package responsibility

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/onus-project/onus/catalog"
)

// The labels of spot capacity are those of all platforms, and each has a source.
func TestSpotLabels(t *testing.T) {
	c, err := Load(Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"karpenter.sh/capacity-type": "spot", "eks.amazonaws.com/capacityType": "SPOT", "cloud.google.com/gke-spot": "true",
		"cloud.google.com/gke-preemptible": "true", "kubernetes.azure.com/scalesetpriority": "spot",
	}
	if got := c.SpotLabels(); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	own := fstest.MapFS{"platforms/ours.yaml": {Data: []byte("id: ours\ntitle: Ours\nabout: It runs on ours.\n" +
		"offerings: [karpenter, eks-standard]\nspot: [{label: ours.io/bought, value: spot, from: [no-such]}]\nfrom: [aws-eks-mng]\n")}}
	_, err = Load(Files{FS: catalog.Files, Name: "catalog", Checked: true}, Files{FS: own, Name: "own"})
	if err == nil || !strings.Contains(err.Error(), "spot[0].from") || !strings.Contains(err.Error(), "no-such") {
		t.Errorf("a label without a source is no fault: %v", err)
	}
}
