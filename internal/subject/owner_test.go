package subject

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

func TestOwners(t *testing.T) {
	of := func(kind, name string) kubernetes.Ref {
		return kubernetes.Ref{Namespace: "shop", Kind: kind, Name: name}
	}
	workload := func(name string, labels, pods map[string]string) kubernetes.Workload {
		w := kubernetes.Workload{Ref: of("Deployment", name), Labels: labels}
		w.Template.Labels = pods
		return w
	}
	e := &kubernetes.Estate{
		Workloads: []kubernetes.Workload{
			workload("marked", map[string]string{"team": "a"}, nil),
			workload("team", map[string]string{"team": "a", "app.kubernetes.io/part-of": "b"}, map[string]string{"team": "c"}),
			workload("part", nil, map[string]string{"app.kubernetes.io/part-of": "b"}),
			workload("owner", map[string]string{"owner": "o", "app.kubernetes.io/part-of": "b"}, nil),
			workload("nobody", map[string]string{"app": "x"}, nil),
			workload("ruled", map[string]string{"team": "a"}, nil),
		},
		Budgets: []kubernetes.Budget{{Namespace: "shop", Name: "b", Labels: map[string]string{"team": "d"}}},
		Pools:   []kubernetes.Pool{{Name: "spot", Labels: map[string]string{"team": "p"}}},
		Marks:   []kubernetes.Mark{{Object: of("Deployment", "marked"), Key: "owner", Text: "m"}},
	}
	rule := func(f *finding.Finding) string {
		if f.Subject.Name == "ruled" {
			return "r"
		}
		return ""
	}
	owners := OwnersIn(e, rule, nil)
	for _, x := range []struct {
		subject finding.Subject
		want    string
	}{
		{OfRef(of("Deployment", "marked")), "m"},
		{OfRef(of("Deployment", "team")), "a"},
		{OfRef(of("Deployment", "part")), "b"},
		{OfRef(of("Deployment", "owner")), "o"},
		{OfRef(of("Deployment", "nobody")), ""},
		{OfRef(of("Deployment", "filed")), ""},
		{OfRef(of("Deployment", "ruled")), "r"},
		{OfRef(of("StatefulSet", "team")), ""},
		{OfRef(of("PodDisruptionBudget", "b")), "d"},
		{finding.Subject{Kind: "NodePool", Name: "spot"}, "p"},
	} {
		if got := owners.Of(&finding.Finding{Subject: x.subject}); got != x.want {
			t.Errorf("%s is %q's, want %q", x.subject.Words(), got, x.want)
		}
	}
	e.Marks = append(e.Marks, kubernetes.Mark{Object: kubernetes.Ref{Kind: "Namespace", Name: "shop"}, Key: "owner", Text: "n"})
	owners = OwnersIn(e, nil, nil)
	for name, want := range map[string]string{"marked": "m", "team": "n", "nobody": "n"} {
		if got := owners.Of(&finding.Finding{Subject: OfRef(of("Deployment", name))}); got != want {
			t.Errorf("in a namespace that is marked %s is %q's, want %q", name, got, want)
		}
	}
	e.Marks = nil
	owners = OwnersIn(e, nil, func(*finding.Finding) string { return "@by-file" })
	for name, want := range map[string]string{"team": "a", "nobody": "@by-file"} {
		if got := owners.Of(&finding.Finding{Subject: OfRef(of("Deployment", name))}); got != want {
			t.Errorf("with an owner of files %s is %q's, want %q", name, got, want)
		}
	}
}
