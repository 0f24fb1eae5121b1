// Package document reads one YAML document so that it can be decoded like
// JSON, and still knows on which line each value stood.
//
// Kubernetes types describe themselves by JSON tags only, and a JSON decoder
// names the field it could not read by a JSON pointer. So a document is
// written as JSON for decoding, and a pointer is turned back into a line of
// the YAML for the reader of the error.
package document

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// maxNodes bounds how many values one document may have once its aliases are
// written out: the guard against alias bombs. The largest honest documents
// (CRDs with deep schemas) have some 50,000.
const maxNodes = 2_000_000

// Error is a fault in a document. Line is 1-based within the file the
// document came from; Field is a path such as spec.replicas, or empty when
// the fault is in the syntax.
type Error struct {
	Line  int
	Field string
	Msg   string
}

func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Msg
	}
	return e.Msg
}

// Document is one parsed document: a tree of YAML nodes, or JSON as it stands.
type Document struct {
	root  *yaml.Node
	raw   []byte
	first int // line of the file on which the document starts
}

// FromJSON makes a document of raw, a valid JSON value that starts on line
// first of its file.
func FromJSON(raw []byte, first int) *Document { return &Document{raw: raw, first: first} }

var yamlLine = regexp.MustCompile(`line (\d+): `)

// Parse reads data, which starts on line first (1-based) of its file.
// Faults are reported as *Error. A document that holds nothing is nil.
func Parse(data []byte, first int) (*Document, error) {
	if !utf8.Valid(data) {
		return nil, &Error{Line: first + lineOfInvalidUTF8(data), Msg: "is not valid UTF-8"}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, syntaxError(err, first)
	}
	if root.Kind == 0 || len(root.Content) == 0 {
		return nil, nil
	}
	top := root.Content[0]
	if top.Kind == yaml.ScalarNode && top.ShortTag() == "!!null" {
		return nil, nil
	}
	return &Document{root: top, first: first}, nil
}

func lineOfInvalidUTF8(data []byte) int {
	n := 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			return n
		}
		if r == '\n' {
			n++
		}
		data = data[size:]
	}
	return n
}

func syntaxError(err error, first int) *Error {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	line := first
	if m := yamlLine.FindStringSubmatchIndex(msg); m != nil {
		n, _ := strconv.Atoi(msg[m[2]:m[3]])
		line = first + n - 1
		msg = msg[:m[0]] + msg[m[1]:]
	}
	return &Error{Line: line, Msg: msg}
}

// String returns the scalar under a key of the top mapping, or "".
func (d *Document) String(key string) string {
	if d.root == nil {
		return d.rawString(key)
	}
	if v := child(d.root, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

func (d *Document) rawString(key string) string {
	dec := jsontext.NewDecoder(bytes.NewReader(d.raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return ""
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		if name.String() != key {
			if dec.SkipValue() != nil {
				return ""
			}
			continue
		}
		if v, err := dec.ReadToken(); err == nil && v.Kind() == '"' {
			return v.String()
		}
		return ""
	}
	return ""
}

// First is the line on which the document's first value stands.
func (d *Document) First() int {
	if d.root == nil {
		return d.first
	}
	return d.first + d.root.Line - 1
}

// Elements returns the parts of a document that is a sequence as documents of
// their own; nil when it is none.
func (d *Document) Elements() []*Document {
	if d.root == nil || d.root.Kind != yaml.SequenceNode {
		return nil
	}
	return d.elements(d.root)
}

// Items is Elements of the sequence under a key of the top mapping, and
// whether there is one.
func (d *Document) Items(key string) ([]*Document, bool) {
	if d.root == nil {
		return nil, false
	}
	seq := child(d.root, key)
	if seq == nil || seq.Kind != yaml.SequenceNode {
		return nil, false
	}
	return d.elements(seq), true
}

func (d *Document) elements(seq *yaml.Node) []*Document {
	parts := make([]*Document, len(seq.Content))
	for i, n := range seq.Content {
		parts[i] = &Document{root: resolve(n), first: d.first}
	}
	return parts
}

// Line returns the line of the value that a JSON pointer names, or of the
// nearest value above it that exists. For a mapping entry it is the line of
// the key.
func (d *Document) Line(pointer jsontext.Pointer) int {
	if d.root == nil {
		return d.first + newlinesBefore(d.raw, pointer)
	}
	n, line := d.root, d.root.Line
	for token := range pointer.Tokens() {
		n = resolve(n)
		switch n.Kind {
		case yaml.MappingNode:
			key, value := entry(n, token)
			if value == nil {
				return d.first + line - 1
			}
			n, line = value, key.Line
		case yaml.SequenceNode:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(n.Content) {
				return d.first + line - 1
			}
			n = n.Content[i]
			line = n.Line
		default:
			return d.first + line - 1
		}
	}
	return d.first + line - 1
}

// Decode fills into, a pointer, as a JSON decoder would. Unknown fields are
// passed over. Faults are reported as *Error with line and field.
func (d *Document) Decode(into any) error {
	data, err := d.JSON()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		pointer, msg := Explain(err)
		return &Error{Line: d.Line(pointer), Field: Field(pointer), Msg: msg}
	}
	return nil
}

// Explain takes a JSON decoding error apart: where it happened, and what was
// wrong there in words a person who writes YAML knows.
func Explain(err error) (jsontext.Pointer, string) {
	var sem *json.SemanticError
	if errors.As(err, &sem) {
		if want := kindName(sem.GoType); want != "" && sem.JSONKind != 0 && sem.Err == nil {
			return sem.JSONPointer, fmt.Sprintf("is %s, wants %s", jsonKind(sem), want)
		}
		if sem.Err != nil {
			return sem.JSONPointer, sem.Err.Error()
		}
		return sem.JSONPointer, "cannot be read: " + sem.Error()
	}
	var syn *jsontext.SyntacticError
	if errors.As(err, &syn) {
		if errors.Is(syn.Err, jsontext.ErrDuplicateName) {
			return syn.JSONPointer, "stands here twice"
		}
		if errors.Is(syn.Err, jsontext.ErrNonStringName) {
			return syn.JSONPointer, "has a key that is not a string"
		}
		return syn.JSONPointer, syn.Err.Error()
	}
	return "", err.Error()
}

func jsonKind(e *json.SemanticError) string {
	value := string(e.JSONValue)
	if len(value) > 40 {
		value = ""
	}
	var kind string
	switch e.JSONKind {
	case 'n':
		return "null"
	case 't', 'f':
		kind = "a boolean"
	case '"':
		kind = "a string"
	case '0':
		kind = "a number"
	case '{':
		return "a mapping"
	case '[':
		return "a list"
	}
	if value == "" {
		return kind
	}
	return kind + " (" + value + ")"
}

func kindName(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return ""
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a mapping"
	}
	return ""
}

// Field writes a JSON pointer the way people write a field:
// spec.template.spec.containers[0].name.
func Field(pointer jsontext.Pointer) string {
	var b strings.Builder
	for token := range pointer.Tokens() {
		if _, err := strconv.Atoi(token); err == nil {
			b.WriteString("[" + token + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
	}
	return b.String()
}

// JSON writes the document as JSON, with aliases and merge keys written out.
func (d *Document) JSON() ([]byte, error) {
	if d.root == nil {
		return d.raw, nil
	}
	w := writer{left: maxNodes}
	if err := w.value(d.root); err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Line += d.first - 1
		}
		return nil, err
	}
	return w.out, nil
}

type writer struct {
	out   []byte
	left  int
	depth int
	open  []*yaml.Node // aliases being written out, to see a cycle
}

func (w *writer) value(n *yaml.Node) error {
	if w.left--; w.left < 0 {
		return &Error{Line: n.Line, Msg: fmt.Sprintf("has more than %d values once its aliases are written out", maxNodes)}
	}
	if w.depth++; w.depth > 1000 {
		return &Error{Line: n.Line, Msg: "is nested more than 1000 levels deep"}
	}
	defer func() { w.depth-- }()
	switch n.Kind {
	case yaml.AliasNode:
		for _, above := range w.open {
			if above == n.Alias {
				return &Error{Line: n.Line, Msg: fmt.Sprintf("alias %q contains itself", n.Value)}
			}
		}
		w.open = append(w.open, n.Alias)
		err := w.value(n.Alias)
		w.open = w.open[:len(w.open)-1]
		return err
	case yaml.MappingNode:
		return w.mapping(n)
	case yaml.SequenceNode:
		w.out = append(w.out, '[')
		for i, c := range n.Content {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			if err := w.value(c); err != nil {
				return err
			}
		}
		w.out = append(w.out, ']')
		return nil
	case yaml.ScalarNode:
		return w.scalar(n)
	}
	return &Error{Line: n.Line, Msg: "is not a value"}
}

func (w *writer) mapping(n *yaml.Node) error {
	w.out = append(w.out, '{')
	comma := false
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			return &Error{Line: key.Line, Msg: "has a key that is not a string"}
		}
		if key.ShortTag() == "!!merge" {
			merges = append(merges, value)
			continue
		}
		if comma {
			w.out = append(w.out, ',')
		}
		comma = true
		if err := w.string(key, key.Value); err != nil {
			return err
		}
		w.out = append(w.out, ':')
		if err := w.value(value); err != nil {
			return err
		}
	}
	if len(merges) > 0 {
		flat := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			flat[n.Content[i].Value] = true
		}
		for _, m := range merges {
			if err := w.merge(m, flat, &comma); err != nil {
				return err
			}
		}
	}
	w.out = append(w.out, '}')
	return nil
}

// merge writes the entries of a merge key's value that the mapping itself, or
// an earlier merge, does not have.
func (w *writer) merge(n *yaml.Node, have map[string]bool, comma *bool) error {
	if w.left--; w.left < 0 {
		return &Error{Line: n.Line, Msg: fmt.Sprintf("has more than %d values once its aliases are written out", maxNodes)}
	}
	if w.depth++; w.depth > 1000 {
		return &Error{Line: n.Line, Msg: "is nested more than 1000 levels deep"}
	}
	defer func() { w.depth-- }()
	from := resolve(n)
	switch from.Kind {
	case yaml.SequenceNode:
		for _, c := range from.Content {
			if err := w.merge(c, have, comma); err != nil {
				return err
			}
		}
		return nil
	case yaml.MappingNode:
	default:
		return &Error{Line: n.Line, Field: "<<", Msg: "wants a mapping or a list of mappings"}
	}
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, value := resolve(from.Content[i]), from.Content[i+1]
		if key.ShortTag() == "!!merge" {
			if err := w.merge(value, have, comma); err != nil {
				return err
			}
			continue
		}
		if key.Kind != yaml.ScalarNode || have[key.Value] {
			continue
		}
		have[key.Value] = true
		if *comma {
			w.out = append(w.out, ',')
		}
		*comma = true
		if err := w.string(key, key.Value); err != nil {
			return err
		}
		w.out = append(w.out, ':')
		if err := w.value(value); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) scalar(n *yaml.Node) error {
	switch n.ShortTag() {
	case "!!null":
		w.out = append(w.out, "null"...)
	case "!!bool":
		var b bool
		if err := n.Decode(&b); err != nil {
			return &Error{Line: n.Line, Msg: err.Error()}
		}
		w.out = strconv.AppendBool(w.out, b)
	case "!!int":
		if plainNumber(n.Value) {
			w.out = append(w.out, n.Value...)
			return nil
		}
		var i int64
		if err := n.Decode(&i); err == nil {
			w.out = strconv.AppendInt(w.out, i, 10)
			return nil
		}
		var u uint64
		if err := n.Decode(&u); err != nil {
			return &Error{Line: n.Line, Msg: fmt.Sprintf("number %s does not fit 64 bits", n.Value)}
		}
		w.out = strconv.AppendUint(w.out, u, 10)
	case "!!float":
		var f float64
		if err := n.Decode(&f); err != nil {
			return &Error{Line: n.Line, Msg: err.Error()}
		}
		if f != f || f > 1.7976931348623157e308 || f < -1.7976931348623157e308 {
			return w.string(n, n.Value)
		}
		w.out = strconv.AppendFloat(w.out, f, 'g', -1, 64)
	default: // !!str, !!timestamp, !!binary and tags of others
		return w.string(n, n.Value)
	}
	return nil
}

// plainNumber reports whether a YAML integer is a JSON integer as it stands.
func plainNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || len(digits) > 18 || (digits[0] == '0' && len(digits) > 1) {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}

func (w *writer) string(n *yaml.Node, s string) error {
	out, err := jsontext.AppendQuote(w.out, s)
	if err != nil {
		return &Error{Line: n.Line, Msg: "is not valid UTF-8"}
	}
	w.out = out
	return nil
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func child(n *yaml.Node, key string) *yaml.Node {
	_, v := entry(n, key)
	if v == nil {
		return nil
	}
	return resolve(v)
}

func entry(n *yaml.Node, key string) (k, v *yaml.Node) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// newlinesBefore counts the line ends that stand before what pointer names in
// raw, which is valid JSON; for what is not there, those before the nearest
// value above it.
func newlinesBefore(raw []byte, pointer jsontext.Pointer) int {
	dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	nearest, depth := int64(0), 0
	for {
		if _, err := dec.ReadToken(); err != nil {
			break
		}
		at := dec.StackPointer()
		if at == pointer {
			nearest = dec.InputOffset()
			break
		}
		if len(at) > depth && at.Contains(pointer) {
			nearest, depth = dec.InputOffset(), len(at)
		}
	}
	return bytes.Count(raw[:nearest], []byte("\n"))
}
