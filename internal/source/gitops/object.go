package gitops

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit"
)

// Groups of the objects that are read.
const (
	fluxKustomize = "kustomize.toolkit.fluxcd.io"
	fluxHelm      = "helm.toolkit.fluxcd.io"
	fluxArtifact  = "source.extensions.fluxcd.io"
	fluxSource    = "source.toolkit.fluxcd.io"
	argo          = "argoproj.io"
)

// object is one that says what is to be built, or that has values for it.
type object struct {
	group, kind, namespace, name string
	data                         []byte
	file                         string
	line                         int
	environment                  string // for which a chart makes it; empty where that is not known
	generation                   int    // how many charts made each other before it
}

func (o object) is(group, kind string) bool { return o.group == group && o.kind == kind }

// title is what people call it: NAMESPACE/NAME.
func (o object) title() string {
	if o.namespace == "" {
		return o.name
	}
	return o.namespace + "/" + o.name
}

// spec reads the spec of an object; what does not fit is left out.
func (o object) spec(into any) error {
	var whole struct {
		Spec any `json:"spec"`
	}
	whole.Spec = into
	return yaml.Unmarshal(o.data, &whole)
}

// marks are what a file holds that has objects to read.
var marks = [][]byte{
	[]byte(fluxKustomize), []byte(fluxArtifact), []byte(fluxHelm), []byte(fluxSource),
	[]byte("kind: Application"), []byte("kind: ApplicationSet"), []byte("kind: ConfigMap"),
}

// longest bounds the files that are looked through for objects: people write
// these by hand.
const longest = 1 << 20

// objects are those in the files of the input. What templates of charts make is
// read when it is rendered.
func (r *repository) objects(ctx context.Context) []object {
	var all []object
	for _, file := range r.in.Files {
		if ctx.Err() != nil {
			return nil
		}
		if r.isTemplate(file) {
			continue
		}
		data, err := r.in.ReadFile(file)
		if err == nil && len(data) <= longest && marked(file, data) {
			all = append(all, read(cut(file, data))...)
		}
	}
	return all
}

// isTemplate reports whether a file is one of the templates of a chart.
func (r *repository) isTemplate(file string) bool {
	for dir := range origin.Upwards(filepath.Dir(file), filepath.Dir) {
		if filepath.Base(dir) == "templates" {
			return r.has(filepath.Dir(dir), helm.ChartFile)
		}
	}
	return false
}

// applies reports whether an object is of a tool that applies others.
func (o object) applies() bool {
	return slices.Contains([]string{fluxKustomize, fluxHelm, argo}, o.group)
}

func marked(file string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".yaml", ".yml":
		for _, m := range marks {
			if bytes.Contains(data, m) {
				return true
			}
		}
	}
	return false
}

// applies reports whether a chart's templates make Applications, or Flux's
// Kustomizations.
func (r *repository) applies(f unit.Found) bool {
	dir := directory(f) + string(filepath.Separator)
	for _, file := range r.in.Files {
		if !strings.HasPrefix(file, dir) && dir != "./" || !strings.Contains(filepath.ToSlash(file), "templates/") {
			continue
		}
		data, err := r.in.ReadFile(file)
		if err == nil && (bytes.Contains(data, []byte("kind: Application")) || bytes.Contains(data, []byte(fluxKustomize))) {
			return true
		}
	}
	return false
}

// read are the objects of documents that matter here.
func read(documents []unit.Document) []object {
	var all []object
	for _, d := range documents {
		var head struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Metadata   struct {
				Name      string `json:"name"`
				Namespace string `json:"namespace"`
			} `json:"metadata"`
		}
		if yaml.Unmarshal(d.Bytes, &head) != nil || head.Metadata.Name == "" {
			continue
		}
		group := groupOf(head.APIVersion)
		o := object{
			group: group, kind: head.Kind, namespace: head.Metadata.Namespace, name: head.Metadata.Name,
			data: d.Bytes, file: d.File, line: d.Line,
		}
		switch {
		case group == fluxKustomize, group == fluxHelm, group == fluxArtifact, group == fluxSource, group == argo, o.is("", "ConfigMap"):
			all = append(all, o)
		}
	}
	return all
}

// groupOf is the group of an apiVersion; empty for the core group.
func groupOf(apiVersion string) string {
	group, _, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		return ""
	}
	return group
}

// cut are the documents of a YAML file, each with its first line.
func cut(file string, data []byte) []unit.Document {
	var all []unit.Document
	for first, text := range document.Documents(data) {
		if held(text) {
			all = append(all, unit.Document{Bytes: text, File: file, Line: first + leading(text)})
		}
	}
	return all
}

// held reports whether text holds more than comments.
func held(text []byte) bool {
	return leading(text) < bytes.Count(text, []byte("\n"))+1
}

// leading counts the lines before the first that holds something.
func leading(text []byte) int {
	n := 0
	for line := range bytes.Lines(text) {
		if document.IsMarker(line, "---") {
			line = line[3:]
		}
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' {
			return n
		}
		n++
	}
	return n + 1
}

// configMap is the data of a ConfigMap among objects.
func configMap(among []object, namespace, name string) (map[string]string, bool) {
	for _, o := range among {
		if !o.is("", "ConfigMap") || o.name != name || o.namespace != namespace && o.namespace != "" {
			continue
		}
		var c struct {
			Data map[string]string `json:"data"`
		}
		if yaml.Unmarshal(o.data, &c) == nil {
			return c.Data, true
		}
	}
	return nil, false
}
