package finding

import (
	"bytes"
	"fmt"
	"unicode"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
)

// Manifest writes the object of a change, or the part to merge, as YAML that
// can be pasted. It is empty for a deletion.
func (c Change) Manifest() string {
	if len(c.Value) == 0 {
		return ""
	}
	data, err := yaml.JSONToYAML(withoutControl(c.Value))
	if err != nil {
		panic(fmt.Sprintf("a change holds what YAML cannot: %v", err)) // changes are made of plain structs
	}
	return string(data)
}

// withoutControl is JSON with those characters escaped that JSON lets stand in a
// string and YAML (1.2, section 5.1) does not. Outside of strings there are none.
func withoutControl(d Data) Data {
	banned := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == '\ufeff' || r == '\ufffe' || r == '\uffff'
	}
	if bytes.IndexFunc(d, banned) < 0 {
		return d
	}
	var b bytes.Buffer
	for _, r := range string(d) {
		if banned(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.Bytes()
}

// withManifest is a change as onus.findings/v1 has it: its value is also there
// as YAML.
type withManifest struct {
	Action   Action           `json:"action"`
	Object   Object           `json:"object"`
	Manifest string           `json:"manifest,omitempty"`
	Value    Data             `json:"value,omitempty"`
	Edits    []Edit           `json:"edits,omitempty"`
	Position *origin.Position `json:"position,omitempty"`
}

// MarshalJSON publishes the change with its manifest.
func (c Change) MarshalJSON() ([]byte, error) {
	return DataOf(withManifest{c.Action, c.Object, c.Manifest(), c.Value, c.Edits, c.Position}), nil
}
