package kubernetes

import "testing"

// A claim of a StatefulSet is named for its template, the set and the pod.
func TestClaimName(t *testing.T) {
	w := Workload{Ref: Ref{Kind: "StatefulSet", Name: "db"}}
	if got := w.ClaimName("data", 2); got != "data-db-2" {
		t.Errorf("is %s", got)
	}
}
