package compute

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Of a budget whose pods were not read it is told how few of them it lets none go of.
func TestHowFewABudgetLetsNoneGoOf(t *testing.T) {
	for _, c := range []struct{ most, least, want string }{
		{"0", "", "however many"}, {"0%", "", "however many"}, {"", "100%", "however many"},
		{"", "1", "where one pod is under it"}, {"", "3", "no more than 3 pods"},
		{"1", "", ""}, {"50%", "", ""}, {"", "50%", ""}, {"", "0", ""}, {"", "", ""},
	} {
		var b kubernetes.Budget
		if c.most != "" {
			most := intstr.Parse(c.most)
			b.MaxUnavailable = &most
		}
		if c.least != "" {
			least := intstr.Parse(c.least)
			b.MinAvailable = &least
		}
		if got := letsFew(&b); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("maxUnavailable %q, minAvailable %q: %q, want %q", c.most, c.least, got, c.want)
		}
	}
}
