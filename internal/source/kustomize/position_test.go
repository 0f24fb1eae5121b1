package kustomize

import (
	"fmt"
	"strings"
	"testing"
)

// Objects are found in a file by its lines, in block style and in flow style.
func TestObjects(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"comments alone", "# a\n\n# kind: A\n", ""},
		{"no kind", "metadata:\n  name: a\n", ""},
		{"block style", "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  namespace: n\n", "n/A/a:1"},
		{"behind comments and a marker", "# of the shop\n---\n# more\n\napiVersion: v1\nkind: A\nmetadata:\n  name: a\n", "/A/a:5"},
		{"a comment in it", "kind: A\nmetadata: # of it\n  # name: b\n  name: a # the name\n", "/A/a:1"},
		{"several", "kind: A\nmetadata:\n  name: a\n---\nkind: B\nmetadata:\n  name: b\n---\n---\n# c\nkind: C\nmetadata:\n  name: c\n",
			"/A/a:1 /B/b:5 /C/c:11"},
		{"the name last", "metadata:\n  labels:\n    name: other\n    namespace: other\n  name: a\nkind: A\nspec:\n" +
			"  name: more\n  kind: B\n", "/A/a:1"},
		{"names outside of the metadata", "kind: A\nmetadata:\n  name: a\nspec:\n  name: b\n  namespace: n\n", "/A/a:1"},
		{"metadata of something else", "kind: A\nspec:\n  metadata:\n    name: b\n    namespace: n\nmetadata:\n    name: a\n", "/A/a:1"},
		{"quotes", "\"kind\": 'A'\nmetadata:\n  name: \"a\"\n  namespace: 'n'\n", "n/A/a:1"},
		{"anchors", "kind: A\nmetadata:\n  name: &app a\n  namespace: &ns \"n\"\n", "n/A/a:1"},
		{"anchors in flow style", "kind: A\nmetadata: {name: &app a, namespace: &ns n}\n", "n/A/a:1"},
		{"an anchor of all of it", "kind: A\nmetadata:\n  labels: &l {x: y}\n  name: a\n", "/A/a:1"},
		{"flow style", "kind: A\nmetadata: {labels: {a: b}, namespace: n, name: 'a'}\n", "n/A/a:1"},
		{"flow style in another order", "kind: A\nmetadata: {name: a, namespace: \"n\"}\n", "n/A/a:1"},
		{"flow style without a namespace", "kind: A\nmetadata: { name: a }\n", "/A/a:1"},
		{"lines of Windows", "kind: A\r\nmetadata:\r\n  name: a\r\n  namespace: n\r\n", "n/A/a:1"},
		{"no end of line", "kind: A\nmetadata:\n  name: a", "/A/a:1"},
		{"more than one name", "kind: A\nmetadata:\n  name: a\nkindred: B\n", "/A/a:1"},
		{"white space", "\n\n   \nkind: A\nmetadata:\n\n  name: a\n", "/A/a:4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, o := range objects([]byte(c.text)) {
				got = append(got, fmt.Sprintf("%s/%s/%s:%d", o.namespace, o.kind, o.name, o.line))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

// The source of an object is the one of its kind, name and namespace; of other
// names it is the longest that is part of its own, as generators leave it.
func TestSourceOfAnObject(t *testing.T) {
	o := &origins{by: map[string][]int{}}
	for _, x := range []sourced{
		{standing: standing{kind: "A", name: "web", namespace: "one"}, file: "1", made: "web"},
		{standing: standing{kind: "A", name: "web", namespace: "two"}, file: "2", made: "web"},
		{standing: standing{kind: "A", name: "web", namespace: "two"}, file: "3", made: "web"},
		{standing: standing{kind: "A", name: "api", namespace: "one"}, file: "4", made: "my-api"},
		{standing: standing{kind: "A", name: "api-server", namespace: "one"}, file: "5", made: "api-server-v1"},
		{standing: standing{kind: "A", name: "server"}, file: "6", made: "server"},
		{standing: standing{kind: "B", name: "web"}, file: "7", made: "web"},
		{standing: standing{kind: "A"}, file: "8"},
	} {
		o.all = append(o.all, x)
	}
	o.index()
	for _, c := range []struct{ kind, namespace, name, file string }{
		{"A", "one", "web", "1"},
		{"A", "two", "web", "2"},
		{"A", "three", "web", "1"},
		{"A", "", "web", "1"},
		{"B", "two", "web", "7"},
		{"A", "two", "my-api", "4"},
		{"A", "one", "x-api-server-y", "5"}, // longer than api and server
		{"A", "one", "x-server-y", "6"},
		{"A", "one", "the-web", "1"}, // of two that are as long, the first
		{"A", "one", "other", ""},
		{"C", "one", "web", ""},
		{"B", "one", "api", ""},
	} {
		got := ""
		if x := o.of(c.kind, c.namespace, c.name); x != nil {
			got = x.file
		}
		if got != c.file {
			t.Errorf("%s %s/%s stands in %q, want %q", c.kind, c.namespace, c.name, got, c.file)
		}
	}
}

// Names go by what each including kustomization puts around them, from the
// innermost to the outermost, and the outermost namespace holds.
func TestOrigins(t *testing.T) {
	in := tree(t, web+`
-- top/kustomization.yaml --
resources: [middle, own.yaml]
namePrefix: t-
nameSuffix: -t
namespace: top
-- top/own.yaml --
kind: A
metadata:
  name: own
-- top/middle/kustomization.yaml --
resources: [../../base]
namePrefix: m-
nameSuffix: -m
namespace: middle
-- plain/kustomization.yaml --
resources: [../base, ../in-it, gone.yaml]
-- in-it/kustomization.yaml --
resources: [a.yaml]
namespace: in-it
-- in-it/a.yaml --
kind: A
metadata:
  name: a
-- cycle/kustomization.yaml --
resources: [a.yaml, .]
-- cycle/a.yaml --
kind: A
metadata:
  name: a
-- broken/kustomization.yaml --
resources: [../base
`)
	b := New(in)
	for dir, want := range map[string]string{
		"top":    "top/A/t-own-t own.yaml:1, top/Service/t-m-web-m-t web.yaml:2, top/Deployment/t-m-web-m-t web.yaml:6",
		"plain":  "/Service/web web.yaml:2, /Deployment/web web.yaml:6, in-it/A/a a.yaml:1",
		"broken": "", "gone": "",
	} {
		var got []string
		for _, x := range b.originsOf(dir).all {
			got = append(got, fmt.Sprintf("%s/%s/%s %s:%d", x.namespace, x.kind, x.made, x.file[strings.LastIndex(x.file, "/")+1:], x.line))
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s:\n%s, want\n%s", dir, s, want)
		}
	}
	if n := len(b.originsOf("cycle").all); n != deepest+1 {
		t.Errorf("a cycle was followed %d times, want once and %d more", n, deepest)
	}
}

// A file is well formed up to its first fault, which has a line.
func TestPlaced(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"a: b\n---\nc: d\n":      "",
		"a: b\nc: ]\n":           "did not find expected node content",
		"a: b\n---\nc: d\n  e: ": "mapping values are not allowed in this context",
	} {
		wrong := wellFormed([]byte(text))
		if (wrong == nil) != (want == "") || wrong != nil && !strings.Contains(wrong.Error(), want) {
			t.Errorf("%q: %v, want %q", text, wrong, want)
		}
		if at := placed([]byte(text)); (at == nil) != (want == "") {
			t.Errorf("%q: placed %v", text, at)
		}
	}
}
