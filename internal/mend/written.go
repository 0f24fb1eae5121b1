package mend

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/edit"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// head is what of an object tells which it is, as it stands in its file.
type head struct {
	Kind     string
	Metadata struct{ Name, Namespace string }
	Spec     struct{ Selector any }
}

// headAt is that of the object which stands at a place; false where it is no YAML.
func (p *planner) headAt(at *origin.Position) (head, bool) {
	var of head
	text, err := p.text(at.File)
	if err != nil {
		return of, false
	}
	mapping, ok := edit.At(text, at.Line).Mapping()
	return of, ok && mapping.Decode(&of) == nil
}

// asNamed is the object of a change as its file calls it: what a kustomization builds may
// have more before and behind its name, and another namespace.
func (p *planner) asNamed(f *Found, c *finding.Change, at *origin.Position) finding.Object {
	if f.Unit.Kustomization == nil {
		return c.Object
	}
	of, ok := p.headAt(at)
	if !ok || of.Kind != c.Object.Kind || of.Metadata.Name == "" {
		return c.Object
	}
	return finding.Object{Namespace: of.Metadata.Namespace, Kind: of.Kind, Name: of.Metadata.Name}
}

// holds is edit.Holds, asked once for each text of a file.
func (p *planner) holds(file string, text []byte) bool {
	key := fmt.Sprintf("%s %x", file, sha256.Sum256(text))
	is, known := p.yaml[key]
	if !known {
		is = edit.Holds(text)
		p.yaml[key] = is
	}
	return is
}

// asWritten is a new object as it stands beside the object that it is for: a kustomization
// gives both their namespace, the beginning of their names and more labels. It is false
// where that object's file is no YAML that a document can be put behind.
func (p *planner) asWritten(f *Found, c *finding.Change, at *origin.Position) (finding.Data, finding.Object, bool) {
	text, err := p.text(at.File)
	if err != nil || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(at.File)) || !p.holds(at.File, text) {
		return nil, c.Object, false
	}
	var value map[string]any
	of, ok := p.headAt(at)
	if !ok || json.Unmarshal(c.Value, &value) != nil {
		return nil, c.Object, false
	}
	if of.Kind != f.Subject.Kind || f.Unit.Kustomization == nil { // an item of a list has its own namespace
		return c.Value, c.Object, true
	}
	object := c.Object
	metadata, _ := value["metadata"].(map[string]any)
	if of.Metadata.Namespace == "" {
		delete(metadata, "namespace")
		object.Namespace = ""
	}
	if name, _ := metadata["name"].(string); of.Metadata.Name != "" && strings.Contains(name, f.Subject.Name) {
		object.Name = strings.Replace(name, f.Subject.Name, of.Metadata.Name, 1)
		metadata["name"] = object.Name
	}
	spec, _ := value["spec"].(map[string]any)
	if selector, ok := of.Spec.Selector.(map[string]any); ok && spec != nil && spec["selector"] != nil {
		spec["selector"] = selector
	}
	return finding.DataOf(value), object, true
}
