package manifest

import (
	"reflect"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A driver that names no count sets no limit; one that names 0 lets no volume come.
func TestVolumeLimits(t *testing.T) {
	e := mustRead(t, `apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: n0}
spec:
  drivers:
  - {name: ebs.csi.aws.com, nodeID: i-0, allocatable: {count: 25}}
  - {name: efs.csi.aws.com, nodeID: i-0}
  - {name: none.example.com, allocatable: {count: 0}}
---
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: n1}
`)
	want := []kubernetes.NodeLimits{{Node: "n0", Volumes: map[string]int{"ebs.csi.aws.com": 25, "none.example.com": 0}}, {Node: "n1"}}
	if !reflect.DeepEqual(e.VolumeLimits, want) {
		t.Errorf("%+v", e.VolumeLimits)
	}
}
