package scenario

import (
	"time"

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
// nothing: a node takes as long as on the slowest of them.
func Timings(offerings []*responsibility.Offering) simulate.Timings {
	t := simulate.Timings{PodReady: podReady, PodStop: podStop}
	for _, o := range offerings {
		if o.Contract != nil {
			t.NodeReady = max(t.NodeReady, o.Contract.NodeReady)
		}
	}
	if t.NodeReady == 0 {
		t.NodeReady = nodeReady
	}
	return t
}
