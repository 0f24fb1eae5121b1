package document

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// maxNodes and maxBytes bound how much one document may be once its aliases
// are written out: the guard against alias bombs. The largest honest
// documents (CRDs with deep schemas) have some 50,000 values.
const (
	maxNodes = 2_000_000
	maxBytes = 64 << 20
	maxDepth = 1000
)

// JSON writes the document as JSON, with aliases and merge keys written out.
func (d *Document) JSON() ([]byte, error) {
	if d.root == nil {
		return d.raw, nil
	}
	w := writer{left: maxNodes, out: make([]byte, 0, 2048)}
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

// enter counts a value and a level; leave goes back up.
func (w *writer) enter(n *yaml.Node) error {
	if w.left--; w.left < 0 {
		return &Error{Line: n.Line, Msg: fmt.Sprintf("has more than %d values once its aliases are written out", maxNodes)}
	}
	if len(w.out) > maxBytes {
		return &Error{Line: n.Line, Msg: fmt.Sprintf("has more than %d MiB once its aliases are written out", maxBytes>>20)}
	}
	if w.depth++; w.depth > maxDepth {
		return &Error{Line: n.Line, Msg: fmt.Sprintf("is nested more than %d levels deep", maxDepth)}
	}
	return nil
}

func (w *writer) leave() { w.depth-- }

func (w *writer) value(n *yaml.Node) error {
	if err := w.enter(n); err != nil {
		return err
	}
	defer w.leave()
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
		if isMerge(key) {
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
			flat[resolve(n.Content[i]).Value] = true
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
	if err := w.enter(n); err != nil {
		return err
	}
	defer w.leave()
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
		if w.left--; w.left < 0 { // entries passed over cost time, too
			return &Error{Line: n.Line, Msg: fmt.Sprintf("has more than %d values once its aliases are written out", maxNodes)}
		}
		key, value := resolve(from.Content[i]), from.Content[i+1]
		if isMerge(key) {
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
		b := n.Value == "true"
		if b || n.Value == "false" {
			w.out = strconv.AppendBool(w.out, b)
			return nil
		}
		if err := n.Decode(&b); err != nil {
			return mistagged(n, "true or false")
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
			return mistagged(n, "a number of 64 bits")
		}
		w.out = strconv.AppendUint(w.out, u, 10)
	case "!!float":
		var f float64
		if err := n.Decode(&f); err != nil {
			return mistagged(n, "a number")
		}
		if f != f || f > 1.7976931348623157e308 || f < -1.7976931348623157e308 {
			return w.string(n, n.Value)
		}
		w.out = strconv.AppendFloat(w.out, f, floatForm(f), -1, 64)
	default: // !!str, !!timestamp, !!binary and tags of others
		if b, ok := oldBool(n); ok {
			w.out = strconv.AppendBool(w.out, b)
			return nil
		}
		return w.string(n, n.Value)
	}
	return nil
}

// floatForm is how a number is written that YAML has as one with a fraction or an
// exponent: as kubectl does, which makes of 1e+06 the whole number 1000000. Helm
// writes large whole numbers of values in that form.
//
// Source: encoding/json (floatEncoder), by which sigs.k8s.io/yaml writes it.
func floatForm(f float64) byte {
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		return 'e'
	}
	return 'f'
}

// mistagged is the fault of a value that its tag promises to be another.
func mistagged(n *yaml.Node, want string) *Error {
	return &Error{Line: n.Line, Msg: fmt.Sprintf("%.40q is tagged %s, but is not %s", n.Value, n.ShortTag(), want)}
}

// oldBool reports whether a plain scalar is a boolean to YAML 1.1, by which
// kubectl reads: it takes hostNetwork: yes, and refuses a label that is on.
func oldBool(n *yaml.Node) (value, is bool) {
	if n.Style != 0 || n.ShortTag() != "!!str" {
		return false, false
	}
	switch n.Value {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return true, true
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}

// plainNumber reports whether a YAML integer is a JSON integer as it stands.
func plainNumber[text ~string | ~[]byte](s text) bool {
	digits := s
	if len(s) > 0 && s[0] == '-' {
		digits = s[1:]
	}
	if len(digits) == 0 || len(digits) > 18 || (digits[0] == '0' && len(digits) > 1) {
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
