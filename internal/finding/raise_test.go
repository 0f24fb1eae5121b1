package finding

import "testing"

// What a raise says is made of what it is, and changed with it.
func TestRaiseInWords(t *testing.T) {
	scaler := Raise{To: 2, Field: "minReplicas", Of: "HorizontalPodAutoscaler"}
	const other = "have HPA a scale it, which is for b"
	for want, by := range map[string]Raise{
		"run two replicas": {To: 2},
		"run three replicas, and add a PodDisruptionBudget; or accept it": {To: 3, PDB: AddsPDB, Then: "; or accept it"},
		"run 12 replicas, and allow one eviction at a time":               {To: 12, PDB: LoosensPDB},
		"set minReplicas: 2 in its HorizontalPodAutoscaler":               scaler,
		"set minReplicas: 3 in its H, with a maximum that is no less":     {To: 3, Field: "minReplicas", Of: "H", Beyond: true},
		other + ", for which its chart then makes a PDB, c":               {Otherwise: other, PDB: ChartsPDB, Then: ", c"},
	} {
		if got := by.Words(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	fix := Raising(scaler, []Change{{}})
	if fix.Summary != scaler.Words() || *fix.Raise != scaler {
		t.Errorf("%+v", fix)
	}
	more := fix.Said("; so")
	if more.Summary != scaler.Words()+"; so" || more.Raise.Words() != more.Summary || fix.Raise.Then != "" || more.Changes != nil {
		t.Errorf("%+v", more)
	}
	if plain := (&Fix{Summary: "delete it"}).Said("; so"); plain.Summary != "delete it; so" || plain.Raise != nil {
		t.Errorf("%+v", plain)
	}
}
