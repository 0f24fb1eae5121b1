package calendar

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

func TestUnder(t *testing.T) {
	e := &kubernetes.Estate{
		Nodes: []kubernetes.Node{{Name: "a"}, {Name: "b"}, {Name: "c"}},
		Pods: []kubernetes.Pod{
			{Namespace: "shop", Name: "web", Node: "a"}, {Namespace: "jobs", Name: "queue", Node: "b"}, {Namespace: "new", Name: "pending"},
			{Namespace: "aside", Name: "x", Node: "c"},
		},
	}
	places := &locate.Places{NodePools: []string{"default", "batch", ""}}
	pools := []Pool{{Name: "default"}, {Name: "batch"}}
	for _, x := range []struct {
		namespaces []string
		first      string
		kept, left int
		unplaced   int
	}{
		{nil, "default", 2, 0, 0},
		{[]string{"shop"}, "default", 1, 1, 0},
		{[]string{"jobs"}, "batch", 1, 1, 0},
		{[]string{"shop", "jobs"}, "default", 2, 0, 0},
		{[]string{"shop", "new"}, "default", 2, 0, 2}, // new may run in any
		{[]string{"new"}, "default", 2, 0, 2},
		{[]string{"aside"}, "default", 2, 0, 2},
	} {
		kept, left, unplaced := Under(pools, e, places, x.namespaces)
		if len(kept) != x.kept || left != x.left || unplaced != x.unplaced || kept[0].Name != x.first {
			t.Errorf("%v: %d kept, %d left out, %d not known to be theirs", x.namespaces, len(kept), left, unplaced)
		}
	}
}
