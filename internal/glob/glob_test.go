package glob

import (
	"regexp"
	"testing"
)

// What a pattern matches, in the whole of a path.
func TestExpression(t *testing.T) {
	for _, x := range []struct {
		pattern, path string
		want          bool
	}{
		{"apps/web", "apps/web", true}, {"apps/web", "apps/web2", false}, {"a.b", "axb", false},
		{"apps/*", "apps/web", true}, {"apps/*", "apps/web/x", false}, {"*.yaml", "web.yaml", true}, {"*.yaml", "apps/web.yaml", false},
		{"we?", "web", true}, {"we?", "we/", false},
		{"**/web", "web", true}, {"**/web", "a/b/web", true}, {"**/web", "aweb", false},
		{"apps/**", "apps/a/b", true}, {"apps/**/web", "apps/web", true}, {"apps/**/web", "apps/a/b/web", true},
		{"apps/**/web", "apps/aweb", false},
		{"(x|y)", "x", false}, {"", "", true},
	} {
		if got := regexp.MustCompile("^" + Expression(x.pattern) + "$").MatchString(x.path); got != x.want {
			t.Errorf("%q and %q: %t", x.pattern, x.path, got)
		}
	}
}
