package kustomize

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/unit"
)

// standing is an object of a file and the line on which it begins.
type standing struct {
	kind, name string
	line       int
}

// document is an object that was made, with where its source stands. The
// annotation that tells is taken off again.
func (b *Builder) document(dir string, r *resource.Resource) (unit.Document, bool) {
	d := unit.Document{File: fileIn(b.in, dir)}
	if o, err := r.GetOrigin(); err == nil && o != nil {
		switch {
		case o.Path != "":
			d.File = filepath.Join(dir, filepath.FromSlash(o.Path))
			d.Line = b.line(d.File, r.GetKind(), r.GetName())
		case o.ConfiguredIn != "":
			d.File = filepath.Join(dir, filepath.FromSlash(o.ConfiguredIn))
		}
	}
	if err := r.SetOrigin(nil); err != nil {
		return d, false
	}
	if len(r.GetAnnotations()) == 0 {
		_ = r.SetAnnotations(nil)
	}
	data, err := r.MarshalJSON()
	d.Bytes = data
	return d, err == nil
}

// line is where an object stands in its source: by its kind and by its name,
// which a build may have put something before and behind.
func (b *Builder) line(file, kind, name string) int {
	b.mu.Lock()
	all, ok := b.objects[file]
	b.mu.Unlock()
	if !ok {
		if data, err := b.in.ReadFile(file); err == nil {
			all = objects(data)
		}
		b.mu.Lock()
		b.objects[file] = all
		b.mu.Unlock()
	}
	best, of := 0, ""
	sole := 0
	for _, o := range all {
		if o.kind != kind {
			continue
		}
		sole++
		switch {
		case o.name == name:
			return o.line
		case best == 0 || len(o.name) > len(of) && strings.Contains(name, o.name):
			best, of = o.line, o.name
		}
	}
	if sole > 1 && !strings.Contains(name, of) {
		return 0
	}
	return best
}

var (
	topKind  = regexp.MustCompile(`^"?kind"?:\s*["']?([A-Za-z]+)`)
	topMeta  = regexp.MustCompile(`^metadata:\s*(#.*)?$`)
	metaName = regexp.MustCompile(`^\s+name:\s*["']?([^"'\s#]+)`)
	flowName = regexp.MustCompile(`^metadata:\s*\{.*?\bname:\s*["']?([^"'\s,}]+)`)
)

// objects finds what stands in a file by its lines: enough for objects in block
// style, and a parse of all of it for others.
func objects(data []byte) []standing {
	var all []standing
	var at standing
	inMeta, indent := false, -1
	end := func() {
		if at.kind != "" {
			all = append(all, at)
		}
		at, inMeta, indent = standing{}, false, -1
	}
	n := 0
	for text := range bytes.Lines(data) {
		n++
		text = bytes.TrimRight(text, "\r\n")
		trimmed := bytes.TrimLeft(text, " ")
		switch {
		case bytes.HasPrefix(text, []byte("---")):
			end()
			continue
		case len(trimmed) == 0 || trimmed[0] == '#':
			continue
		}
		if at.line == 0 {
			at.line = n
		}
		if len(trimmed) == len(text) {
			inMeta, indent = topMeta.Match(text), -1
			if m := topKind.FindSubmatch(text); m != nil {
				at.kind = string(m[1])
			}
			if m := flowName.FindSubmatch(text); m != nil {
				at.name = string(m[1])
			}
			continue
		}
		if inMeta {
			if indent < 0 {
				indent = len(text) - len(trimmed)
			}
			if m := metaName.FindSubmatch(text); m != nil && len(text)-len(trimmed) == indent {
				at.name = string(m[1])
			}
		}
	}
	end()
	return all
}

// wellFormed is the first fault in the syntax of a stream of documents.
func wellFormed(data []byte) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var n yaml.Node
		switch err := dec.Decode(&n); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// placed is the first fault of a file of one document, with its line.
func placed(data []byte) error {
	if wellFormed(data) == nil {
		return nil
	}
	_, err := document.Parse(data, 1)
	return err
}
