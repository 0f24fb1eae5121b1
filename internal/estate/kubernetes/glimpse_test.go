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
		{"app: Web", []string{"Web"}, true}, {"app: webA", []string{"web"}, false}, {"app: web9", []string{"web"}, false},
		{"app: web_a", []string{"web"}, false}, {"", []string{"web"}, false}, {"app: web", nil, false}, {"webweb", []string{"web"}, false},
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

// What other parts of an input could not read is added to what a part could not; a file
// without words is not noted.
func TestGlimpsesOfAllParts(t *testing.T) {
	var all, some, none Raw
	all.Glimpses.Add("a.yaml", "web")
	some.Glimpses.Add("b.yaml", "api")
	none.Glimpses.Add("c.yaml", ": {}\n")
	all.Append(&some)
	all.Append(&none)
	if len(all.Glimpses) != 2 || !all.Glimpses.Mentions("a.yaml", []string{"web"}) || !all.Glimpses.Mentions("b.yaml", []string{"api"}) {
		t.Errorf("%v", all.Glimpses)
	}
}

// Of two things that are called alike the words of both are known.
func TestGlimpsesOfTheSameName(t *testing.T) {
	var here, there, none Glimpses
	here.Add("Shelf a", "web")
	there.Add("Shelf a", "api")
	there.Add("Shelf b", "other")
	here.Join(there, "Shelf a")
	here.Join(none, "Shelf a")
	none.Join(there, "Shelf b")
	if !here.Mentions("Shelf a", []string{"web", "api"}) || here["Shelf b"] != nil || there.Mentions("Shelf a", []string{"web"}) ||
		!none.Mentions("Shelf b", []string{"other"}) {
		t.Errorf("%v, %v, %v", here, there, none)
	}
}
