package report

import (
	"strings"
	"testing"
)

// What leads somewhere is a link, and everything else stays as it is.
func TestLinks(t *testing.T) {
	l := Links{
		Sources: map[string]string{"k8s-eviction": "https://k8s.io/e"},
		File: func(name string) (string, bool) {
			return "/home/me/" + name, name == "shop/web.yaml"
		},
	}
	// In the wanted text a link is written <address|words>.
	for _, x := range []struct{ text, want string }{
		{"see https://a.example/b#c.", "see <https://a.example/b#c|https://a.example/b#c>."},
		{"(https://a.example/b) x", "(<https://a.example/b|https://a.example/b>) x"},
		{"http://a.example is none", "http://a.example is none"},
		{"at shop/web.yaml:12", "at <file:///home/me/shop/web.yaml#L12|shop/web.yaml:12>"},
		{"(shop/web.yaml:12): hostPath", "(<file:///home/me/shop/web.yaml#L12|shop/web.yaml:12>): hostPath"},
		{"gone.yaml:3, shop/web.yaml, web.yaml:x", "gone.yaml:3, shop/web.yaml, web.yaml:x"},
		{"\x1b[2mshop/web.yaml:1\x1b[0m", "\x1b[2m<file:///home/me/shop/web.yaml#L1|shop/web.yaml:1>\x1b[0m"},
		{"24 h [k8s-eviction, other]", "24 h [<https://k8s.io/e|k8s-eviction>, other]"},
		{"[none] [K8s] []", "[none] [K8s] []"},
		{"", ""},
	} {
		got := l.Link(x.text)
		got = strings.ReplaceAll(got, "\x1b]8;;\x1b\\", ">")
		got = strings.ReplaceAll(strings.ReplaceAll(got, "\x1b]8;;", "<"), "\x1b\\", "|")
		if got != x.want {
			t.Errorf("%q is %q, want %q", x.text, got, x.want)
		}
	}
}

// An address that a terminal would obey is no link.
func TestLinksOfHostileAddresses(t *testing.T) {
	l := Links{Sources: map[string]string{"a": "https://x\x1b\\y"}, File: func(string) (string, bool) { return "/a\x07b", true }}
	for _, text := range []string{"[a]"} {
		if got := l.Link(text); got != text {
			t.Errorf("%q", got)
		}
	}
	if got := l.Link("a.yaml:1"); strings.Contains(got, "\x07") {
		t.Errorf("%q", got)
	}
}
