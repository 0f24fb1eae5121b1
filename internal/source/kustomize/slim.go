package kustomize

import (
	"bytes"

	"github.com/onus-project/onus/internal/document"
)

// slim is a file of objects in which definitions of custom resources have empty
// schemas and no status. Schemas are most of what many kustomizations hold, no
// verdict rests on what they say, and kustomize takes a second for a megabyte of
// them, once more for each patch. What patches of definitions change stands beside
// the schemas: conversions, labels, which versions are served.
func slim(data []byte) []byte {
	if !bytes.Contains(data, []byte("kind: CustomResourceDefinition")) {
		return data
	}
	var out []byte
	for _, doc := range document.Documents(data) {
		if bytes.Contains(doc, []byte("\nkind: CustomResourceDefinition")) || bytes.HasPrefix(doc, []byte("kind: CustomResourceDefinition")) {
			doc = withoutSchemas(doc)
		}
		out = append(out, doc...)
	}
	return out
}

var (
	schemaKey = []byte("openAPIV3Schema:")
	statusKey = []byte("status:")
)

// withoutSchemas leaves out of a document in block style what stands below its
// schemas and its status.
func withoutSchemas(doc []byte) []byte {
	var out []byte
	below := -1 // the indent of the key that what follows belongs to
	for line := range bytes.Lines(doc) {
		text := bytes.TrimLeft(line, " ")
		indent := len(line) - len(text)
		if below >= 0 && (len(bytes.TrimSpace(text)) == 0 || indent > below) {
			continue
		}
		below = -1
		switch {
		case bytes.HasPrefix(text, schemaKey):
			out = append(append(append(out, line[:indent]...), schemaKey...), " {}\n"...)
			below = indent
		case indent == 0 && bytes.HasPrefix(text, statusKey):
			below = 0
		default:
			out = append(out, line...)
		}
	}
	return out
}
