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
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"go.yaml.in/yaml/v3"
)

// Document is one parsed document: a tree of YAML nodes, or JSON as it stands or
// as it was made of plain YAML.
type Document struct {
	root  *yaml.Node
	raw   []byte
	first int // line of the file on which the document starts
	plain *plainText
	part  part // of plain YAML
}

// FromJSON makes a document of raw, a valid JSON value that starts on line
// first of its file.
func FromJSON(raw []byte, first int) *Document { return &Document{raw: raw, first: first} }

// Parse reads data, which starts on line first (1-based) of its file.
// Faults are reported as *Error. A document that holds nothing is nil.
func Parse(data []byte, first int) (*Document, error) {
	if !utf8.Valid(data) {
		return nil, &Error{Line: first + lineOfInvalidUTF8(data), Msg: "is not valid UTF-8"}
	}
	if raw, skipped, ok := wholeJSON(data); ok {
		return FromJSON(raw, first+skipped), nil
	}
	data = anyVersion(data)
	if line, ok := tooMany(data); ok {
		return nil, &Error{Line: first + line, Msg: fmt.Sprintf("has more than %d values", mostParsed)}
	}
	if d := parsePlain(data, first); d != nil {
		return d, nil
	}
	root, err := parseNodes(data, first)
	if root == nil {
		return nil, err
	}
	return &Document{root: root, first: first}, nil
}

// parseNodes has the YAML library read one document. One that holds nothing is nil.
func parseNodes(data []byte, first int) (*yaml.Node, error) {
	if len(data) > large {
		oneLarge.Lock()
		defer oneLarge.Unlock()
	}
	// A decoder, and not Unmarshal, which passes over what follows the first
	// document: an object must not be lost in silence.
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	err := dec.Decode(&root)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, syntaxError(err, data, first)
	}
	var next yaml.Node
	switch err := dec.Decode(&next); {
	case err == nil:
		return nil, &Error{Line: first + linesOf(data).line(next.Line) - 1, Msg: "holds a second document where one is wanted"}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(err, data, first)
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	top := root.Content[0]
	linesOf(data).tree(top)
	if top.Kind == yaml.ScalarNode && top.ShortTag() == "!!null" {
		return nil, nil
	}
	return top, nil
}

// wholeJSON returns data without what surrounds it where that is a JSON
// object, and how many lines come before. JSON is nearly YAML, but the YAML
// parser refuses escapes that every JSON writer uses: \/ and surrogate pairs.
func wholeJSON(data []byte) (raw []byte, skipped int, ok bool) {
	const space = " \t\r\n"
	raw = bytes.TrimLeft(data, space)
	if rest, marked := bytes.CutPrefix(raw, []byte("---")); marked {
		raw = bytes.TrimLeft(rest, space)
	}
	if !bytes.HasPrefix(raw, []byte("{")) {
		return nil, 0, false
	}
	before := data[:len(data)-len(raw)]
	raw = bytes.TrimRight(raw, space)
	if !jsontext.Value(raw).IsValid(jsontext.AllowDuplicateNames(true)) {
		return nil, 0, false
	}
	return raw, bytes.Count(before, []byte("\n")), true
}

// anyVersion makes a comment of a %YAML directive: the parser refuses every
// version but 1.1, though what it reads is 1.2 for the most part.
func anyVersion(data []byte) []byte {
	for off := 0; off < len(data); {
		line := data[off:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		switch {
		case bytes.HasPrefix(line, []byte("%YAML")):
			data = bytes.Clone(data)
			data[off] = '#'
			return data
		case line[0] != '%' && line[0] != '#' && len(bytes.TrimSpace(line)) > 0:
			return data // directives come first
		}
		off += len(line)
	}
	return data
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

// String returns the scalar under a key of the top mapping, or "".
func (d *Document) String(key string) string {
	if d.root == nil {
		return d.rawString(key)
	}
	if v := child(d.root, key); v != nil && v.Kind == yaml.ScalarNode && v.ShortTag() != "!!null" {
		return v.Value
	}
	return ""
}

// Has reports whether the top mapping has a key.
func (d *Document) Has(key string) bool {
	if d.root == nil {
		_, ok := d.member(key)
		return ok
	}
	_, v := entry(d.root, key, 0)
	return v != nil
}

func (d *Document) rawString(key string) string {
	if value, ok := plainMember(d.raw, key); ok {
		return value
	}
	dec, ok := d.member(key)
	if !ok {
		return ""
	}
	v, err := dec.ReadToken()
	switch {
	case err != nil:
		return ""
	case v.Kind() == '"':
		return v.String()
	case v.Kind() != 'n' && d.toNodes():
		return d.String(key) // as it is written
	}
	return ""
}

// member returns a decoder of raw that stands before the value of a key of
// the top object.
func (d *Document) member(key string) (*jsontext.Decoder, bool) {
	dec := lenient(d.raw)
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return nil, false
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, false
		}
		if name.String() == key {
			return dec, true
		}
		if dec.SkipValue() != nil {
			return nil, false
		}
	}
	return nil, false
}

// lenient decodes what is known to be JSON.
func lenient(raw []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
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
	if d.root == nil {
		return d.rawElements(lenient(d.raw), "")
	}
	if d.root.Kind != yaml.SequenceNode {
		return nil
	}
	return d.elements(d.root)
}

// Items is Elements of the sequence under a key of the top mapping, and
// whether there is one.
func (d *Document) Items(key string) ([]*Document, bool) {
	if d.root == nil {
		dec, ok := d.member(key)
		if !ok || dec.PeekKind() != '[' {
			return nil, false
		}
		return d.rawElements(dec, key), true
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

func (d *Document) rawElements(dec *jsontext.Decoder, under string) []*Document {
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '[' {
		return nil
	}
	var parts []*Document
	line, passed := d.first, 0
	for dec.PeekKind() != ']' {
		value, err := dec.ReadValue()
		if err != nil {
			return parts
		}
		start := int(dec.InputOffset()) - len(value)
		if d.plain != nil {
			parts = append(parts, d.plainElement(start, start+len(value), under, len(parts)))
			continue
		}
		line += bytes.Count(d.raw[passed:start], []byte("\n"))
		passed = start
		parts = append(parts, FromJSON(d.raw[start:start+len(value)], line))
	}
	return parts
}

// Decode fills into, a pointer, as a JSON decoder would. Unknown fields are
// passed over. Faults are reported as *Error with line and field.
func (d *Document) Decode(into any) error {
	data, err := d.JSON()
	if err != nil {
		return err
	}
	return d.DecodePart("", data, into)
}

// asAPIServer reads bytes as API servers do: base64 may be written over several
// lines, as a block scalar is, and may hold nothing else that is not of it.
//
// Source: literalStore in internal/golang/encoding/json/decode.go of
// sigs.k8s.io/json, and "ignoring new line characters" of DecodeString in encoding/base64.
var asAPIServer = jsonv1.ParseBytesWithLooseRFC4648(true)

// DecodePart is Decode for value, which was taken out of the document as JSON
// from where at points.
func (d *Document) DecodePart(at jsontext.Pointer, value jsontext.Value, into any, options ...json.Options) error {
	if err := json.Unmarshal(value, into, append([]json.Options{asAPIServer, boundedQuantities}, options...)...); err != nil {
		return d.fault(at, value, err)
	}
	return nil
}

// fault places an error of decoding data, which is where at points.
func (d *Document) fault(at jsontext.Pointer, data []byte, err error) *Error {
	d.toNodes()
	pointer, msg, kind := explain(err, data)
	pointer = at + pointer
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return &Error{Line: d.lineOf(pointer, 1), Field: Field(pointer), Msg: msg, Kind: kind}
	}
	if n := d.node(pointer); n != nil {
		if b, is := oldBool(n); is { // tell the word, or nobody finds it
			msg = strings.Replace(msg, fmt.Sprintf("(%t)", b), "("+n.Value+")", 1)
		}
	}
	return &Error{Line: d.Line(pointer), Field: Field(pointer), Msg: msg, Kind: kind}
}
