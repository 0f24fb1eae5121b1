package manifest

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Settings tell of production, or of what comes before it, by the first of each.
func TestEnvironmentsThatSettingsTell(t *testing.T) {
	var told kubernetes.Told
	for _, x := range []struct{ name, value, before, live string }{
		{"REPLICAS", "staging", "", ""},
		{"APP_ENV", "staging", "APP_ENV=staging", ""},
		{"ENVIRONMENT", "dev", "APP_ENV=staging", ""},
		{"ENVIRONMENT", "production", "APP_ENV=staging", "ENVIRONMENT=production"},
		{"APP_ENV", "prod", "APP_ENV=staging", "ENVIRONMENT=production"},
	} {
		if told = tells(told, x.name, x.value); told.Before != x.before || told.Live != x.live {
			t.Errorf("after %s=%s: %+v", x.name, x.value, told)
		}
	}
}

// A directive waits for the marker of its document, whatever comments stand behind it.
func TestDirectives(t *testing.T) {
	for text, want := range map[string]bool{
		"%YAML 1.2\n": true, "%YAML 1.2\n# a comment\n": true, "# a comment\n%YAML 1.2\n": true, "%YAML 1.2\n---\n": false,
		"# a comment\n": false, "": false,
	} {
		if got := directive([]byte(text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
