package responsibility

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/contract"
)

func layered(axis string, layers ...string) Axis {
	a := Axis{ID: axis, Title: axis}
	for _, id := range layers {
		a.Layers = append(a.Layers, Layer{ID: id, Title: id})
	}
	return a
}

func line(cells map[string]Cell) map[string]map[string]Cell {
	return map[string]map[string]Cell{"compute": cells}
}

// A small platform: a standard form, and a managed one that replaces nodes.
func twoForms() (*Catalog, *Offering, *Offering) {
	standard := &Offering{ID: "standard", Line: line(map[string]Cell{
		"nodes": {Party: Customer}, "upgrades": {Party: Customer}, "controls": {Party: Customer},
	}), Limits: []Limit{{Is: "no pause"}, {Is: "no console"}}}
	managed := &Offering{ID: "managed", Refines: "standard", Line: line(map[string]Cell{
		"nodes":    {Party: Provider, Note: "weekly"},
		"upgrades": {Party: Split, Duties: []Duty{{Title: "start", Party: Customer}, {Title: "roll", Party: Provider}}},
		"controls": {Party: Customer, LoadBearing: true},
	}), Limits: []Limit{{Is: "no ssh"}}, Facts: &contract.Facts{
		MaxNodeLife: contract.Fact{Is: "336h"}, Windows: contract.Fact{Is: "none"}, Override: contract.Fact{Is: "none"},
		Triggers: []contract.TermFacts{{Trigger: "drift", Initiator: contract.Fact{Is: "provider"}, Deadline: contract.Fact{Is: "24h"},
			OnDeadline: contract.Fact{Is: "force"}}},
	}}
	c := &Catalog{
		Axes:      []Axis{layered("compute", "nodes", "upgrades", "controls"), layered("patching", "rollout")},
		Offerings: []*Offering{standard, managed},
		Obligations: []*Obligation{
			{ID: "start-upgrades", Axis: "compute", Severity: "low", Applies: []When{{"upgrades", []Party{Customer, Split}}}},
			{ID: "budget", Axis: "compute", Severity: "medium", LoadBearing: true,
				Applies: []When{{"controls", []Party{Customer}}}, InducedBy: []When{{"nodes", []Party{Provider}}}},
			{ID: "survive", Axis: "compute", Severity: "high", LoadBearing: true,
				Applies: []When{{"nodes", []Party{Provider}}}, InducedBy: []When{{"nodes", []Party{Provider}}}},
			{ID: "patch-nodes", Axis: "compute", Severity: "high", Applies: []When{{"nodes", []Party{Customer}}}},
			{ID: "roll-fixes-out", Axis: "patching", Severity: "high", Applies: []When{{"rollout", []Party{Customer}}}},
		},
	}
	return c, standard, managed
}

func TestCompare(t *testing.T) {
	c, standard, managed := twoForms()
	tests := map[string]struct {
		from, to                                 *Offering
		layers, obligations, limits, gone, moves []string
	}{
		"to the managed form": {standard, managed,
			[]string{"nodes customer>provider", "upgrades customer>split start roll", "controls customer>customer !"},
			[]string{"survive not-yours>induced", "budget yours>induced", "patch-nodes yours>not-yours"},
			[]string{"no ssh"}, nil, []string{">drift"}},
		"and back": {managed, standard,
			[]string{"nodes provider>customer", "upgrades split>customer", "controls customer>customer"},
			[]string{"survive induced>not-yours", "budget induced>yours", "patch-nodes not-yours>yours"},
			nil, []string{"no ssh"}, []string{"drift>"}},
		"nowhere": {managed, managed, nil, nil, nil, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, err := Compare(c, test.from, test.to)
			if err != nil {
				t.Fatal(err)
			}
			var layers, obligations, moves []string
			for _, l := range d.Layers {
				said := fmt.Sprintf("%s %s>%s", l.Layer.ID, l.From.Party, l.To.Party)
				for _, duty := range l.Duties {
					said += " " + duty.Title
				}
				if l.To.LoadBearing {
					said += " !"
				}
				layers = append(layers, said)
			}
			for _, o := range d.Obligations {
				obligations = append(obligations, fmt.Sprintf("%s %s>%s", o.Obligation.ID, o.From, o.To))
			}
			for _, m := range d.Moves {
				moves = append(moves, moveTitle(m.From)+">"+moveTitle(m.To))
			}
			wantList(t, "layers", layers, test.layers)
			wantList(t, "obligations", obligations, test.obligations)
			wantList(t, "limits", limitsSaid(d.Limits), test.limits)
			wantList(t, "limits gone", limitsSaid(d.LimitsGone), test.gone)
			wantList(t, "moves", moves, test.moves)
		})
	}
}

func wantList(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %q\nwant %q", what, got, want)
	}
}

func moveTitle(m *contract.TermFacts) string {
	if m == nil {
		return ""
	}
	return m.Title()
}

func limitsSaid(limits []Limit) []string {
	var said []string
	for _, l := range limits {
		said = append(said, l.Is)
	}
	return said
}

func TestCompareWantsASharedAxis(t *testing.T) {
	c, standard, _ := twoForms()
	database := &Offering{ID: "database", Line: map[string]map[string]Cell{"patching": {"rollout": {Party: Customer}}}}
	_, err := Compare(c, standard, database)
	if want := "standard and database share no axis: standard is on compute, database on patching"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAContractThatIsSilentOnCandidatesStartsThem(t *testing.T) {
	silent := contract.TermFacts{Trigger: "drift"}
	spoken := contract.TermFacts{Trigger: "drift", Candidates: &contract.Fact{Is: "started"}}
	other := contract.TermFacts{Trigger: "drift", Candidates: &contract.Fact{Is: "skipped-while-blocked"}}
	if fields := changedFields(silent, spoken); fields != nil {
		t.Errorf("changed: %v", fields)
	}
	if fields := changedFields(silent, other); !slices.Equal(fields, []string{"candidates"}) {
		t.Errorf("changed: %v", fields)
	}
}

// drawn is a catalog of any two offerings that share an axis.
func drawn(t *rapid.T) (*Catalog, *Offering, *Offering) {
	parties := rapid.SampledFrom([]Party{Provider, Customer, Partner, None, Split})
	layers := []string{"nodes", "upgrades", "controls"}
	fact := func(name string) contract.Fact {
		return contract.Fact{Is: rapid.SampledFrom([]string{"a", "b"}).Draw(t, name),
			Control: rapid.SampledFrom([]string{"", "x"}).Draw(t, name+" control")}
	}
	offering := func(id string) *Offering {
		cells := map[string]Cell{}
		for _, l := range layers {
			cell := Cell{Party: parties.Draw(t, id+" "+l), LoadBearing: rapid.Bool().Draw(t, id+" load "+l)}
			for _, title := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"start", "roll", "force"}), 0, 3, rapid.ID).Draw(t,
				id+" duties "+l) {
				cell.Duties = append(cell.Duties, Duty{Title: title, Party: rapid.SampledFrom([]Party{Provider, Customer}).Draw(t, "by")})
			}
			cells[l] = cell
		}
		o := &Offering{ID: id, Line: line(cells)}
		for _, is := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"no ssh", "no ami", "no pause"}), 0, 3, rapid.ID).Draw(t,
			id+" limits") {
			o.Limits = append(o.Limits, Limit{Is: is})
		}
		if rapid.Bool().Draw(t, id+" contract") {
			o.Facts = &contract.Facts{MaxNodeLife: fact("life"), Windows: fact("windows"), Override: fact("override")}
			for _, trigger := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"drift", "expiry", "repair"}), 0, 3, rapid.ID).Draw(t,
				id+" moves") {
				o.Facts.Triggers = append(o.Facts.Triggers, contract.TermFacts{Trigger: trigger, Pace: fact("pace"), Deadline: fact("deadline")})
			}
		}
		return o
	}
	a, b := offering("a"), offering("b")
	if rapid.Bool().Draw(t, "refines") {
		b.Refines = "a"
	}
	c := &Catalog{Axes: []Axis{layered("compute", layers...)}, Offerings: []*Offering{a, b}}
	when := func(name string) []When {
		return []When{{rapid.SampledFrom(layers).Draw(t, name), []Party{parties.Draw(t, name+" party")}}}
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "obligations") {
		c.Obligations = append(c.Obligations, &Obligation{ID: fmt.Sprint(i), Axis: "compute", LoadBearing: rapid.Bool().Draw(t, "load-bearing"),
			Severity: rapid.SampledFrom([]string{"high", "medium", "low"}).Draw(t, "severity"), Applies: when("applies"),
			InducedBy: when("induced")})
	}
	return c, a, b
}

func TestNothingDiffersFromItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, a, _ := drawn(t)
		d, err := Compare(c, a, a)
		if err != nil || !empty(d) {
			t.Fatalf("%v: %+v", err, d)
		}
	})
}

func TestADifferenceMirrorsTheWayBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, a, b := drawn(t)
		there, err := Compare(c, a, b)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Compare(c, b, a)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := sortedMoves(mirror(back)), sortedMoves(there); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

func mirror(d Difference) Difference {
	m := Difference{From: d.To, To: d.From, Axes: d.Axes, Limits: d.LimitsGone, LimitsGone: d.Limits}
	for _, l := range d.Layers {
		m.Layers = append(m.Layers, LayerChange{Axis: l.Axis, Layer: l.Layer, From: l.To, To: l.From, Duties: l.DutiesGone, DutiesGone: l.Duties})
	}
	for _, o := range d.Obligations {
		m.Obligations = append(m.Obligations, ObligationChange{Obligation: o.Obligation, From: o.To, To: o.From})
	}
	for _, t := range d.Terms {
		m.Terms = append(m.Terms, TermChange{Field: t.Field, From: t.To, To: t.From})
	}
	for _, x := range d.Moves {
		m.Moves = append(m.Moves, MoveChange{From: x.To, To: x.From, Fields: x.Fields})
	}
	return m
}

// sortedMoves takes away the only order that depends on the direction.
func sortedMoves(d Difference) Difference {
	slices.SortFunc(d.Moves, func(a, b MoveChange) int {
		return cmp.Or(strings.Compare(moveTitle(a.From), moveTitle(b.From)), strings.Compare(moveTitle(a.To), moveTitle(b.To)))
	})
	return d
}

// empty reports whether nothing differs.
func empty(d Difference) bool {
	return len(d.Layers) == 0 && len(d.Obligations) == 0 && len(d.Limits) == 0 && len(d.LimitsGone) == 0 &&
		len(d.Terms) == 0 && len(d.Moves) == 0
}
