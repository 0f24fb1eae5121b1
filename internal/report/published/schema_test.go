package published

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/baseline"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

var update = flag.Bool("update", false, "write the schemas anew")

// schemas are the values of each schema: of most it is one.
var schemas = map[string][]any{
	baseline.Schema: {baseline.Baseline{}}, "onus.snapshot/v1": {Snapshot{}},
	LadderSchema: {Ladder{}}, DiffSchema: {Diff{}}, FindingsSchema: {Findings{}}, ComparisonSchema: {Comparison{}}, VersionSchema: {Version{}},
	SimulationSchema: {Simulation{}}, SimulationsSchema: {Simulations{}}, CalendarSchema: {Calendar{}}, MatrixSchema: {Matrix{}},
	TestsSchema: {Tests{}}, FixesSchema: {Fixes{}}, RunSchema: {Run{}}, PlanSchema: {Plan{}}, PlanDiffSchema: {PlanDiff{}},
	VelocitySchema: {Velocity{}},
	ExplainSchema: {Index{}, AxisExplained{}, LayerExplained{}, CellExplained{}, OfferingExplained{}, MovesExplained{}, ObligationExplained{},
		TriggerExplained{}, SourceExplained{}, PlatformExplained{}},
}

// Snapshot is a saved cluster: a List of Kubernetes with what stands around its items. It is
// written item by item, so that no value is of this type.
type Snapshot struct {
	Schema     string           `json:"schema"`
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Taken      time.Time        `json:"taken"`             // when the reading began
	Context    string           `json:"context,omitempty"` // of the kubeconfig; none where it was read from within the cluster
	Asks       bool             `json:"asks"`              // its pods have what they ask of their nodes
	Server     *Server          `json:"server,omitempty"`
	Items      []map[string]any `json:"items"`  // the objects, with those fields that onus reads
	Unread     []origin.Unread  `json:"unread"` // what could not be read
}

// Server is what the API server says of itself.
type Server struct {
	Version string `json:"version"`
}

// Every value has a JSON Schema in docs/schemas, made from its type; readers pass over
// fields that they do not know, so none forbids them.
func TestSchemas(t *testing.T) {
	told := map[string]bool{}
	for _, all := range schemas {
		for _, v := range all {
			told[reflect.TypeOf(v).Name()] = true
		}
	}
	for _, v := range values {
		if name := reflect.TypeOf(v).Name(); !told[name] {
			t.Errorf("%s has no schema", name)
		}
	}
	comments := commentsIn(t, ".", "../../finding", "../../origin", "../../plan", "../../baseline")
	for name, all := range schemas {
		s := &schemer{comments: comments, defs: map[string]any{}}
		var of []any
		for _, v := range all {
			of = append(of, s.of(reflect.TypeOf(v)))
		}
		whole := map[string]any{
			"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://onus-project.dev/schema/" + fileOf(name), "title": name,
			"properties": map[string]any{"schema": map[string]any{"const": name}}, "required": []string{"schema"}, "$defs": s.defs,
		}
		if len(of) == 1 {
			whole["$ref"] = of[0].(map[string]any)["$ref"]
		} else {
			whole["anyOf"] = of
		}
		var made bytes.Buffer
		e := json.NewEncoder(&made)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(whole); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("../../../docs/schemas", fileOf(name))
		if *update {
			if err := os.WriteFile(path, made.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, made.Bytes()) {
			t.Errorf("%s is not that of the type (%v): go test ./internal/report/published -update writes it", path, err)
		}
	}
	if files, err := filepath.Glob("../../../docs/schemas/*.json"); err != nil || len(files) != len(schemas) {
		t.Errorf("%d files of %d schemas, %v", len(files), len(schemas), err)
	}
}

// fileOf is the file of a schema: onus.findings.v1.json.
func fileOf(name string) string { return strings.ReplaceAll(name, "/", ".") + ".json" }

// schemer makes schemas of types.
type schemer struct {
	comments map[string]string // by package.type, and by package.type.field
	defs     map[string]any
}

// of is the schema of a type.
func (s *schemer) of(t reflect.Type) any {
	switch t {
	case reflect.TypeFor[finding.Data]():
		return map[string]any{}
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	}
	switch t.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{s.of(t.Elem()), map[string]any{"type": "null"}}}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.object(t)
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": "integer"}
}

// object is a reference to the schema of a struct.
func (s *schemer) object(t reflect.Type) any {
	name := t.Name()
	ref := map[string]any{"$ref": "#/$defs/" + name}
	if _, known := s.defs[name]; known {
		return ref
	}
	properties, required := map[string]any{}, []string{}
	made := map[string]any{"type": "object", "properties": properties}
	if said := s.comments[t.String()]; said != "" {
		made["description"] = said
	}
	s.defs[name] = made
	s.fields(t, properties, &required)
	switch t {
	case reflect.TypeFor[finding.Finding]():
		properties["unit"] = map[string]any{"type": "string", "description": "that of the subject, a second time"}
	case reflect.TypeFor[finding.Change]():
		properties["manifest"] = map[string]any{"type": "string", "description": "the value as YAML"}
	}
	made["required"] = required
	return ref
}

func (s *schemer) fields(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			s.fields(f.Type, properties, required)
			continue
		}
		if name == "-" {
			continue
		}
		optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		of := f.Type
		if optional && of.Kind() == reflect.Pointer {
			of = of.Elem() // it is left out, and not null
		}
		property := s.of(of).(map[string]any)
		if said := s.comments[t.String()+"."+f.Name]; said != "" {
			property["description"] = said
		}
		properties[name] = property
		if !optional {
			*required = append(*required, name)
		}
	}
}

// commentsIn are what is said of types and their fields in some folders.
func commentsIn(t *testing.T, folders ...string) map[string]string {
	all := map[string]string{}
	for _, folder := range folders {
		packages, err := parser.ParseDir(token.NewFileSet(), folder, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range packages {
			for _, file := range p.Files {
				ast.Inspect(file, func(n ast.Node) bool {
					d, ok := n.(*ast.GenDecl)
					if !ok {
						return true
					}
					for _, spec := range d.Specs {
						if of, is := spec.(*ast.TypeSpec); is {
							commentsOf(p.Name, of, d.Doc.Text(), all)
						}
					}
					return true
				})
			}
		}
	}
	return all
}

func commentsOf(in string, of *ast.TypeSpec, doc string, into map[string]string) {
	structure, ok := of.Type.(*ast.StructType)
	if !ok {
		return
	}
	name := in + "." + of.Name.Name
	into[name] = inOneLine(doc)
	for _, f := range structure.Fields.List {
		for _, field := range f.Names {
			if said := inOneLine(f.Doc.Text() + " " + f.Comment.Text()); said != "" {
				into[name+"."+field.Name] = said
			}
		}
	}
}

func inOneLine(said string) string { return strings.Join(strings.Fields(said), " ") }
