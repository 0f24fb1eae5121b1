package kustomize

import "bytes"

// slim is a file of objects in which definitions of custom resources have no
// spec. They are most of what many kustomizations hold, no verdict rests on what
// they say, and kustomize takes a second for a megabyte of them.
func slim(data []byte) []byte {
	if !bytes.Contains(data, []byte("kind: CustomResourceDefinition")) {
		return data
	}
	var out, doc []byte
	end := func() {
		if bytes.Contains(doc, []byte("\nkind: CustomResourceDefinition")) || bytes.HasPrefix(doc, []byte("kind: CustomResourceDefinition")) {
			doc = withoutSpec(doc)
		}
		out, doc = append(out, doc...), doc[:0]
	}
	for line := range bytes.Lines(data) {
		if bytes.HasPrefix(line, []byte("---")) {
			end()
		}
		doc = append(doc, line...)
	}
	end()
	return out
}

// withoutSpec leaves out of a document in block style what stands below spec and
// status.
func withoutSpec(doc []byte) []byte {
	var out []byte
	skipping := false
	for line := range bytes.Lines(doc) {
		if c := line[0]; c != ' ' && c != '#' && c != '\n' && c != '\r' && c != '-' {
			skipping = bytes.HasPrefix(line, []byte("spec:")) || bytes.HasPrefix(line, []byte("status:"))
		}
		if !skipping {
			out = append(out, line...)
		}
	}
	return out
}
