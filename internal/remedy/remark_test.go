package remedy

import (
	"strings"
	"testing"
)

// What the author of a manifest says of one pod is a reason against a second.
func TestRemark(t *testing.T) {
	const before = "kind: ConfigMap\n---\n"
	for _, x := range []struct {
		text string
		line int
		want string
	}{
		{"kind: Deployment\nspec:\n  replicas: 1 # THIS SHOULD STRICTLY BE 1\n", 1, "THIS SHOULD STRICTLY BE 1"},
		{before + "kind: Deployment\nspec:\n  # do not run more than one\n  replicas: 1\n", 3, "do not run more than one"},
		{"kind: Deployment\nspec:\n  # It keeps its state in memory:\n  # only one replica is supported.\n  replicas: 1\n", 1,
			"It keeps its state in memory: only one replica is supported."},
		{"# Only a single replica may run.\nkind: Deployment\nspec:\n  replicas: 1\n", 2, "Only a single replica may run."},
		{"kind: Deployment\nspec:\n  replicas: 1 # singleton\n", 1, "singleton"},
		{"kind: HorizontalPodAutoscaler\nspec:\n  minReplicas: 1 # never scale\n", 1, "never scale"},
		{"kind: Deployment\nspec:\n  replicas: {{ .Values.replicas }} # must be 1\n", 1, "must be 1"},
		{"kind: Deployment\nspec:\n  replicas: 1 # number of schedulers (should always be 1)\n", 1, "number of schedulers (should always be 1)"},
		{"kind: Deployment\nspec:\n  replicas: 1 # has to stay one\n", 1, "has to stay one"},
		{"kind: Deployment\nspec:\n  replicas: 1 # 0..1\n", 1, "0..1"},
		{"kind: Deployment\nspec:\n  replicas: 1 # no more than one\n", 1, "no more than one"},
		{"kind: Deployment\nspec:\n  replicas: 1 # max 1\n", 1, "max 1"},
		{"kind: Deployment\nspec:\n  replicas: 1 # multiple replicas will corrupt the index\n", 1, "multiple replicas will corrupt the index"},
		{"kind: Deployment\nspec:\n  replicas: 1 # 0..10\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # max 10\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # no more than one per node\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # multiple replicas are spread over zones\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # should be 10 in production\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # should be one or more\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # must be at least 1\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # the default is one\n", 1, ""},
		{"kind: Deployment\nspec:\n  replicas: 1 # only for staging\n", 1, ""},
		{"# Only one file\nkind: Deployment\nspec:\n  replicas: 1\n", 2, ""},
		{"kind: Deployment\n---\nkind: Deployment\nspec:\n  replicas: 1 # must be 1\n", 1, ""},
		{"kind: Deployment\n", 7, ""},
	} {
		if got := remark(strings.Split(x.text, "\n"), x.line); got != x.want {
			t.Errorf("%q from line %d: %q, want %q", x.text, x.line, got, x.want)
		}
	}
}
