package contract

import (
	"testing"
	"time"
)

// Who asks has the annotation with its value; where nothing is to be had nobody asks.
func TestExtension(t *testing.T) {
	week := Extension{For: 7 * 24 * time.Hour, By: Annotation{Key: "example.com/stay", Value: "yes"}}
	for _, x := range []struct {
		name        string
		extension   Extension
		annotations map[string]string
		want        bool
	}{
		{"asks", week, map[string]string{"example.com/stay": "yes"}, true},
		{"has another value", week, map[string]string{"example.com/stay": "no"}, false},
		{"has another annotation", week, map[string]string{"example.com/go": "yes"}, false},
		{"has none", week, nil, false},
		{"cannot ask", Extension{}, map[string]string{"": ""}, false},
		{"cannot ask, and has none", Extension{}, nil, false},
	} {
		if got := x.extension.Asked(x.annotations); got != x.want {
			t.Errorf("a pod that %s: %t", x.name, got)
		}
	}
	if got := week.By.String(); got != `example.com/stay: "yes"` {
		t.Error(got)
	}
}
