package kustomize

import (
	"bytes"
	"cmp"
	"encoding/json"
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
	kind, name, namespace string
	line                  int
}

// origins is where the objects stand that a kustomization is built from.
//
// kustomize can note it in annotations itself, and then also notes each
// transformation on each object: most of the time of a large build.
type origins struct {
	b   *Builder
	all []sourced
	by  map[string][]int // by kind and name
}

// sourced is an object of a file, with what a build makes of its name.
type sourced struct {
	standing
	file string
	made string
}

// originsOf are those of the kustomization in a directory, and of components beside its own.
func (b *Builder) originsOf(dir string, components ...string) *origins {
	o := &origins{b: b, by: map[string][]int{}}
	o.walk(dir, "", "", "", 0)
	for _, c := range components {
		o.walk(filepath.Join(dir, c), "", "", "", 0)
	}
	o.index()
	return o
}

func (o *origins) index() {
	for i, x := range o.all {
		key := x.kind + "/" + x.made
		o.by[key] = append(o.by[key], i)
	}
}

// deepest is how far kustomizations may include one another here: no cycle is
// followed for long.
const deepest = 30

// walk adds what stands in a directory and in those that it includes, which goes
// by what the including ones put around names.
func (o *origins) walk(dir, prefix, suffix, namespace string, depth int) {
	real, err := o.b.in.Inside(fileIn(o.b.in, dir))
	if err != nil || depth > deepest {
		return
	}
	p, err := o.b.prepared(real, false, nil)
	if err != nil {
		return
	}
	prefix, suffix = prefix+p.prefix, p.suffix+suffix
	if namespace == "" {
		namespace = p.namespace
	}
	for _, file := range p.files {
		for _, x := range o.b.standing(file) {
			at := sourced{standing: x, file: file, made: prefix + x.name + suffix}
			if namespace != "" {
				at.namespace = namespace
			}
			o.all = append(o.all, at)
		}
	}
	for _, at := range p.charted {
		at.made = prefix + at.name + suffix
		at.namespace = cmp.Or(namespace, at.namespace)
		o.all = append(o.all, at)
	}
	for _, sub := range p.dirs {
		o.walk(sub, prefix, suffix, namespace, depth+1)
	}
}

// standing is where the objects of a file stand in it.
func (b *Builder) standing(file string) []standing {
	b.mu.Lock()
	all, ok := b.objects[file]
	b.mu.Unlock()
	if ok {
		return all
	}
	if data, err := b.file(file); err == nil {
		all = objects(data)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.objects[file] = all
	return all
}

// of is where the source of an object stands: that of its name, else the longest
// name of its kind that is part of it; nil where it was made from nothing.
func (o *origins) of(kind, namespace, name string) *sourced {
	var found *sourced
	for _, i := range o.by[kind+"/"+name] {
		if x := &o.all[i]; found == nil || x.namespace == namespace && found.namespace != namespace {
			found = x
		}
	}
	if found != nil {
		return found
	}
	for i := range o.all {
		x := &o.all[i]
		if x.kind == kind && x.name != "" && strings.Contains(name, x.name) && (found == nil || len(x.name) > len(found.name)) {
			found = x
		}
	}
	return found
}

// document is an object that was made, with where its source stands.
func (b *Builder) document(dir string, from *origins, r *resource.Resource) (unit.Document, bool) {
	d := unit.Document{File: fileIn(b.in, dir)}
	if x := from.of(r.GetKind(), r.GetNamespace(), r.GetName()); x != nil {
		d.File, d.Line = x.file, x.line
	}
	// MarshalJSON of kustomize writes YAML and reads it again, which takes as long as
	// half a build.
	var object map[string]any
	if r.YNode().Decode(&object) != nil {
		return d, false
	}
	data, err := json.Marshal(object)
	d.Bytes = data
	return d, err == nil
}

var (
	topKind   = regexp.MustCompile(`^"?kind"?:\s*["']?([A-Za-z]+)`)
	topMeta   = regexp.MustCompile(`^metadata:\s*(#.*)?$`)
	metaName  = regexp.MustCompile(`^\s+name:\s*(?:&\S+\s+)?["']?([^"'\s#]+)`)
	metaSpace = regexp.MustCompile(`^\s+namespace:\s*(?:&\S+\s+)?["']?([^"'\s#]+)`)
	flowSpace = regexp.MustCompile(`^metadata:\s*\{.*?\bnamespace:\s*(?:&\S+\s+)?["']?([^"'\s,}]+)`)
	flowName  = regexp.MustCompile(`^metadata:\s*\{.*?\bname:\s*(?:&\S+\s+)?["']?([^"'\s,}]+)`)
)

// objects finds what stands in a file by its lines: enough for objects in block
// style, and a parse of all of it for others.
func objects(data []byte) []standing {
	var all []standing
	for first, doc := range document.Documents(data) {
		if at := object(doc, first); at.kind != "" {
			all = append(all, at)
		}
	}
	return all
}

// object is the one of a document that begins on a line.
func object(doc []byte, first int) standing {
	var at standing
	inMeta, indent := false, -1
	n := first - 1
	for text := range bytes.Lines(doc) {
		n++
		text = bytes.TrimRight(text, "\r\n")
		trimmed := bytes.TrimLeft(text, " ")
		if len(trimmed) == 0 || trimmed[0] == '#' || document.IsMarker(text, "---") {
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
			if m := flowSpace.FindSubmatch(text); m != nil {
				at.namespace = string(m[1])
			}
			continue
		}
		if inMeta {
			if indent < 0 {
				indent = len(text) - len(trimmed)
			}
			if len(text)-len(trimmed) != indent {
				continue
			}
			if m := metaName.FindSubmatch(text); m != nil {
				at.name = string(m[1])
			}
			if m := metaSpace.FindSubmatch(text); m != nil {
				at.namespace = string(m[1])
			}
		}
	}
	return at
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
