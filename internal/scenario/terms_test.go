package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// Terms of pools are read as their platforms write them.
func TestTerms(t *testing.T) {
	k := known(t, "aks")
	k.Pools = []string{"batch"}
	s, err := read(t, "triggers: [{kind: upgrade}]\nterms: [{maxSurge: 1, maxUnavailable: 0}, {pool: batch, maxSurge: 33%, "+
		"drainTimeout: 45m, soak: 5m}]\n", k)
	if err != nil || len(s.Terms) != 2 {
		t.Fatalf("%+v, %v", s.Terms, err)
	}
	all, batch := s.Terms[0], s.Terms[1]
	if all.Pool != "" || *all.Surge != (contract.Pace{Kind: contract.PaceNodes, Nodes: 1}) ||
		*all.Unavailable != (contract.Pace{Kind: contract.PaceNodes}) || all.Drain != nil || all.Soak != nil {
		t.Errorf("%+v", all)
	}
	if batch.Pool != "batch" || *batch.Surge != (contract.Pace{Kind: contract.PacePercent, Percent: 33}) || batch.Unavailable != nil ||
		*batch.Drain != 45*time.Minute || *batch.Soak != 5*time.Minute {
		t.Errorf("%+v", batch)
	}
}

// A fault says what is wrong with terms, and where.
func TestTermsFaults(t *testing.T) {
	for written, want := range map[string]string{
		"[{pool: batch}]": "" +
			"terms[0]: sets nothing: wants maxSurge, maxUnavailable, drainTimeout, soak or nodeOSUpgradeChannel",
		"[{maxSurge: 0, maxUnavailable: 0}]": "terms[0].maxUnavailable: is 0 with maxSurge 0: no node would ever be replaced",
		"[{maxSurge: many}]":                 `is "many", wants a number of nodes such as 2, or a percentage such as 33%`,
		"[{maxSurge: -1}]":                   "is -1, wants a number of nodes such as 2, or a percentage such as 33%",
		"[{drainTimeout: 0s}]":               "terms[0].drainTimeout: is 0 s, wants 1 s to a year (365d)",
		"[{soak: -5m}]":                      "terms[0].soak: is -5 min, wants 0 s to a year (365d)",
		"[{pool: other, soak: 5m}]":          `terms[0].pool: there is no node pool "other"`,
		"[{maxSurges: 1}]":                   "is not a field that stands here",
	} {
		k := known(t, "aks")
		k.Pools = []string{"batch"}
		_, err := read(t, "triggers: [{kind: upgrade}]\nterms: "+written+"\n", k)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", written, err, want)
		}
	}
	if _, err := read(t, "triggers: [{kind: upgrade}]\nterms: [{drainTimeout: 45m}]\n", known(t, "gke-autopilot")); err == nil ||
		!strings.Contains(err.Error(), "the provider fixes how long a drain waits") {
		t.Errorf("%v", err)
	}
}
