package remedy

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Values by which a chart makes what no API server takes mend nothing.
func TestUnapplicable(t *testing.T) {
	e := &kubernetes.Estate{Scalers: []kubernetes.Scaler{{Min: 1, Max: 2}, {Min: 2, Max: 2}, {Min: 3, Max: 2}}}
	if n := unapplicable(e); n != 1 {
		t.Errorf("%d, want the autoscaler that keeps three of two", n)
	}
	e.Hidden = []origin.Unread{{Of: "a.yaml:1"}}
	if n := unapplicable(e); n != 2 {
		t.Errorf("%d, want what could not be read as well", n)
	}
}
