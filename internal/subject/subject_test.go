package subject

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

func TestName(t *testing.T) {
	web := finding.Subject{Namespace: "shop", Kind: "Deployment", Name: "web"}
	for _, x := range []struct {
		name Name
		of   finding.Subject
		is   bool
	}{
		{"web", web, true},
		{"we", web, false},
		{"deploy/web", web, true},
		{"Deployment/web", web, true},
		{"deployments/web", web, true},
		{"sts/web", web, false},
		{"shop/web", web, true},
		{"jobs/web", web, false},
		{"shop/deploy/web", web, true},
		{"shop/sts/web", web, false},
		{"jobs/deploy/web", web, false},
		{"a/shop/deploy/web", web, false},
		{"", web, false},
		{"", finding.Subject{Kind: "Deployment"}, false},
		{"mongodb/db", finding.Subject{Kind: "MongoDB", Name: "db"}, true},
		{"poddisruptionbudgets/db", finding.Subject{Kind: "PodDisruptionBudget", Name: "db"}, true},
		{"pdb/db", finding.Subject{Kind: "PodDisruptionBudget", Name: "db"}, true},
	} {
		if is := x.name.Is(x.of); is != x.is {
			t.Errorf("%q is %v: %v, want %v", x.name, x.of, is, x.is)
		}
	}
}

func TestCovers(t *testing.T) {
	e := &kubernetes.Estate{Pods: []kubernetes.Pod{{Labels: map[string]string{"app": "web", "rev": "1"}}}}
	web := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Name: "web"}, Pods: []int{0}}
	web.Template.Labels = map[string]string{"app": "web"}
	for name, x := range map[string]struct {
		b    kubernetes.Budget
		want bool
	}{
		"template":       {budget("shop", map[string]string{"app": "web"}), true},
		"a pod":          {budget("shop", map[string]string{"rev": "1"}), true},
		"other labels":   {budget("shop", map[string]string{"app": "db"}), false},
		"elsewhere":      {budget("jobs", map[string]string{"app": "web"}), false},
		"every pod":      {budget("shop", map[string]string{}), true},
		"without any":    {kubernetes.Budget{Namespace: "shop", Selector: labels.Nothing()}, false},
		"not even a nil": {kubernetes.Budget{Namespace: "shop"}, false},
	} {
		if is := Covers(e, &x.b, &web); is != x.want {
			t.Errorf("%s: %v, want %v", name, is, x.want)
		}
	}
}

func budget(namespace string, of map[string]string) kubernetes.Budget {
	return kubernetes.Budget{Namespace: namespace, Selector: labels.SelectorFromSet(of), LabelSelector: &metav1.LabelSelector{MatchLabels: of}}
}
