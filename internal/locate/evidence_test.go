package locate

import "testing"

// Evidence that is put together says nothing twice, wherever it was seen, and how it came
// to tell stands before it once.
func TestEvidenceTogether(t *testing.T) {
	a, b, c := Seen("a"), Seen("b"), Seen("c")
	for name, x := range map[string]struct {
		got  Evidence
		want string
	}{
		"none":                     {Seen(""), ""},
		"none with another":        {Seen("").with(a), "a"},
		"another":                  {a.with(b), "a; b"},
		"the same":                 {a.with(a), "a"},
		"the same and more":        {a.with(a.and("b")), "a; b"},
		"less":                     {a.and("b").with(b), "a; b"},
		"some of it":               {a.and("b").with(c.and("a")), "a; b; c"},
		"words that begin another": {a.with(Seen("ab")), "a; ab"},
		"seen beside it":           {a.besideIt().with(a), "beside it a"},
		"beside it twice":          {a.besideIt().besideIt(), "beside it a"},
		"by way of two":            {a.of("x has").of("y, by which").besideIt(), "beside it y, by which x has a"},
		"the first of several":     {few([]Evidence{a.and("b"), c, a, Seen("d")}), "a; b; c; a"},
	} {
		if got := x.got.String(); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
	if a.of("x").besideIt(); a.String() != "a" {
		t.Errorf("what it was made of is %q", a)
	}
}
