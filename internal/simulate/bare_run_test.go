package simulate

import "testing"

// A pod alone that runs to its end is no service which falls when its node goes: whoever waits
// for its end starts it again. One that is to run on is.
func TestPodsAloneThatRunToTheirEnd(t *testing.T) {
	for name, test := range map[string]struct {
		kind    string
		ends    bool
		watched bool
	}{
		"that ends":             {"Pod", true, false},
		"that is to run on":     {"Pod", false, true},
		"of a Deployment, ends": {"Deployment", true, true},
	} {
		c := clusterOf(1)
		c.with(test.kind, "web", 0).Template.Ends = test.ends
		c.with("Deployment", "other", 0)
		if got := c.engine(t).World.workloads[0].watched; got != test.watched {
			t.Errorf("%s: %t", name, got)
		}
	}
}
