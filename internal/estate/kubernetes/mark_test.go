package kubernetes

import (
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// Of an object that stands more than once only what the last one says counts.
func TestMarksOfTheLast(t *testing.T) {
	web, db := Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}, Ref{Namespace: "shop", Kind: "StatefulSet", Name: "db"}
	at := func(line int) origin.Position { return origin.Position{File: "a.yaml", Line: line} }
	raw := &Raw{
		Workloads: []RawWorkload{
			{Workload: Workload{Ref: web, Position: at(1)}}, {Workload: Workload{Ref: web, Position: at(9)}},
			{Workload: Workload{Ref: db, Position: at(20)}}, {Workload: Workload{Ref: db, Position: at(30)}},
			{Workload: Workload{Ref: Ref{Namespace: "shop", Kind: "StatefulSet", Name: "made"}, MadeBy: &Maker{Ref: Ref{Kind: "DB", Name: "x"}}}},
		},
		Marks: []Mark{
			{Object: web, Key: "floor", Text: "1", On: at(1)}, {Object: web, Key: "floor", Text: "2", On: at(9)},
			{Object: db, Key: "floor", Text: "3", On: at(20)}, {Object: Ref{Kind: "DB", Name: "x"}, Key: "floor", Text: "4", On: at(40)},
			{Object: Ref{Kind: "Namespace", Name: "shop"}, Key: "waive", On: at(50)},
			{Object: Ref{Kind: "Namespace", Name: "shop"}, Key: "waive", On: at(60)},
		},
	}
	e := Link(raw)
	if len(e.Marks) != 3 || len(e.MarksOf(web, "floor")) != 1 || len(e.MarksOf(db, "floor")) != 0 || e.MarksOf(web, "floor")[0].Text != "2" {
		t.Errorf("%+v", e.Marks)
	}
	floors := map[string]int{}
	for _, w := range e.Workloads {
		if w.Floor != nil {
			floors[w.Name] = *w.Floor
		}
	}
	if len(floors) != 2 || floors["web"] != 2 || floors["made"] != 4 {
		t.Errorf("floors are %v", floors)
	}
	for _, text := range []string{"", "two", "-1", "1.5", " 1"} {
		raw := &Raw{Workloads: raw.Workloads[:1], Marks: []Mark{{Object: web, Key: "floor", Text: text, On: at(1)}}}
		if w := Link(raw).Workloads[0]; w.Floor != nil {
			t.Errorf("%q is a floor of %d", text, *w.Floor)
		}
	}
}
