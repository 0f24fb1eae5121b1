package manifest

import (
	"bytes"
	"regexp"

	"github.com/onus-project/onus/internal/document"
)

// nameToFill is a name in braces, as a program fills it in that has the file built into it,
// behind what may stand before it in a text: a quote, or other letters.
var nameToFill = regexp.MustCompile(`([^\s,\[{])\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*\}\}`)

// namesFilled is a document with its own names in place of those in braces, wherever these are
// part of a text, and so is what it holds: each name is the same one everywhere. False where
// there are none, or where a template has more to do than that.
func namesFilled(data []byte, first int) (*document.Document, bool) {
	if !bytes.Contains(data, []byte("{{")) || bytes.Contains(data, []byte("{%")) {
		return nil, false
	}
	text := nameToFill.ReplaceAllFunc(data, func(found []byte) []byte {
		m := nameToFill.FindSubmatch(found)
		name := bytes.Trim(bytes.ReplaceAll(bytes.ToLower(m[2]), []byte("_"), []byte("-")), "-")
		return append(bytes.Clone(m[1]), name...)
	})
	if bytes.Equal(text, data) || bytes.Contains(text, []byte("{{")) {
		return nil, false
	}
	doc, err := document.Parse(text, first)
	return doc, err == nil && doc != nil
}

// toFill is a document that can be read once its names are filled in, or once what is filled in
// is a text; the same document, nil for none, where it can be read as it is, or where neither
// helps.
func (r *objectReader) toFill(doc *document.Document, data []byte, first int) *document.Document {
	for _, other := range []func([]byte, int) (*document.Document, bool){namesFilled, asTexts} {
		filled, ok := other(data, first)
		if !ok {
			continue
		}
		if doc != nil && len(r.tried(doc)) == 0 {
			return doc
		}
		if len(r.tried(filled)) == 0 {
			return filled
		}
	}
	return doc
}
