package mend

import (
	"cmp"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/strvals"

	"github.com/onus-project/onus/internal/edit"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// Edit is what is changed at one place of a file, for one finding or more.
type Edit struct {
	origin.Position
	// Action is what is done there: fields are changed (Patch), a document comes behind the
	// others (Create) or goes (Delete).
	Action finding.Action
	Object finding.Object // the zero value for values of a chart
	Fields []finding.Edit // of Patch
	Value  finding.Data   // of Create
	Cures  []string       // fingerprints
}

// wanted are the edits that findings ask for, each once. Of edits that contradict each
// other the first counts: the other one's finding is looked at again with it.
func (p *planner) wanted(found []Found) []Edit {
	var all []Edit
	for i := range found {
		f := &found[i]
		if p.refused[f.Fingerprint] != "" {
			continue
		}
		edits, _ := p.editsOf(f)
		if slices.ContainsFunc(edits, p.undoes) {
			p.refused[f.Fingerprint] = "what mends it undoes what mends another"
			continue
		}
		if slices.ContainsFunc(edits, func(e Edit) bool {
			return slices.ContainsFunc(all, func(o Edit) bool { return contradict(&e, &o) })
		}) {
			continue
		}
		for _, e := range edits {
			if k := slices.IndexFunc(all, func(o Edit) bool { return same(&e, &o) }); k >= 0 {
				all[k].Cures = append(all[k].Cures, f.Fingerprint)
				continue
			}
			all = append(all, e)
		}
	}
	return all
}

// undoes reports whether an edit changes a field that an edit of an earlier round made what
// it is.
func (p *planner) undoes(e Edit) bool {
	return slices.ContainsFunc(p.kept, func(o Edit) bool {
		if unit.Real(e.File) != unit.Real(o.File) || e.Object != o.Object {
			return false
		}
		was := after(&o)
		return slices.ContainsFunc(e.Fields, func(f finding.Edit) bool { value, made := was[f.Path]; return made && value != string(f.After) })
	})
}

// same reports whether two edits are one.
func same(a, b *Edit) bool {
	if a.Action == finding.Create && b.Action == a.Action { // two units that build one file ask for the same
		return unit.Real(a.File) == unit.Real(b.File) && a.Object == b.Object && reflect.DeepEqual(a.Value, b.Value)
	}
	return samePlace(a, b) && a.Action == b.Action && reflect.DeepEqual(after(a), after(b)) && reflect.DeepEqual(a.Value, b.Value)
}

func samePlace(a, b *Edit) bool {
	return unit.Real(a.File) == unit.Real(b.File) && a.Line == b.Line && a.Object == b.Object
}

func after(e *Edit) map[string]string {
	all := map[string]string{}
	for _, f := range e.Fields {
		all[f.Path] = string(f.After)
	}
	return all
}

// contradict reports whether two edits cannot both be made.
func contradict(a, b *Edit) bool {
	if !samePlace(a, b) || same(a, b) {
		return false
	}
	if a.Action == finding.Create || b.Action == finding.Create {
		return a.Action == b.Action // one PDB a workload
	}
	if a.Action == finding.Delete || b.Action == finding.Delete {
		return true
	}
	x, y := after(a), after(b)
	for path, value := range x {
		if other, ok := y[path]; ok && other != value {
			return true
		}
	}
	return false
}

// editsOf are the edits that carry out the fix of a finding, or why there are none.
func (p *planner) editsOf(f *Found) (edits []Edit, why string) {
	if f.recorded() {
		return nil, "it was read from a record of a cluster: kubectl changes that"
	}
	if why := undone(f.Fix); why != "" {
		return nil, why
	}
	if len(f.Fix.Values) > 0 {
		e, why := p.ofValues(f)
		if why != "" {
			return nil, why
		}
		edits = append(edits, e)
	}
	for _, c := range f.Fix.Changes {
		e, why := p.ofChange(f, &c)
		if why != "" {
			return nil, why
		}
		edits = append(edits, e)
	}
	return edits, ""
}

// decide is why nothing is made of a fix that only says what to do.
const decide = "its fix says what to do, and which edit does it is yours to decide"

// undone is why nothing is made of a fix; empty where something can be.
func undone(fix *finding.Fix) string {
	switch {
	case fix == nil:
		return "it has no fix that can be told from the input"
	case fix.AcceptOnly:
		return "nothing that can be edited ends it"
	case len(fix.Values)+len(fix.Changes) == 0:
		return decide
	}
	return ""
}

// ofValues is the edit of a file of values.
func (p *planner) ofValues(f *Found) (Edit, string) {
	file, why := p.valuesOf(f.Unit)
	if why != "" {
		return Edit{}, why
	}
	all := map[string]any{}
	for _, set := range f.Fix.Values {
		if err := strvals.ParseInto(set, all); err != nil {
			return Edit{}, "its values cannot be written: " + err.Error()
		}
	}
	return Edit{
		Position: origin.Position{File: file, Line: 1}, Action: finding.Patch, Fields: leaves(nil, "", all), Cures: []string{f.Fingerprint},
	}, ""
}

// leaves are the values of a tree as edits, by their paths.
func leaves(all []finding.Edit, path string, v any) []finding.Edit {
	in, ok := v.(map[string]any)
	if !ok {
		return append(all, finding.Edit{Path: path, After: finding.DataOf(v)})
	}
	for _, key := range slices.Sorted(maps.Keys(in)) {
		all = leaves(all, finding.Below(path, key), in[key])
	}
	return all
}

// valuesOf is the file that holds the values of a chart's unit, or why there is none.
func (p *planner) valuesOf(u *estate.Unit) (file, why string) {
	switch {
	case u.Chart == nil:
		return "", "it is made by a chart that another tool renders: set the values there"
	case u.By != "":
		return "", "its values stand where it is applied from: " + u.By
	case p.Values != "":
		return p.Values, ""
	case p.Set:
		return "", "its values are given by --set"
	case filepath.Ext(u.Path) == ".tgz":
		return "", "its chart is packaged: give the values in a file of your own"
	case slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(u.Path)):
		return u.Path, ""
	}
	return filepath.Join(u.Path, "values.yaml"), ""
}

// ofChange is the edit that makes one change.
func (p *planner) ofChange(f *Found, c *finding.Change) (Edit, string) {
	at := c.Position
	if c.Action == finding.Create {
		at = besideOf(f)
	}
	switch {
	case at == nil || at.File == "" || at.File == origin.Stdin:
		return Edit{}, "what it changes stands in no file"
	case f.Unit.Chart != nil || f.Unit.Kind != estate.Files && strings.Contains(filepath.ToSlash(at.File), "/templates/"):
		return Edit{}, "a template of a chart writes it, and no value that was tried mends it"
	}
	e := Edit{Position: *at, Action: c.Action, Object: p.asNamed(f, c, at), Fields: c.Edits, Cures: []string{f.Fingerprint}}
	switch c.Action {
	case finding.Create:
		value, object, ok := p.asWritten(f, c, at)
		if !ok {
			return Edit{}, "no PDB can be put behind what stands in " + at.File + ", which is no plain YAML"
		}
		e.Value, e.Object, e.Fields = value, object, nil
	case finding.Replace, finding.Patch:
		if e.Action = finding.Patch; len(e.Fields) == 0 {
			return Edit{}, decide
		}
	}
	return e, ""
}

// besideOf is where new objects stand: in place of what goes for them, else behind what they
// are for, so that whoever applies that applies them.
func besideOf(f *Found) *origin.Position {
	for _, c := range f.Fix.Changes {
		if c.Action == finding.Delete && c.Position != nil {
			return c.Position
		}
	}
	if f.Unit.Estate != nil && f.Unit.Kubernetes != nil {
		for i := range f.Unit.Kubernetes.Workloads {
			w := &f.Unit.Kubernetes.Workloads[i]
			if w.Kind == f.Subject.Kind && w.Name == f.Subject.Name && w.Namespace == f.Subject.Namespace {
				return &w.Position
			}
		}
	}
	return &f.Position
}

// failure is an edit that cannot be made, and why.
type failure struct {
	edit Edit
	why  string
}

// apply makes edits in the files as they are so far. New documents come first, behind all
// others, and then what stands furthest down, so that lines stay what they are.
func (p *planner) apply(edits []Edit) (texts map[string][]byte, failed []failure) {
	texts = maps.Clone(p.texts)
	order := slices.Clone(edits)
	rank := func(e Edit) int {
		if e.Action == finding.Create {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(order, func(a, b Edit) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Line, a.Line)) })
	for _, e := range order {
		real := unit.Real(e.File)
		text, err := p.textIn(texts, e.File)
		if err != nil {
			failed = append(failed, failure{e, err.Error()})
			continue
		}
		made, err := e.made(text)
		if err != nil {
			failed = append(failed, failure{e, "what stands at " + e.Position.String() + " " + err.Error()})
			continue
		}
		texts[real] = made
		if p.names[real] == "" {
			p.names[real] = e.File
		}
	}
	return texts, failed
}

// made is a text with the edit.
func (e *Edit) made(text []byte) ([]byte, error) {
	switch e.Action {
	case finding.Create:
		return edit.With(text, finding.Change{Value: e.Value}.Manifest())
	case finding.Delete:
		return edit.Without(text, e.Line, e.Object)
	}
	if e.Object.Kind == "" {
		return edit.Values(text, e.Fields)
	}
	return edit.Object(text, e.Line, e.Object, e.Fields)
}
