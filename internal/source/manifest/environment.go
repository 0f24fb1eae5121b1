package manifest

import (
	"cmp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
)

// inEnvironment adds what the flags and variables of a container say of the environment
// that it runs in.
func inEnvironment(c *corev1.Container, t kubernetes.Told) kubernetes.Told {
	for _, e := range c.Env {
		t = tells(t, e.Name, e.Value)
	}
	words := spoken(c)
	for i, w := range words {
		name, value, joined := strings.Cut(w, "=")
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		if flag, ok := strings.CutPrefix(name, "-D"); ok { // a property of Java
			name = flag
		} else if !strings.HasPrefix(name, "--") {
			continue
		}
		t = tells(t, name, value)
	}
	return t
}

// tells adds what one setting says.
func tells(t kubernetes.Told, name, value string) kubernetes.Told {
	switch purpose.OfSetting(name, value) {
	case purpose.Before:
		t.Before = cmp.Or(t.Before, name+"="+value)
	case purpose.Live:
		t.Live = cmp.Or(t.Live, name+"="+value)
	}
	return t
}
