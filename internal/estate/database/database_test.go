package database

import "testing"

// An estate with one instance has something to check; an empty one has not.
func TestAccount(t *testing.T) {
	for n, want := range []bool{false, true, true} {
		e := Estate{Instances: make([]Instance, n)}
		if a := e.Account(); a.Checked != want || a.Objects != n || a.Simulated {
			t.Errorf("of %d instances: %+v", n, a)
		}
	}
}
