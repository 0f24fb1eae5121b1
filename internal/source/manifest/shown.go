package manifest

import (
	"bytes"
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// What of an object may tell for which platform it was written. Platforms use
// keys with a prefix of theirs and short values; what is longer, such as the
// object that kubectl keeps in an annotation, is somebody's data.
const (
	longestValue = 256
	deepestValue = 3  // levels of fields below the object's own
	mostValues   = 64 // of one object
)

// versions are the paths of the version of a cluster in objects that make one.
var versions = []string{"metadata.version", "spec.version", "spec.forProvider.version"}

// versionsAt are the places of those among the values of an object; nil for none, and where all
// that is known is the place of the whole.
func versionsAt(r *objectReader, doc *document.Document, values map[string]string) (at map[string]origin.Position) {
	if r.line != nil && r.file != Live {
		return nil
	}
	for _, path := range versions {
		if values[path] != "" {
			if at == nil {
				at = map[string]origin.Position{}
			}
			at[path] = r.position(doc.Line(jsontext.Pointer("/" + strings.ReplaceAll(path, ".", "/"))))
		}
	}
	return at
}

// shown keeps what an object tells of the platform, if it may tell something:
// values are those of its fields, by their path.
func (r *objectReader) shown(doc *document.Document, api string, m meta, values map[string]string) {
	o := kubernetes.Object{
		API: api, Namespace: m.Namespace, Name: m.Name, Values: values, Position: r.at(doc),
		Labels: prefixed(m.Labels), Annotations: prefixed(m.Annotations),
	}
	group, _, _ := strings.Cut(api, "/")
	if !builtin(group) {
		o.At = versionsAt(r, doc, values)
	}
	if builtin(group) && len(o.Labels)+len(o.Annotations)+len(o.Values) == 0 {
		return
	}
	r.into.Objects = append(r.into.Objects, o)
}

// prefixed are the labels or annotations whose key has a prefix.
func prefixed(all map[string]string) map[string]string {
	var some map[string]string
	for k, v := range all {
		if strings.Contains(k, "/") && len(v) <= longestValue {
			if some == nil {
				some = make(map[string]string, len(all))
			}
			some[k] = v
		}
	}
	return some
}

// unquoted are the strings among values.
func unquoted(all map[string]jsontext.Value) map[string]string {
	some := make(map[string]string, len(all))
	for k, v := range all {
		if v.Kind() == '"' {
			some[k] = unquote(v)
		}
	}
	return some
}

// private are top-level fields that hold no settings, or somebody's secrets.
var private = map[string]bool{
	"apiVersion": true, "kind": true, "metadata": true, "status": true,
	"data": true, "stringData": true, "binaryData": true,
}

// valuesOf are the values of an object's fields, by path. What cannot be read is
// left out: it is not ours to judge.
func valuesOf(doc *document.Document) map[string]string {
	data, err := doc.JSON()
	if err != nil {
		return nil
	}
	f := fields{dec: jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true)), into: map[string]string{}}
	if f.object("", 0) != nil {
		return nil
	}
	maps.DeleteFunc(f.into, func(path, _ string) bool { return path == "" })
	return f.into
}

// fields reads the values of one object.
type fields struct {
	dec  *jsontext.Decoder
	into map[string]string
}

// object reads the next value, which stands at path.
func (f *fields) object(path string, depth int) error {
	if len(f.into) == mostValues {
		return f.dec.SkipValue()
	}
	f.into[path] = ""
	if f.dec.PeekKind() != '{' || depth > deepestValue {
		return f.scalar(path)
	}
	if _, err := f.dec.ReadToken(); err != nil {
		return err
	}
	for f.dec.PeekKind() == '"' {
		name, err := f.dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		below := key
		if path != "" {
			below = path + "." + key
		}
		if path == "" && private[key] {
			err = f.dec.SkipValue()
		} else {
			err = f.object(below, depth+1)
		}
		if err != nil {
			return err
		}
	}
	_, err := f.dec.ReadToken()
	return err
}

// emptyList is the value of a list that holds nothing; that of others is not kept.
const emptyList = "[]"

// scalar keeps the next value where it is one and short, or an empty list.
func (f *fields) scalar(path string) error {
	switch f.dec.PeekKind() {
	case '"', 't', 'f', '0':
		t, err := f.dec.ReadToken()
		if s := t.String(); len(s) <= longestValue {
			f.into[path] = s
		}
		return err
	case '[':
		v, err := f.dec.ReadValue()
		if string(v) == emptyList {
			f.into[path] = emptyList
		}
		return err
	}
	return f.dec.SkipValue()
}

// eksctl is the group of the configurations of eksctl, which have the version of a cluster in
// the place of what an object says of itself.
//
// Source: ClusterMeta in pkg/apis/eksctl.io/v1alpha5/types.go of eksctl.
const eksctl = "eksctl.io"

// versionOf adds that version to values, where it is written.
func versionOf(doc *document.Document, values map[string]string) {
	var o struct {
		Metadata struct {
			Version jsontext.Value `json:"version"`
		} `json:"metadata"`
	}
	if doc.Decode(&o) == nil && o.Metadata.Version.Kind() == '"' {
		values["metadata.version"] = unquote(o.Metadata.Version)
	}
}
