package simulate

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Of a budget over pods of other units as well, what it asks is left for those of one: three
// here, three there.
func TestBudgetBeyondTheUnit(t *testing.T) {
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{
		{Ref: kubernetes.Ref{Namespace: "shop", Name: "web"}, Replicas: 3}, {Ref: kubernetes.Ref{Namespace: "bank", Name: "web"}, Replicas: 9},
	}}
	beyond := []kubernetes.Beyond{{Workload: kubernetes.Workload{Replicas: 3}}}
	for _, x := range []struct {
		least, most string
		beyond      []kubernetes.Beyond
		want        string
	}{
		{"5", "", beyond, "2/"}, {"2", "", beyond, "0/"}, {"100%", "", beyond, "3/"}, {"50%", "", beyond, "0/"}, {"", "1", beyond, "/1"},
		{"", "30%", beyond, "/2"}, {"50%", "", nil, "50%/"}, {"", "", beyond, "/"},
	} {
		b := kubernetes.Budget{Namespace: "shop", Selector: labels.Everything(), Beyond: x.beyond}
		value := func(s string) *intstr.IntOrString {
			if s == "" {
				return nil
			}
			return new(intstr.Parse(s))
		}
		b.MinAvailable, b.MaxUnavailable = value(x.least), value(x.most)
		got, said := inUnit(e, &b), ""
		if got.MinAvailable != nil {
			said = got.MinAvailable.String()
		}
		if said += "/"; got.MaxUnavailable != nil {
			said += got.MaxUnavailable.String()
		}
		if said != x.want {
			t.Errorf("at least %q, at most %q: %s, want %s", x.least, x.most, said, x.want)
		}
	}
}
