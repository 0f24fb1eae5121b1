package document

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// agree holds what was made of plain YAML against what the library makes of it: the
// same bytes, on the same lines, and the same faults. It reports whether the text is
// plain.
func agree(t *testing.T, text []byte) bool {
	t.Helper()
	const first = 7
	fast := parsePlain(bytes.Clone(text), first)
	if fast == nil {
		return false
	}
	root, err := parseNodes(text, first)
	if err != nil || root == nil {
		t.Fatalf("%q: the library says %v, and it was made %s", text, err, fast.raw)
	}
	alike(t, text, fast, &Document{root: root, first: first})
	return true
}

// alike holds two forms of a document against each other.
func alike(t *testing.T, text []byte, fast, slow *Document) {
	t.Helper()
	want, err := slow.JSON()
	if err != nil {
		t.Fatalf("%q: the library says %v, and it was made %s", text, err, fast.raw)
	}
	if !bytes.Equal(fast.raw, want) {
		t.Fatalf("%q:\nmade %s\nwant %s", text, fast.raw, want)
	}
	if got, want := fast.First(), slow.First(); got != want {
		t.Errorf("%q: begins on line %d, want %d", text, got, want)
	}
	dec := lenient(want)
	for seen := 0; seen < 300; seen++ {
		if _, err := dec.ReadToken(); err != nil {
			break
		}
		at := dec.StackPointer()
		for _, at := range []jsontext.Pointer{at, at + "/none", at + "/9/none"} {
			if got, want := fast.Line(at), slow.Line(at); got != want {
				t.Errorf("%q: %s is on line %d, want %d", text, at, got, want)
			}
		}
	}
	of, parts := fast.Elements(), slow.Elements()
	if items, ok := slow.Items("items"); ok {
		of, _ = fast.Items("items")
		parts = items
	}
	if len(of) != len(parts) {
		t.Fatalf("%q: %d elements, want %d", text, len(of), len(parts))
	}
	for i := range min(len(parts), 20) {
		alike(t, text, of[i], parts[i])
	}
	var into struct {
		Kind     string            `json:"kind"`
		Metadata map[string]string `json:"metadata"`
		Spec     struct {
			Replicas *int  `json:"replicas"`
			HostPort *bool `json:"hostNetwork"`
		} `json:"spec"`
	}
	was, now := slow.Decode(&into), fast.Decode(&into) // of which a fault has it read by the library
	if (was == nil) != (now == nil) || was != nil && *was.(*Error) != *now.(*Error) {
		t.Errorf("%q: %v, want %v", text, now, was)
	}
	if got, want := fast.String("kind"), slow.String("kind"); got != want {
		t.Errorf("%q: kind %q, want %q", text, got, want)
	}
	for i := range min(len(of), 20) {
		if got, want := of[i].String("kind"), parts[i].String("kind"); got != want {
			t.Errorf("%q: kind %q of element %d, want %q", text, got, i, want)
		}
	}
}

// Every form that is plain is read as the library does, and what is not is left to it.
func TestPlain(t *testing.T) {
	for _, c := range []struct {
		text  string
		plain bool
	}{
		{"a: 1\nb: x\n", true}, {"---\n# c\n\na: {b: c, d: [e, 1, 'f']} # g\n", true},
		{"a:\n- b\n- c: d\n  e: f\ng:\n", true}, {"a:\n  - b\n  - c: d\n    e:\n      - f\n", true},
		{"- a: b\n  c: d\n- e: f\n", true}, {"  - a: b\n    c: d\n  - e: f\n", true},
		{"a: |\n  b\n\n   c: # d\n\n\ne: f\n", true}, {"a: |-\n  b\n\n", true}, {"a: |+\n  b\n\nc: d\n", true},
		{"a:\n- |\n  b\n- c\n", true}, {"a: \"b\\n\\\"c\\\\\"\n'd''e': 'f '' g'\n\"h\": i\n", true},
		{"a: -1\nb: 1.50\nc: 0x1F\nd: 1_000\ne: 100m\nf: 2026-11-29\ng: 1e3\n", true},
		{"a: yes\nb: No\nc: ~\nd: null\ne: TRUE\nf: off\ng: y\nh: \"on\"\nyes: no\n", true},
		{"a: .5\nb: .inf\nc: ./d\ne: +.inf\nf: -.INF\ng: .nan\n", true}, {"a: ü\n\"日本\": x\n", true},
		{"a: b#c\nd: e # f\ng: h:i\nj: http://k:80/\n", true}, {"args: [--a=b, -c, x:y]\n", true},
		{"a: []\nb: {}\nc: [ ]\n", true}, {"a: -\n", false},
		{"a: 08\nb: 0o17\nc: 0b11\nd: 12345678901234567890\ne: 123456789012345678901\n", true}, {"kind: 5\n", true},
		{"kind: yes\n", true}, {"metadata:\n  a: b\n  a: c\n", true}, {"spec: {replicas: x}\n", true},
		{"spec:\n  hostNetwork: 'no'\n  replicas: yes\n", true}, {"items:\n- kind: 3\n- metadata: 1\n", true},
		{"items:\n  - spec: {replicas: no}\n  -   kind: x\n      metadata: {}\n", true}, {"a: &b c\nd: *b\n", false},
		{"a: !!str b\n", false}, {"a: b\n  c\n", true}, {"a: \"b\n  c\"\n", false},
		{"a: [b,\n  c]\n", true}, {"? a\n: b\n", false}, {"<<: {a: b}\n", false}, {"a: b: c\n", false},
		{"a: b\n c: d\n", false}, {"a:\n\tb: c\n", false}, {"a: b\r\n", false}, {"a: b\n---\nc: d\n", false},
		{"a: b\n...\n", false}, {"--- a\n", false}, {"a\n", false}, {"", false}, {"# a\n", false},
		{"- a\nb: c\n", false}, {"a:\n  b: c\n d: e\n", false}, {"a: |2\n   b\n", false}, {"a: |\n  b", false},
		{"a: |\n\n  b\n", false}, {"a: |\n  b\n c\n", false}, {"a: [b, ]\n", false}, {"a: {b}\n", false},
		{"a: [b: c]\n", false}, {"a: {b: c}: d\n", false}, {"a: %b\n", false}, {"a: @b\n", false}, {"-a: b\n", true},
		{"- - a\n", false}, {"-\n  a: b\n", false}, {"a: 'b' c\n", false}, {"a: 'b'#c\n", false}, {"{a: b}\n", false},
		{"a: >\n  b\n", true}, {"a: >-\n  b\n  c\n\n  d\n\n\n  e  \n  f # g\nh: i\n", true}, {"a: >+\n  b\n\nc: d\n", true},
		{"- >-\n  b\n  c\n- d\n", true}, {"a: >\n  b\n   c\n  d\n", false}, {"a: >\n  b\n  \tc\n", false}, {"a: >\n\n  b\n", false},
		{"a: >2\n  b\n", false}, {"a: > # b\n  c\n", true}, {"a: >\n  b\n c\n", false}, {"a: >\n  b", false},
		{"a: b\n c\n  d\ne: f\n", true}, {"a: 1\n  2\n", true}, {"a: b\n  c: d\n", false}, {"a: b\n\n  c\n", false},
		{"a: b # c\n  d\n", false}, {"a: b\n  # c\n  d\n", false}, {"a: b\n  c # d\n", false}, {"a: b\n  - c\n", false},
		{"- a\n  b\n- c\n", true}, {"- a: b\n   c\n  d: e\n", true}, {"a: b\n  \"c\"\n", false}, {"a: b\n  c", true},
		{"a: [\n  b, # c\n\n  # d\n  e\n  ]\nf: g\n", true}, {"a: [b\n  , c]\n", true}, {"a: [b,\nc]\n", false}, {"a: [\n]\n", false},
		{"a: [b\n  c]\n", false}, {"a: {b: c,\n  d: {e:\n f}}\n", false}, {"a: {b: c,\n  d: e}\n", true}, {"a: {b\n  : c}\n", false},
		{"a: [b,\n  c]: d\n", false}, {"a: [b,\n", false}, {"a: [b,\n  ]\n", false}, {"a: [b,#c\n  d]\n", false}, {"a: [b,\n\tc]\n", false},
		{"- {a: b,\n   c: d}\n- e\n", true}, {"- {a: b,\nc: d}\n", false}, {"a:\n  - [b,\n    c]\n", true},
		{"a: [b\n  # c\n  , d]\n", true},
		{"a: ['b',\n  \"c\",\n  1,\n  [d,\n   e]]\n", true}, {"a: 'b'\n  c\n", false}, {"a:\n  b\n", true},
		{"a:\n  [b,\n  c]\nd:\n  {e: f} # g\n", true}, {"a:\n  'b'\n", true},
		{"a:\n  b\n  c\nd: e\n", true}, {"a:\n  |\n  b\n", false}, {"a:\n  [b]: c\n", false}, {"- a:\n    b\n  c:\n    1\n", true},
		{"a:\n  b\n  c: d\n", false}, {"a:\n  # b\n\n  c # d\n", true}, {"a:\n  &b c\n", false}, {"a: [b, c]\n  d\n", false},
	} {
		if got := agree(t, []byte(c.text)); got != c.plain {
			t.Errorf("%q: plain is %v, want %v", c.text, got, c.plain)
		}
	}
}

// plainTexts are the YAML files of the project.
func plainTexts(t testing.TB) (all [][]byte) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".txtar") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, part := range Documents(text) {
			all = append(all, part)
		}
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	return all
}

// What stands in the project is read as the library does, and most of it is plain.
func TestPlainManifests(t *testing.T) {
	is, not := 0, 0
	for _, text := range plainTexts(t) {
		switch root, err := parseNodes(text, 1); {
		case agree(t, text):
			is++
		case err == nil && root != nil:
			not++
		}
	}
	t.Logf("%d documents are plain, and %d are for the library", is, not)
	if is < 4*not {
		t.Errorf("%d documents are plain, and %d are not", is, not)
	}
}

// FuzzPlain holds plain YAML against the library.
func FuzzPlain(f *testing.F) {
	for i, text := range plainTexts(f) {
		if i%25 == 0 && len(text) < 2000 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, whole, _ := wholeJSON(text); whole > 0 || len(text) > 1<<16 {
			return
		}
		if bytes.IndexByte(text, 0) < 0 && strings.ToValidUTF8(string(text), "") == string(text) {
			agree(t, text)
		}
	})
}
