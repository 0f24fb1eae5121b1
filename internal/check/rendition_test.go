package check

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// What is said of one object that a chart and plain files state is said once, of the
// chart where it is as grave there, and names the other.
func TestRenditions(t *testing.T) {
	said := func(unit, file, severity string) finding.Finding {
		return finding.Finding{
			Obligation: "single-replica", Verdict: finding.Broken, Message: "runs on a single pod", Severity: severity, Fingerprint: unit,
			Subject: finding.Subject{Unit: unit, Kind: "Deployment", Name: "web"}, Position: origin.Position{File: file, Line: 1},
		}
	}
	change := func(f func(*finding.Finding)) finding.Finding {
		other := said("helm-chart", "helm-chart/templates/web.yaml", "low")
		f(&other)
		return other
	}
	same := change(func(*finding.Finding) {})
	for _, c := range []struct {
		name     string
		chart    finding.Finding
		severity string // of the plain files
		replicas int    // in the plain files
		want     string // findings of the plain files and of the chart
	}{
		{"the same", same, "low", 1, "01"},
		{"graver in the files", same, "high", 1, "10"},
		{"another size", same, "low", 2, "11"},
		{"another message", change(func(f *finding.Finding) { f.Message = "may go to 1" }), "low", 1, "11"},
		{"another obligation", change(func(f *finding.Finding) { f.Obligation = "pdb-missing" }), "low", 1, "11"},
		{"another platform", change(func(f *finding.Finding) { f.Offering = "aks" }), "low", 1, "11"},
		{"nowhere", change(func(f *finding.Finding) { f.Position = origin.Position{} }), "low", 1, "11"},
		{"held", change(func(f *finding.Finding) { f.Verdict = finding.Held }), "low", 1, "11"},
		{"of a PDB", change(func(f *finding.Finding) { f.Subject.Kind = "PodDisruptionBudget" }), "low", 1, "11"},
		{"in another namespace", change(func(f *finding.Finding) { f.Subject.Namespace = "shop" }), "low", 1, "11"},
	} {
		unit := func(kind, path string, replicas int) *estate.Unit {
			w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}, Replicas: replicas, Scaled: true}
			return &estate.Unit{Kind: kind, Path: path, Name: path,
				Estate: &estate.Estate{Kubernetes: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}}}
		}
		results := []Result{{Findings: []finding.Finding{said("files", "deploy/web.yaml", c.severity)}}, {Findings: []finding.Finding{c.chart}}}
		all := Renditions(results, []*estate.Unit{unit(estate.Files, ".", c.replicas), unit("chart", "helm-chart", 1)})
		var got strings.Builder
		for _, r := range all {
			got.WriteByte("01"[len(r.Findings)])
			for _, f := range r.Findings {
				if told := len(f.AlsoIn) == 1 && len(f.Evidence) == 1; told != (c.want != "11") {
					t.Errorf("%s: also in %+v by %+v", c.name, f.AlsoIn, f.Evidence)
				}
			}
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.String(), c.want)
		}
		if len(results[0].Findings)+len(results[1].Findings) != 2 || len(results[0].Findings[0].Evidence) > 0 {
			t.Errorf("%s: what was given has changed", c.name)
		}
	}
}

// Of several PDBs of one name and message, one is told.
func TestRenditionsOfBudgets(t *testing.T) {
	said := func(unit, file string) Result {
		return Result{Findings: []finding.Finding{{
			Obligation: "pdb-orphan", Verdict: finding.Broken, Severity: "low", Fingerprint: unit, Position: origin.Position{File: file, Line: 1},
			Subject: finding.Subject{Unit: unit, Kind: "PodDisruptionBudget", Name: "web"},
		}}}
	}
	unit := func(path string) *estate.Unit {
		return &estate.Unit{Kind: "kustomization", Path: path, Name: path, Estate: &estate.Estate{Kubernetes: &kubernetes.Estate{}}}
	}
	all := Renditions([]Result{said("kustomize", "a.yaml"), said("manifests", "b.yaml"), said("apps", "c.yaml")},
		[]*estate.Unit{unit("kustomize"), unit("manifests"), unit("apps")})
	if len(all[0].Findings) != 1 || len(all[1].Findings) != 0 || len(all[2].Findings) != 1 {
		t.Fatalf("%d, %d and %d findings", len(all[0].Findings), len(all[1].Findings), len(all[2].Findings))
	}
	if also := all[0].Findings[0].AlsoIn; len(also) != 1 || also[0] != (finding.Also{Unit: "manifests", Fingerprint: "manifests",
		Position: origin.Position{File: "b.yaml", Line: 1}}) {
		t.Errorf("also in %+v", also)
	}
}

// What is said of one file that an application and the one which applies it read is said
// once, wherever either stands by what else it has; an overlay's own base is another's too.
func TestOneFileOfNestedUnits(t *testing.T) {
	for _, c := range []struct {
		name, outer, inner string
		line, replicas     int // in the inner one
		want               int
	}{
		{"nested", "clusters/prod", "clusters/prod/apps/web", 1, 1, 1},
		{"the other way round", "clusters/prod/apps/web", "clusters/prod", 1, 1, 1},
		{"beside each other", "clusters/prod", "clusters/production", 1, 1, 2},
		{"the same folder", "clusters/prod", "clusters/prod", 1, 1, 2},
		{"another line", "clusters/prod", "clusters/prod/apps/web", 2, 1, 2},
		{"another size", "clusters/prod", "clusters/prod/apps/web", 1, 2, 2},
	} {
		unit := func(path string, replicas int) *estate.Unit {
			w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}, Replicas: replicas, Scaled: true}
			return &estate.Unit{Kind: "argocd", Path: path, Name: path,
				Estate: &estate.Estate{Kubernetes: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}}}
		}
		said := func(unit, offering string, line int) Result {
			return Result{Findings: []finding.Finding{{Obligation: "single-replica", Verdict: finding.Broken, Message: "runs on a single pod",
				Severity: "high", Fingerprint: unit, Offering: offering, Subject: finding.Subject{Unit: unit, Kind: "Deployment", Name: "web"},
				Position: origin.Position{File: "clusters/prod/apps/web/web.yaml", Line: line}}}}
		}
		all := Renditions([]Result{said(c.outer, "karpenter", 1), said(c.inner, "eks-any", c.line)},
			[]*estate.Unit{unit(c.outer, 1), unit(c.inner, c.replicas)})
		if n := len(all[0].Findings) + len(all[1].Findings); n != c.want {
			t.Errorf("%s: %d findings, want %d", c.name, n, c.want)
		}
		if c.want == 1 && len(all[0].Findings) == 1 && all[0].Findings[0].Evidence[0].Text != "also in "+c.inner+", which applies the same file" {
			t.Errorf("%s: %v", c.name, all[0].Findings[0].Evidence)
		}
	}
}

// Of several workloads of a kind in a unit, a finding is about the one of its name: what else
// differs between the units does not matter to it, and what else is the same does not help it.
func TestRenditionsOfOneOfSeveral(t *testing.T) {
	workload := func(name string, replicas int) kubernetes.Workload {
		return kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: name}, Replicas: replicas, Scaled: true}
	}
	said := func(unit, file string) Result {
		return Result{Findings: []finding.Finding{{
			Obligation: "single-replica", Verdict: finding.Broken, Message: "runs on a single pod", Severity: "low", Fingerprint: unit,
			Subject: finding.Subject{Unit: unit, Kind: "Deployment", Name: "web"}, Position: origin.Position{File: file, Line: 1},
		}}}
	}
	for name, x := range map[string]struct {
		files, chart [2]int // sizes of api and web
		want         int    // findings
	}{
		"both are the same":            {[2]int{2, 1}, [2]int{2, 1}, 1},
		"another workload is not":      {[2]int{2, 1}, [2]int{3, 1}, 1},
		"it is not, and the other one": {[2]int{2, 1}, [2]int{2, 3}, 2},
	} {
		unit := func(kind, path string, sizes [2]int) *estate.Unit {
			return &estate.Unit{Kind: kind, Path: path, Name: path, Estate: &estate.Estate{Kubernetes: &kubernetes.Estate{
				Workloads: []kubernetes.Workload{workload("api", sizes[0]), workload("web", sizes[1])}}}}
		}
		all := Renditions([]Result{said("files", "deploy/web.yaml"), said("helm-chart", "helm-chart/templates/web.yaml")},
			[]*estate.Unit{unit(estate.Files, ".", x.files), unit("chart", "helm-chart", x.chart)})
		if n := len(all[0].Findings) + len(all[1].Findings); n != x.want {
			t.Errorf("%s: %d findings, want %d", name, n, x.want)
		}
	}
}

// What plain files hold as a unit makes it is said of that unit, wherever the files stand.
func TestRenditionsOfCopies(t *testing.T) {
	for _, c := range []struct {
		name, built string
		copies      bool
		want        int
	}{
		{"kept beside what it is built from", "go/operator/config/default", true, 1},
		{"kept in another place", "clusters/prod/flux-system", true, 1},
		{"kept for a chart", "charts/operator", true, 1},
		{"another one of its name", "go/operator/config/default", false, 2},
	} {
		unit := func(kind, path string) *estate.Unit {
			w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}, Replicas: 1, Scaled: true}
			return &estate.Unit{Kind: kind, Path: path, Name: path,
				Estate: &estate.Estate{Kubernetes: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}}}
		}
		said := func(unit, file string) Result {
			return Result{Findings: []finding.Finding{{Obligation: "single-replica", Verdict: finding.Broken, Message: "runs on a single pod",
				Severity: "low", Fingerprint: unit, Subject: finding.Subject{Unit: unit, Kind: "Deployment", Name: "web"},
				Position: origin.Position{File: file, Line: 1}}}}
		}
		files, built := unit(estate.Files, "."), unit("flux", c.built)
		if c.copies {
			files.Copies = map[kubernetes.Ref][]*estate.Unit{files.Kubernetes.Workloads[0].Ref: {built}}
		}
		all := Renditions([]Result{said("files", "clusters/base/install.yaml"), said("built", c.built+"/web.yaml")}, []*estate.Unit{files, built})
		if n := len(all[0].Findings) + len(all[1].Findings); n != c.want || c.copies && len(all[1].Findings) != 1 {
			t.Errorf("%s: %d findings, want %d", c.name, n, c.want)
		}
	}
}
