package document

import (
	"sort"

	"github.com/go-json-experiment/json/jsontext"
)

// plainText is what JSON was made of, that is told in its lines.
type plainText struct {
	text  []byte
	first int // line of the file on which it starts
	marks []mark
}

// part is what an element was taken out of, and where.
type part struct {
	of   *Document // nil for the whole
	key  string    // of the sequence; empty where that is all of it
	at   int       // among its elements
	base int       // in the JSON that was made

	unique bool // it has been found that its keys are
}

// parsePlain is Parse for YAML that is plain; nil for other.
func parsePlain(data []byte, first int) *Document {
	if len(data) > large {
		return nil // its nodes may be too many
	}
	out, marks, ok := plainJSON(data)
	if !ok {
		return nil
	}
	d := &Document{raw: out, plain: &plainText{text: data, first: first, marks: marks}}
	d.first = d.plainLine(0)
	return d
}

// plainLine is the line on which stands what ends at an offset of the JSON; for 0,
// that on which all of it does.
func (d *Document) plainLine(off int) int {
	off += d.part.base
	if off == d.part.base {
		off++
	}
	marks := d.plain.marks
	behind := sort.Search(len(marks), func(i int) bool { return marks[i].off >= off })
	return d.plain.first + marks[behind-1].line
}

// unique reports whether no key stands twice in a mapping.
func (d *Document) unique() bool {
	if !d.part.unique {
		d.part.unique = jsontext.Value(d.raw).IsValid()
	}
	return d.part.unique
}

// plainElement is an element of a sequence that stands from start to end.
func (d *Document) plainElement(start, end int, key string, at int) *Document {
	e := &Document{raw: d.raw[start:end:end], plain: d.plain, part: part{of: d, key: key, at: at, base: d.part.base + start}}
	e.first = e.plainLine(0)
	return e
}

// toNodes has the YAML library read what was made of plain YAML: it knows how
// things are written. It reports whether there is anything to read.
func (d *Document) toNodes() bool {
	switch {
	case d.plain == nil:
		return false
	case d.part.of == nil:
		root, err := parseNodes(d.plain.text, d.plain.first)
		if err != nil || root == nil {
			return false
		}
		d.root = root
	default:
		whole := d.part.of
		if whole.root == nil && !whole.toNodes() {
			return false
		}
		seq := whole.root
		if d.part.key != "" {
			seq = child(seq, d.part.key)
		}
		d.root = resolve(seq.Content[d.part.at])
	}
	d.first, d.raw, d.plain = d.plain.first, nil, nil
	return true
}
