package scenario

import (
	"cmp"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// How long pods take is nothing that a platform decides: these stand for an
// application that nobody has measured. 30 s is a container that is pulled,
// starts and passes a probe once or twice; 5 s one that shuts down when it is
// told to. Both are there to be overridden.
const (
	podReady = 30 * time.Second
	podStop  = 5 * time.Second
)

// nodeReady stands where the catalog says nothing about an offering.
const nodeReady = 2 * time.Minute

// Timings are what is assumed under some offerings where a scenario says
// nothing: a node takes as long as on the slowest of them. What is said of the estate
// goes over it.
func Timings(offerings []*responsibility.Offering, said kubernetes.Timings) simulate.Timings {
	t := simulate.Timings{PodReady: podReady, PodStop: podStop}
	for _, o := range offerings {
		if o.Contract != nil {
			t.NodeReady = max(t.NodeReady, o.Contract.NodeReady)
		}
	}
	if t.NodeReady == 0 {
		t.NodeReady = nodeReady
	}
	t.NodeReady = cmp.Or(said.NodeReady, t.NodeReady)
	t.PodReady, t.PodStop = cmp.Or(said.PodReady, t.PodReady), cmp.Or(said.PodStop, t.PodStop)
	return t
}

// Assumed are those of Timings that stand where nothing was said of an estate.
func Assumed(said kubernetes.Timings) simulate.Assumed {
	return simulate.Assumed{PodReady: said.PodReady == 0, PodStop: said.PodStop == 0}
}
