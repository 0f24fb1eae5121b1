package document

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func parse(t *testing.T, text string) *Document {
	t.Helper()
	doc, err := Parse([]byte(text), 1)
	if err != nil {
		t.Fatal(err)
	}
	if doc == nil {
		t.Fatalf("%q holds nothing", text)
	}
	return doc
}

// What YAML writes in many ways is JSON in one. Words are what kubectl takes
// them for, which reads by YAML 1.1.
func TestJSON(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"a: 1\nb: -2\nc: 0\n", `{"a":1,"b":-2,"c":0}`},
		{"a: 0x1F\nb: 010\nc: 0o10\nd: 1_000\ne: 0b11\nf: +1\n", `{"a":31,"b":8,"c":8,"d":1000,"e":3,"f":1}`},
		{"a: 18446744073709551615\nb: 1234567890123456789\n", `{"a":18446744073709551615,"b":1234567890123456789}`},
		{"a: 1.5\nb: 3.0\nc: 1e3\nd: .inf\ne: .nan\n", `{"a":1.5,"b":3,"c":1000,"d":".inf","e":".nan"}`},
		{"a: 1e+06\nb: 1e-3\nc: 1e21\nd: -2.5e+20\ne: 0.0\nf: 1e-7\n", `{"a":1000000,"b":0.001,"c":1e+21,"d":-250000000000000000000,` +
			`"e":0,"f":1e-07}`},
		{"a: true\nb: False\nc: yes\nd: Off\ne: 'yes'\nf: !!str no\ng: yes sir\n",
			`{"a":true,"b":false,"c":true,"d":false,"e":"yes","f":"no","g":"yes sir"}`},
		{"a:\nb: ~\nc: null\nd: ''\n", `{"a":null,"b":null,"c":null,"d":""}`},
		{"a: 2026-11-23\nb: 2026-11-23T10:00:00Z\nc: 12:30\nd: 50%\ne: v1.2\n",
			`{"a":"2026-11-23","b":"2026-11-23T10:00:00Z","c":"12:30","d":"50%","e":"v1.2"}`},
		{"1: a\ntrue: b\n~: c\n", `{"1":"a","true":"b","~":"c"}`},
		{"a: |\n  b\n  c\nd: >-\n  e\n  f\n", `{"a":"b\nc\n","d":"e f"}`},
		{"a: \"\\u263a\\x01\"\n", "{\"a\":\"☺\\u0001\"}"},
		{"a: !!binary aGk=\nb: !x c\nd: !y [1]\n", `{"a":"aGk=","b":"c","d":[1]}`},
		{"a: &a [1]\nb: *a\n*a : c\n", ""},
		{"a: &a b\n*a : c\n", `{"a":"b","b":"c"}`},
		{"a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\n", `{"a":{"x":1,"y":2},"b":{"x":3,"y":2}}`},
		{"a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}\nd: &d {<<: *b, z: 3}\ne: {<<: *d, <<: *a}\n",
			`{"a":{"x":1},"b":{"x":2,"y":2},"c":{"x":1,"y":2},"d":{"z":3,"x":2,"y":2},"e":{"x":2,"y":2,"z":3}}`},
		{"'<<': 1\n", `{"<<":1}`},
		{"- a\n- [b, {c: d}]\n", `["a",["b",{"c":"d"}]]`},
		{"a: 1\na: 2\n", `{"a":1,"a":2}`},
		{"--- {\"a\": \"\\ud83d\\ude00\\/\"}\n", `{"a": "\ud83d\ude00\/"}`},
		{"%YAML 1.2\n---\na: 1\n", `{"a":1}`},
	} {
		out, err := parse(t, c.yaml).JSON()
		if got := string(out); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q\ngot  %s %v\nwant %s", c.yaml, got, err, c.want)
		}
	}
}

func TestNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "# c\n", "---\n", "---\n# c\n...\n", "~", "null\n", "%YAML 1.2\n---\n"} {
		if doc, err := Parse([]byte(text), 1); doc != nil || err != nil {
			t.Errorf("%q: %v %v", text, doc, err)
		}
	}
}

// Faults of writing a document as JSON and of decoding it have lines of the
// file, whichever line the document starts on.
func TestFaults(t *testing.T) {
	bomb := "a: &a " + strings.Repeat("x", 1<<20) + "\nb:\n" + strings.Repeat("- *a\n", 200)
	merges := "a: &a {" + strings.Repeat("k: 1, ", 3000) + "}\nb:\n  <<: [" + strings.Repeat("*a, ", 3000) + "]\n"
	for _, c := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"a loop", "a: &a\n  b: [*a]\n", 11, `alias "a" contains itself`},
		{"a loop of merges", "a: &a\n  <<: [*a, *a]\n", 11, "is nested more than 1000 levels deep"},
		{"many bytes", bomb, 75, "has more than 64 MiB once its aliases are written out"},
		{"many entries passed over", merges, 12, "has more than 2000000 values once its aliases are written out"},
		{"merging a word", "a:\n  <<: b\n", 11, "<<: wants a mapping or a list of mappings"},
		{"a list for a key", "a: 1\n? [b]\n: c\n", 11, "has a key that is not a string"},
		{"a false tag", "a: 1\nb: !!int c\n", 11, `"c" is tagged !!int, but is not a number of 64 bits`},
		{"two documents", "a: 1\n---\nb: 1\n", 11, "holds a second document where one is wanted"},
		{"twice", "n: 1\nx: 1\nn: 2\n", 12, "n: stands here twice"},
		{"twice in a list", "l:\n- {k: 1}\n- k: 1\n  k: 2\n", 13, "l[1].k: stands here twice"},
		{"a type", "n: 1\nl:\n- a\n- b: c\n", 13, "l[1]: is a mapping, wants a string"},
		{"a type in a merged mapping", "x: &x\n  s: {}\nm:\n  <<: *x\n", 11, "m.s: is a mapping, wants a string"},
		{"null is nothing", "n: null\nl: [~]\nm: ~\n", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := Parse([]byte(c.text), 10)
			if err == nil {
				var into struct {
					N int               `json:"n"`
					L []string          `json:"l"`
					M map[string]string `json:"m"`
				}
				if c.name == "twice in a list" {
					var any map[string]any
					err = doc.Decode(&any)
				} else {
					err = doc.Decode(&into)
				}
			}
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var fault *Error
			if !errors.As(err, &fault) || fault.Line != c.line || fault.Error() != c.want {
				t.Fatalf("got line %d: %v, want line %d: %s", fault.Line, err, c.line, c.want)
			}
		})
	}
}

func TestDecodePart(t *testing.T) {
	doc := parse(t, "spec:\n  selector:\n    a: 1\n")
	var spec struct {
		Spec struct {
			Selector jsontext.Value `json:"selector"`
		} `json:"spec"`
	}
	if err := doc.Decode(&spec); err != nil {
		t.Fatal(err)
	}
	var labels map[string]string
	var fault *Error
	if err := doc.DecodePart("/spec/selector", spec.Spec.Selector, &labels); !errors.As(err, &fault) || fault.Line != 3 ||
		fault.Field != "spec.selector.a" {
		t.Errorf("%+v", err)
	}
	var anything any
	if err := doc.DecodePart("/spec/selector", spec.Spec.Selector, &anything); err != nil {
		t.Error(err)
	}
}

// A pointer has the line of what it names, or of the nearest value above.
func TestLine(t *testing.T) {
	yaml := parse(t, "# c\na:\n  b:\n  - c\n  - d: &d\n      e: f\ng:\n  <<: *d\n")
	json := FromJSON([]byte("{\n\"a\": {\n\"b\": [\n\"c\",\n{\n\"d\": {\n\"e\": \"f\"}}]},\n\"g\": {}}"), 1)
	for _, c := range []struct {
		pointer    jsontext.Pointer
		yaml, json int
	}{
		{"", 2, 1}, {"/a", 2, 2}, {"/a/b", 3, 3}, {"/a/b/0", 4, 4}, {"/a/b/1", 5, 5}, {"/a/b/1/d", 5, 6}, {"/a/b/1/d/e", 6, 7},
		{"/a/b/7", 3, 3}, {"/a/b/x", 3, 3}, {"/a/x", 2, 2}, {"/x", 2, 1}, {"/a/b/0/x", 4, 4}, {"/g/e", 6, 8}, {"/g/x", 7, 8},
	} {
		if got := yaml.Line(c.pointer); got != c.yaml {
			t.Errorf("YAML: %s is on line %d, want %d", c.pointer, got, c.yaml)
		}
		if got := json.Line(c.pointer); got != c.json {
			t.Errorf("JSON: %s is on line %d, want %d", c.pointer, got, c.json)
		}
	}
}

func TestParts(t *testing.T) {
	for name, doc := range map[string]*Document{
		"YAML": parse(t, "kind: List\nn: 1\nz: ~\nitems:\n- a: b\n- c\n"),
		"JSON": FromJSON([]byte("{\"kind\": \"List\", \"n\": 1,\n\"z\": null,\n\n\"items\": [\n{\"a\": \"b\"},\n\"c\"]}"), 1),
	} {
		if doc.String("kind") != "List" || doc.String("z") != "" || doc.String("gone") != "" || doc.String("items") != "" {
			t.Errorf("%s: kind is %q, z is %q", name, doc.String("kind"), doc.String("z"))
		}
		if !doc.Has("items") || doc.Has("gone") || doc.First() != 1 || doc.Elements() != nil {
			t.Errorf("%s: does not know what it has", name)
		}
		if _, ok := doc.Items("kind"); ok {
			t.Errorf("%s: a word has items", name)
		}
		items, ok := doc.Items("items")
		if !ok || len(items) != 2 || items[0].String("a") != "b" || items[0].First() != 5 || items[1].First() != 6 {
			t.Errorf("%s: items are %+v", name, items)
		}
	}
	if got := FromJSON([]byte(" [1,\n2]"), 3).Elements(); len(got) != 2 || got[1].First() != 4 {
		t.Errorf("%+v", got)
	}
}

func TestField(t *testing.T) {
	for pointer, want := range map[jsontext.Pointer]string{
		"": "", "/spec/replicas": "spec.replicas", "/containers/0/name": "containers[0].name", "/a/b~1c": "a.b/c",
	} {
		if got := Field(pointer); got != want {
			t.Errorf("%s is %s, want %s", pointer, got, want)
		}
	}
}
