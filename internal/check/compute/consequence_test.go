package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/responsibility"
)

// Where it is not known on which of several offerings a workload runs, what is not
// published of the hardest is not the worst that may come.
func TestWhatIsNotPublishedIsNotTheWorst(t *testing.T) {
	c := knowledge(t)
	open := func(ids ...string) consequence {
		o := &responsibility.Offering{ID: "any", Title: "Kubernetes somewhere"}
		for _, id := range ids {
			o.Candidates = append(o.Candidates, c.Offering(id))
		}
		return under(o)
	}
	unstated, stated := open("gke-standard"), open("eks-auto-mode")
	if !unstated.open || !stated.open {
		t.Fatal("it is not open on which they run")
	}
	for what, said := range map[string]string{
		"alone": unstated.alone(outage), "gone": unstated.gone(), "unprotected": unstated.unprotected(2), "blocked": unstated.blocked(2),
	} {
		if said == "" || strings.Contains(said, "not published when") || said != strings.TrimSpace(said) || strings.Contains(said, "  ") {
			t.Errorf("%s: %q", what, said)
		}
	}
	if said := stated.alone(outage); !strings.Contains(said, "At worst, on EKS Auto Mode, nodes drift about every 7 days") {
		t.Errorf("%q", said)
	}
}
