package remedy

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/edit"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/kustomize"
)

// replicasSaid is evidence that says how many replicas the object at its place has.
var replicasSaid = regexp.MustCompile(`^replicas: (\d+)$`)

// decided has evidence of how many replicas an object has point at what decides that: a patch of
// the kustomization that builds it, or a file of values of its chart. The base and the template
// may say another number, or none.
func (x *Fitter) decided(u *estate.Unit, f *finding.Finding) {
	for i := range f.Evidence {
		m := replicasSaid.FindStringSubmatch(f.Evidence[i].Text)
		if m == nil || f.Evidence[i].File == "" {
			continue
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			continue
		}
		by, at := "", origin.Position{}
		switch from := f.Evidence[i].Position; {
		case u.Kustomization != nil:
			by, at = patchFixes{x}.setting(u, f.Subject, from, n)
		case u.Chart != nil && u.Chart.Line != nil:
			by, at = valueOf(u.Chart, from, n)
		}
		if at.File != "" {
			f.Evidence = slices.Clone(f.Evidence)
			f.Evidence[i].Text, f.Evidence[i].Position = m[0]+by, at
		}
	}
}

// valueOf is the value of a chart that has an object run so many replicas, and where it stands;
// none where several may, or it is another number.
func valueOf(c *estate.Chart, from origin.Position, n int) (by string, at origin.Position) {
	keys := c.Named(from.File, from.Line, "replicas")
	if len(keys) != 1 {
		return "", origin.Position{}
	}
	at, v := c.Line(keys[0])
	if at.File == "" || fmt.Sprint(v) != strconv.Itoa(n) {
		return "", origin.Position{}
	}
	return ", by " + keys[0] + " of its chart", at
}

// patching is a patch, and what it is of.
type patching struct {
	file   string // that it stands in
	line   int    // before it
	text   string
	target *target
}

// target is what a patch of a kustomization is for: each a regular expression, empty for all.
type target struct {
	Kind               string `yaml:"kind"`
	Name               string `yaml:"name"`
	LabelSelector      string `yaml:"labelSelector"`
	AnnotationSelector string `yaml:"annotationSelector"`
}

// setting is the patch of a unit that has an object run so many replicas, and where it stands:
// that of the outermost kustomization, or the only one; none where that is not known.
func (x patchFixes) setting(u *estate.Unit, of finding.Subject, from origin.Position, n int) (by string, at origin.Position) {
	name := x.nameIn(u, finding.Change{Object: finding.Object{Name: of.Name}, Position: &from})
	var all []origin.Position
	for _, file := range u.Kustomization.Files {
		if !kustomize.Is(file) {
			continue
		}
		found := x.settingIn(u, file, of.Kind, []string{name, of.Name}, n)
		if len(found) == 1 && filepath.Clean(filepath.Dir(file)) == filepath.Clean(u.Path) {
			return ", as a patch has it", found[0]
		}
		all = append(all, found...)
	}
	if len(all) != 1 {
		return "", origin.Position{}
	}
	return ", as a patch has it", all[0]
}

// settingIn is where a kustomization, or a patch of it, sets a number of replicas.
func (x patchFixes) settingIn(u *estate.Unit, file, kind string, names []string, n int) (all []origin.Position) {
	var k struct {
		Replicas []struct {
			Name  yaml.Node `yaml:"name"`
			Count int       `yaml:"count"`
		} `yaml:"replicas"`
		Patches   []yaml.Node `yaml:"patches"`
		Json6902  []yaml.Node `yaml:"patchesJson6902"`
		Strategic []yaml.Node `yaml:"patchesStrategicMerge"`
	}
	if yaml.Unmarshal(x.text(u, file), &k) != nil {
		return nil
	}
	for _, r := range k.Replicas {
		if r.Count == n && slices.Contains(names, r.Name.Value) {
			all = append(all, origin.Position{File: file, Line: r.Name.Line})
		}
	}
	for _, node := range slices.Concat(k.Patches, k.Json6902, k.Strategic) {
		p := x.patching(u, file, &node)
		if line := p.sets(kind, names, n); line > 0 {
			all = append(all, origin.Position{File: p.file, Line: p.line + line})
		}
	}
	return all
}

// patching is a patch as a kustomization asks for it: with its text, or a file that has it.
func (x patchFixes) patching(u *estate.Unit, file string, node *yaml.Node) patching {
	var asked struct {
		Path   string    `yaml:"path"`
		Patch  yaml.Node `yaml:"patch"`
		Target *target   `yaml:"target"`
	}
	if node.Kind == yaml.ScalarNode { // as patches were before they had targets
		asked.Path = node.Value
		if strings.Contains(node.Value, "\n") {
			asked.Path, asked.Patch = "", *node
		}
	} else if node.Decode(&asked) != nil {
		return patching{}
	}
	if asked.Path != "" {
		from := filepath.Join(filepath.Dir(file), asked.Path)
		if i := slices.IndexFunc(u.Kustomization.Files, func(f string) bool { return same(f, from) }); i >= 0 {
			from = u.Kustomization.Files[i]
		}
		return patching{file: from, text: string(x.text(u, from)), target: asked.Target}
	}
	line := asked.Patch.Line
	if asked.Patch.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		line-- // it begins on the line of its field
	}
	return patching{file: file, line: line, text: asked.Patch.Value, target: asked.Target}
}

// sets is the line of a patch on which it sets a number of replicas of an object; 0 for none.
func (p *patching) sets(kind string, names []string, n int) int {
	if t := p.target; t != nil {
		if t.LabelSelector+t.AnnotationSelector != "" || !fits(t.Kind, []string{kind}) || !fits(t.Name, names) {
			return 0
		}
	}
	for _, part := range edit.Parts([]byte(p.text)) {
		var doc yaml.Node
		if yaml.Unmarshal(part.Text, &doc) != nil || len(doc.Content) == 0 {
			continue
		}
		d := doc.Content[0]
		if d.Kind == yaml.SequenceNode && p.target != nil {
			for _, op := range d.Content {
				if v := valueAt(op, "value"); textAt(op, "path") == "/spec/replicas" && v != nil && v.Value == strconv.Itoa(n) {
					return part.Line - 1 + v.Line
				}
			}
			continue
		}
		v := valueAt(d, "spec", "replicas")
		named := p.target != nil || textAt(d, "kind") == kind && slices.Contains(names, textAt(d, "metadata", "name"))
		if v != nil && named && v.Value == strconv.Itoa(n) {
			return part.Line - 1 + v.Line
		}
	}
	return 0
}

// fits reports whether what a target asks for is one of some texts, or asks for nothing.
func fits(asked string, of []string) bool {
	if asked == "" {
		return true
	}
	whole, err := regexp.Compile("^(?:" + asked + ")$")
	return err == nil && slices.ContainsFunc(of, whole.MatchString)
}
