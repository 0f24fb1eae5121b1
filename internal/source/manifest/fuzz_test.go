package manifest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/onus-project/onus/internal/document"
	"go.yaml.in/yaml/v3"
)

// cut returns the chunks of a stream.
func cut(data []byte, yaml bool) ([]chunk, error) {
	var all []chunk
	submit := func(c chunk) error {
		all = append(all, c)
		return nil
	}
	if yaml {
		err := cutYAML(bufio.NewReaderSize(bytes.NewReader(data), 16), "f", 0, func(c chunk) error { return submit(c) })
		for _, c := range all {
			if c.kind == uncut {
				return all, c.fault
			}
		}
		return all, err
	}
	err := cutJSON(bytes.NewReader(data), "f", submit)
	return all, err
}

// readsAlike checks that a stream gives the same however it arrives, and that
// what it gives is objects or an error with a place.
func readsAlike(t *testing.T, name string, data []byte) {
	outcome := func(r io.Reader) string {
		e, err := readFrom(r)
		if err == nil {
			return summary(e)
		}
		var fault *document.Error
		if !errors.As(err, &fault) || fault.File == "" || fault.Msg == "" {
			t.Fatalf("%s: %T: %v", name, err, err)
		}
		return err.Error()
	}
	whole := outcome(bytes.NewReader(data))
	if bits := outcome(iotest.OneByteReader(bytes.NewReader(data))); bits != whole {
		t.Errorf("whole:\n%s\nin bits:\n%s", whole, bits)
	}
}

// FuzzYAML holds the cutting by lines against a parser of the whole stream.
func FuzzYAML(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		readsAlike(t, "yaml", data)
		if bytes.ContainsAny(data, "\u0085\u2028\u2029\ufeff") || bytes.Contains(bytes.ReplaceAll(data, []byte("\r\n"), nil), []byte("\r")) {
			return // line ends to the parser only
		}
		if bytes.Contains(data, []byte("\n%")) {
			return // the parser ends a document at a directive, which YAML does not
		}
		want, err := parsed(data)
		if err != nil {
			return
		}
		// What the parser is laxer about than YAML is an error in elements, and
		// may not be more: see cutYAML.
		lax := bytes.Contains(data, []byte("items:")) && bytes.ContainsAny(data, "{[\"'")
		chunks, err := cut(data, true)
		if err != nil {
			if lax || strings.Contains(err.Error(), "stands here twice") || strings.Contains(err.Error(), "has its kind after") ||
				strings.Contains(err.Error(), "text behind the ...") {
				return
			}
			t.Fatalf("the parser takes it: %v", err)
		}
		var got []string
		for _, c := range chunks {
			parts := []end{{len(c.data), c.line}}
			if c.kind == yamlDocuments {
				parts = c.ends
			}
			from := 0
			for _, e := range parts {
				nodes, err := nodes(c.data[from:e.at])
				if err != nil {
					if lax || strings.Contains(err.Error(), "unknown anchor") {
						return
					}
					t.Fatalf("%q: %v", c.data[from:e.at], err)
				}
				for _, n := range nodes {
					if c.kind == yamlElements {
						for _, element := range n.Content {
							got = append(got, canonical(element, e.line-1))
						}
						continue
					}
					got = flatten(got, n, e.line-1)
				}
				from = e.at
			}
		}
		if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
			t.Errorf("%q\ngot:\n%s\nwant:\n%s", data, g, w)
		}
	})
}

func parsed(data []byte) ([]string, error) {
	all, err := nodes(data)
	var want []string
	for _, n := range all {
		want = flatten(want, n, 0)
	}
	return want, err
}

func nodes(data []byte) ([]*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var all []*yaml.Node
	for {
		var n yaml.Node
		if err := dec.Decode(&n); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return all, err
		}
		if len(n.Content) > 0 {
			all = append(all, n.Content[0])
		}
	}
}

// flatten adds a document, or the items of one.
func flatten(to []string, n *yaml.Node, above int) []string {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return to
	}
	if n.Kind == yaml.MappingNode {
		found := false
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value != "items" {
				continue
			}
			found = true
			for _, element := range n.Content[i+1].Content {
				to = append(to, canonical(element, above))
			}
		}
		if found {
			return to
		}
	}
	return append(to, canonical(n, above))
}

func canonical(n *yaml.Node, above int) string {
	var b strings.Builder
	var write func(n *yaml.Node)
	write = func(n *yaml.Node) {
		fmt.Fprintf(&b, "%d:%s%q", above+n.Line, n.ShortTag(), n.Value)
		if len(n.Content) > 0 {
			b.WriteByte('(')
			for _, c := range n.Content {
				write(c)
			}
			b.WriteByte(')')
		}
	}
	write(n)
	return b.String()
}

// FuzzJSON holds the cutting of JSON against encoding/json.
func FuzzJSON(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		readsAlike(t, "json", data)
		var want []string
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		for {
			var v any
			if err := dec.Decode(&v); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return
			}
			if otherKind(v) {
				return // what stands first in it decides, and a map has no first
			}
			want = values(want, v)
		}
		chunks, err := cut(data, false)
		if err != nil {
			for _, known := range []string{"stands here twice", "has its kind after", "UTF-8", "surrogate", "exceeded max depth", "depth"} {
				if strings.Contains(err.Error(), known) {
					return
				}
			}
			t.Fatalf("encoding/json takes it: %v", err)
		}
		var got []string
		for _, c := range chunks {
			ends := []end{{len(c.data), c.line}}
			switch c.kind {
			case jsonValue:
			case jsonValues, listBegins: // which has none
				ends = c.ends
			default:
				return // went on as YAML
			}
			from := 0
			for _, e := range ends {
				one := c.data[from:e.at]
				dec := json.NewDecoder(bytes.NewReader(one))
				dec.UseNumber()
				var v any
				if err := dec.Decode(&v); err != nil {
					t.Fatalf("%q: %v", one, err)
				}
				got = values(got, v)
				if at := lineAt(data, e.line-1); !bytes.Contains(at, one[:1]) {
					t.Errorf("%q is not on line %d: %q", one, e.line, at)
				}
				from = e.at
			}
		}
		if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
			t.Errorf("%q\ngot:\n%s\nwant:\n%s", data, g, w)
		}
	})
}

// otherKind reports whether a value, or an element of it, has items and a kind
// that is not a list's.
func otherKind(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, otherKind)
	case map[string]any:
		kind, _ := v["kind"].(string)
		_, items := v["items"].([]any)
		return items && kind != "" && !isList(kind)
	}
	return false
}

// values adds a value, or the elements of an array, or of an object's items.
func values(to []string, v any) []string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			to = values(to, e)
		}
		return to
	case map[string]any:
		if items, ok := v["items"].([]any); ok {
			return values(to, items)
		}
	}
	text, _ := json.Marshal(v)
	return append(to, string(text))
}
