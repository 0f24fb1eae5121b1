package kubernetes

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/nodes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

const rolling = "../../../examples/rolling/cluster.yaml"

// planned is a plan for the example of a cluster whose nodes are to be replaced.
func planned(t *testing.T, replace, window string) *plan.Plan {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	read, err := source.Read(context.Background(), source.Input{Paths: []string{rolling}, Catalog: c})
	if err != nil {
		t.Fatal(err)
	}
	e := read.Simulated()[0].Kubernetes
	a := &nodes.Asked{Estate: e, Places: locate.Locate(c, e, nil, nil).Decided(), Start: e.Newest, Made: e.Newest, Soak: time.Minute, Runs: 1}
	if a.Target, err = nodes.ParseTarget("version=1.36"); err != nil {
		t.Fatal(err)
	}
	if a.Replace, err = nodes.ParseReplace(replace); err != nil {
		t.Fatal(err)
	}
	if window != "" {
		if a.Window, err = disruption.ParseWindow(window); err != nil {
			t.Fatal(err)
		}
	}
	p, err := nodes.Make(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What is planned can be carried out: each action and each guard is one that a runner takes as
// it is written.
func TestPlansAreTaken(t *testing.T) {
	c := &Client{}
	runners, guards := Runners(c), Guards(c)
	for _, replace := range []string{"", "none", "exec:./patch.sh"} {
		p := planned(t, replace, "Sat,Sun 02:00+4h Europe/Berlin")
		if len(p.Steps) == 0 {
			t.Fatalf("%q: nothing is planned", replace)
		}
		for i := range p.Steps {
			s := &p.Steps[i]
			actions := []*plan.Action{&s.Action}
			if s.Undo != nil {
				actions = append(actions, s.Undo)
			}
			for _, a := range actions {
				if r := runners[a.Kind]; r == nil {
					t.Errorf("%s: nothing carries out %s", s.ID, a.Kind)
				} else if err := r.Check(a); err != nil {
					t.Errorf("%s: %v", s.ID, err)
				}
			}
			for k := range s.Guards {
				if guards[s.Guards[k].Kind] == nil {
					t.Errorf("%s: nothing asks the guard %s", s.ID, s.Guards[k].Kind)
				} else if x, ok := guards[s.Guards[k].Kind].(apply.Knower); ok {
					if err := x.Knows(&s.Guards[k]); err != nil {
						t.Errorf("%s: %v", s.ID, err)
					}
				}
			}
		}
	}
}

// The facts of a plan are, to the letter, what is read of the objects anew.
func TestFactsOfAPlanAreReadAnew(t *testing.T) {
	text, err := os.ReadFile(rolling)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Items []map[string]any }
	if err := yaml.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	objects := map[string]map[string]any{}
	for _, o := range list.Items {
		name := valueAt(o, "metadata.name")
		if ns := valueAt(o, "metadata.namespace"); ns != "" {
			name = ns + "/" + name
		}
		objects[valueAt(o, "kind")+" "+name] = o
	}
	p := planned(t, "", "")
	kinds := map[string]bool{}
	for _, f := range p.Facts {
		kind, _, _ := strings.Cut(f.Object, " ")
		kinds[kind] = true
		if o := objects[f.Object]; o == nil {
			t.Errorf("there is no %s", f.Object)
		} else if is := valueAt(o, f.Field); is != f.Value {
			t.Errorf("%s %s is %q, planned with %q", f.Object, f.Field, is, f.Value)
		}
	}
	if len(kinds) < 4 {
		t.Errorf("facts are of %v", kinds)
	}
}
