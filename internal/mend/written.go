package mend

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/edit"
	"github.com/onus-project/onus/internal/finding"
)

// asWritten is a new object as it stands beside the object that it is for: a kustomization
// gives both their namespace, the beginning of their names and more labels. It is false
// where that object's file is no YAML that a document can be put behind.
func (p *planner) asWritten(f *Found, c *finding.Change) (finding.Data, bool) {
	text, err := p.text(f.Position.File)
	if err != nil || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(f.Position.File)) {
		return nil, false
	}
	mapping, ok := edit.At(text, f.Position.Line).Mapping()
	if !ok || !edit.Holds(text) {
		return nil, false
	}
	var of struct {
		Kind     string
		Metadata struct{ Name, Namespace string }
		Spec     struct{ Selector any }
	}
	var value map[string]any
	if mapping.Decode(&of) != nil || json.Unmarshal(c.Value, &value) != nil {
		return nil, false
	}
	if of.Kind != f.Subject.Kind || f.Unit.Kustomization == nil { // an item of a list has its own namespace
		return c.Value, true
	}
	metadata, _ := value["metadata"].(map[string]any)
	if of.Metadata.Namespace == "" {
		delete(metadata, "namespace")
	}
	if name, _ := metadata["name"].(string); of.Metadata.Name != "" && strings.Contains(name, f.Subject.Name) {
		metadata["name"] = strings.Replace(name, f.Subject.Name, of.Metadata.Name, 1)
	}
	spec, _ := value["spec"].(map[string]any)
	if selector, ok := of.Spec.Selector.(map[string]any); ok && spec != nil && spec["selector"] != nil {
		spec["selector"] = selector
	}
	return finding.DataOf(value), true
}
