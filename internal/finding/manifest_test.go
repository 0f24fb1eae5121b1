package finding

import (
	"testing"

	"sigs.k8s.io/yaml"
)

// A file may hold a name that no API server takes. The manifest of its fix is
// YAML that says the same.
func TestManifestHoldsEveryCharacter(t *testing.T) {
	for r := range rune(0x10010) {
		if r >= 0x3000 && r < 0xe000 { // ideographs, and what is no character
			continue
		}
		name := "web" + string(r)
		text := Change{Action: Create, Value: DataOf(map[string]string{"name": name})}.Manifest()
		var back map[string]string
		if err := yaml.Unmarshal([]byte(text), &back); err != nil || back["name"] != name {
			t.Errorf("%U: %q is read as %q: %v", r, text, back["name"], err)
		}
	}
}
