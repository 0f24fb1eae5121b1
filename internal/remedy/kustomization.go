package remedy

import (
	"cmp"
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/edit"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/kustomize"
)

// mostPatches is how many patches are tried for one finding.
const mostPatches = 3

// patchFixes are fixes in the files and patches of kustomizations.
type patchFixes struct{ *Fitter }

// patched gives the fix of what a kustomization builds where it counts. A field
// that a patch of it sets is changed there: an edit of the base would do nothing.
// Where something besides the base speaks of what is changed, in this unit or in
// another one that builds it, the units are built again with the fix: the finding
// has to be gone, and no other one may come.
func (x patchFixes) patched(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	changed, creates := inFiles(f.Fix)
	by := x.speakers(u, changed)
	if len(by) == 0 {
		return f.Fix
	}
	if texts, ok := x.edited(u, changed); ok && x.mendsAll(ctx, u, f, texts, creates) {
		return f.Fix
	}
	for _, in := range x.patchesOf(u, changed) {
		texts, ok := x.edited(u, in)
		if ok && x.mendsAll(ctx, u, f, texts, creates) {
			return beside(f.Fix.Said(", in the patch that sets it"), append(in, creates...))
		}
	}
	if by[0] == u {
		return f.Fix.Said(", where the kustomization sets it (which of its patches does so is not known)")
	}
	return f.Fix.Said(", in a patch of this kustomization: its files are built by " + by[0].Name + " as well, which may not do with the same")
}

// inFiles are the changes of what stands in files, and the objects that are new.
func inFiles(fix *finding.Fix) (changed, creates []finding.Change) {
	for _, c := range fix.Changes {
		if c.Action == finding.Create || c.Position == nil {
			creates = append(creates, c)
			continue
		}
		changed = append(changed, c)
	}
	return changed, creates
}

// speakers are the units that read what is changed, of which another file speaks of
// a field and of its object; the one that the change is for comes first.
func (x patchFixes) speakers(u *estate.Unit, changed []finding.Change) []*estate.Unit {
	var all []*estate.Unit
	for _, c := range changed {
		name := x.nameIn(u, c)
		for _, o := range x.building(c.Position.File) {
			if !slices.Contains(all, o) && slices.ContainsFunc(o.Kustomization.Files, func(file string) bool {
				return !same(file, c.Position.File) && x.speaks(o, file, name, c)
			}) {
				all = append(all, o)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *estate.Unit) int { return cmp.Compare(other(a, u), other(b, u)) })
	return all
}

// other sorts a unit behind the one that is asked for.
func other(o, u *estate.Unit) int {
	if o == u {
		return 0
	}
	return 1
}

// speaks reports whether a file of a unit may decide about what is changed: a
// kustomization that names the object and one of its fields, a list of edits of
// that path, or a patch of that object which has the field.
func (x patchFixes) speaks(u *estate.Unit, file, name string, c finding.Change) bool {
	text := string(x.text(u, file))
	has := func(text string) bool {
		return c.Action == finding.Delete ||
			slices.ContainsFunc(c.Edits, func(e finding.Edit) bool { return strings.Contains(text, last(e.Path)) })
	}
	if kustomize.Is(file) {
		return slices.ContainsFunc(entries(text), func(e entry) bool { return e.names(name) && e.any(has) })
	}
	if !has(text) {
		return false
	}
	for _, p := range edit.Parts([]byte(text)) {
		doc := string(p.Text)
		switch {
		case !strings.Contains(doc, "kind:"):
			if slices.ContainsFunc(c.Edits, func(e finding.Edit) bool { return strings.Contains(doc, e.Path) }) {
				return true
			}
		case x.patches(u, file, p, name, c) != nil:
			return true
		}
	}
	return false
}

// entry is one thing that a kustomization asks for: the keys in it, first of all the field
// that it stands in, and the values, of which a patch may be one.
type entry struct{ keys, values []string }

// any reports whether something is so of a key or a value.
func (e *entry) any(is func(string) bool) bool {
	return slices.ContainsFunc(e.keys, is) || slices.ContainsFunc(e.values, is)
}

// names reports whether a value is a name, or has it as a word.
func (e *entry) names(name string) bool {
	return slices.ContainsFunc(e.values, func(said string) bool {
		words := strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune(" \n,{}\"'", r) })
		return slices.Contains(words, name)
	})
}

// entries are what a kustomization asks for, one by one: replicas of one object, and a
// patch of it. What it asks of one object it asks of no other. It is one entry where it
// cannot be parsed.
func entries(text string) []entry {
	var fields map[string]yaml.Node
	if yaml.Unmarshal([]byte(text), &fields) != nil {
		return []entry{{values: []string{text}}}
	}
	var all []entry
	for field, value := range fields {
		list := []*yaml.Node{&value}
		if value.Kind == yaml.SequenceNode {
			list = value.Content
		}
		for _, n := range list {
			e := entry{keys: []string{field}}
			e.add(n)
			all = append(all, e)
		}
	}
	return all
}

// add adds what stands in a node.
func (e *entry) add(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		e.values = append(e.values, n.Value)
	}
	for i, in := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			e.keys = append(e.keys, in.Value)
			continue
		}
		e.add(in)
	}
}

// patches is a document as a patch of what is changed; nil where it is of another
// object, has none of the fields, or is an object that the unit builds itself.
func (x patchFixes) patches(u *estate.Unit, file string, p edit.Part, name string, c finding.Change) *yaml.Node {
	if !strings.Contains(string(p.Text), "kind: "+c.Object.Kind) || !strings.Contains(string(p.Text), name) || x.built(u, file, p) {
		return nil
	}
	d, ok := p.Mapping()
	if !ok || textAt(d, "kind") != c.Object.Kind || textAt(d, "metadata", "name") != name {
		return nil
	}
	if c.Action != finding.Delete && !slices.ContainsFunc(c.Edits, func(e finding.Edit) bool { return hasField(d, e.Path) }) {
		return nil
	}
	return d
}

// built reports whether a document is what an object of a unit is built of.
func (x patchFixes) built(u *estate.Unit, file string, p edit.Part) bool {
	end := p.Line + strings.Count(string(p.Text), "\n")
	in := func(at origin.Position) bool { return at.Line >= p.Line && at.Line <= end && same(at.File, file) }
	e := u.Kubernetes
	return slices.ContainsFunc(e.Workloads, func(w kubernetes.Workload) bool { return in(w.Position) }) ||
		slices.ContainsFunc(e.Budgets, func(b kubernetes.Budget) bool { return in(b.Position) }) ||
		slices.ContainsFunc(e.Scalers, func(s kubernetes.Scaler) bool { return in(s.Position) })
}

// nameIn is the name of what is changed as its file has it: what is built may have
// a prefix.
func (x patchFixes) nameIn(u *estate.Unit, c finding.Change) string {
	d, ok := edit.At(x.text(u, c.Position.File), c.Position.Line).Mapping()
	if !ok {
		return c.Object.Name
	}
	return cmp.Or(textAt(d, "metadata", "name"), c.Object.Name)
}

// building are the kustomizations that read one of some files.
func (x patchFixes) building(files ...string) []*estate.Unit {
	var all []*estate.Unit
	for _, u := range x.units {
		if k := u.Kustomization; k != nil && slices.ContainsFunc(k.Files, func(f string) bool {
			return slices.ContainsFunc(files, func(file string) bool { return same(f, file) })
		}) {
			all = append(all, u)
		}
	}
	return all
}

func same(a, b string) bool { return filepath.Clean(a) == filepath.Clean(b) }

func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// text is a file of a unit, read once; empty where it cannot be read.
func (x patchFixes) text(u *estate.Unit, file string) []byte {
	if data, ok := x.texts[file]; ok {
		return data
	}
	data, err := u.Kustomization.Read(file)
	if err != nil {
		data = nil
	}
	x.texts[file] = data
	return data
}

// edited are files with changes made in them.
func (x patchFixes) edited(u *estate.Unit, changes []finding.Change) (texts map[string][]byte, ok bool) {
	texts = map[string][]byte{}
	for _, c := range changes {
		before, seen := texts[c.Position.File]
		if !seen {
			before = x.text(u, c.Position.File)
		}
		after, ok := edited(before, c)
		if !ok {
			return nil, false
		}
		texts[c.Position.File] = after
	}
	return texts, true
}

// mendsAll reports whether a finding is gone from a unit that is built of other
// texts, and no other one came, there or in the units that read them as well.
func (x patchFixes) mendsAll(
	ctx context.Context, u *estate.Unit, f *finding.Finding, texts map[string][]byte, creates []finding.Change,
) bool {
	after := x.again(ctx, u, texts)
	if after == nil || len(after.Hidden) > len(u.Kubernetes.Hidden) || !x.mends(ctx, u, f, after, creates) {
		return false // what cannot be read as it would be is no way out
	}
	for _, o := range x.building(slices.Collect(maps.Keys(texts))...) {
		if o == u {
			continue
		}
		after := x.again(ctx, o, texts)
		if after == nil && x.builds >= o.Estate.Objects() && x.again(ctx, o, map[string][]byte{}) == nil {
			continue // nothing can be built of it as it is, either
		}
		if after == nil || len(after.Hidden) > len(o.Kubernetes.Hidden) {
			return false
		}
		if !addsNothing(x.brokenBefore(ctx, o, f), x.broken(ctx, o, after, f), creates) {
			return false
		}
	}
	return true
}

// again is what a kustomization makes where some files hold other texts; nil where
// it makes nothing whole, or enough was built.
func (x patchFixes) again(ctx context.Context, u *estate.Unit, texts map[string][]byte) *kubernetes.Estate {
	if x.builds < u.Estate.Objects() || ctx.Err() != nil {
		return nil
	}
	x.builds -= u.Estate.Objects()
	return u.Kustomization.With(ctx, texts)
}

// patchesOf are the patches of a unit that set what is changed, each as the change
// of it: what they are to say in place of it.
func (x patchFixes) patchesOf(u *estate.Unit, changed []finding.Change) [][]finding.Change {
	var all [][]finding.Change
	for i, c := range changed {
		if c.Action == finding.Delete {
			return nil
		}
		name := x.nameIn(u, c)
		for _, file := range u.Kustomization.Files {
			if same(file, c.Position.File) {
				continue
			}
			for _, p := range edit.Parts(x.text(u, file)) {
				d := x.patches(u, file, p, name, c)
				if d == nil {
					continue
				}
				in := slices.Clone(changed)
				in[i] = patchAt(c, name, file, p.Line, d)
				if all = append(all, in); len(all) == mostPatches {
					return all
				}
			}
		}
	}
	return all
}

// patchAt is a change as one of a patch that stands in a file.
func patchAt(c finding.Change, name, file string, line int, d *yaml.Node) finding.Change {
	edits := make([]finding.Edit, len(c.Edits))
	value := map[string]any{"apiVersion": textAt(d, "apiVersion"), "kind": c.Object.Kind, "metadata": map[string]any{"name": name}}
	finding.Merge(value, c.Edits)
	for i, e := range c.Edits {
		if len(e.After) == 0 {
			e.After = finding.Data("null") // a field that a patch says nothing of is that of the base
		}
		edits[i] = e
	}
	return finding.Change{
		Action: finding.Patch, Object: finding.Object{Namespace: c.Object.Namespace, Kind: c.Object.Kind, Name: name},
		Value: finding.DataOf(value), Edits: edits, Position: &origin.Position{File: file, Line: line},
	}
}
