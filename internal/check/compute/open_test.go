package compute

import "testing"

// Whether texts are the same by the value of a parameter.
func TestMayBeSame(t *testing.T) {
	for _, x := range []struct{ a, b, want string }{
		{"web", "api", ""},
		{"web-${S}", "api-${S}", ""},
		{"web-${S}", "web-prod", "S"},
		{"web-${S}", "api-prod", ""},
		{"${A}-${B}", "web-prod", "A"},
		{"web", "${NAME}", "NAME"},
		{"${A}", "${B}", "B"},
		{"${A}-${B}", "${B}", "A"},
		{"web.${S}", "webx-prod", ""},
	} {
		got := mayBeSame(x.a, x.b)
		if x.want == "" != (got == "") || x.a != "${A}" && got != x.want {
			t.Errorf("%s and %s: %q, want %q", x.a, x.b, got, x.want)
		}
	}
}
