package kubernetes

import "testing"

// A text mentions words that stand in it whole, all of them.
func TestGlimpses(t *testing.T) {
	for _, x := range []struct {
		text  string
		words []string
		want  bool
	}{
		{"app: indexd\n", []string{"indexd"}, true}, {"indexd", []string{"indexd"}, true}, {"app: indexd-canary", []string{"indexd"}, false},
		{"app: indexd-canary\nname: indexd", []string{"indexd"}, true}, {"app: my.indexd", []string{"indexd"}, false},
		{"app: web\ntier: front", []string{"web", "front"}, true}, {"app: web\n", []string{"web", "front"}, false},
		{"", []string{"web"}, false}, {"app: web", nil, false}, {"webweb", []string{"web"}, false},
	} {
		var g, all Glimpses
		g.Add("a.yaml", x.text)
		all.add(g)
		if got := all.Mentions("a.yaml", x.words); got != x.want {
			t.Errorf("%q, %q: %t", x.text, x.words, got)
		}
		if all.Mentions("b.yaml", x.words) {
			t.Errorf("%q, %q, of another file", x.text, x.words)
		}
	}
}
