package helm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// A schema names the value that it does not allow; one that cannot be read, or
// that rests on others elsewhere, allows everything.
func TestViolated(t *testing.T) {
	values := map[string]any{"replicas": "three", "web": common.Values{"port": 80, "hosts": []any{"a", map[string]any{"name": 1}}}}
	for schema, want := range map[string]string{
		`{"additionalProperties": false}`: "values: additional properties 'replicas', 'web' not allowed",

		"":            "",
		"{}":          "",
		"{":           "",
		`{"type": 3}`: "",
		`{"$ref": "https://example.com/schema.json"}`:                                       "",
		`{"$ref": "other.json"}`:                                                            "",
		`{"required": ["replicas"]}`:                                                        "",
		`{"required": ["image"]}`:                                                           "values: missing property 'image'",
		`{"properties": {"replicas": {"type": "string"}}}`:                                  "",
		`{"properties": {"replicas": {"type": "integer"}}}`:                                 "replicas: got string, want integer",
		`{"properties": {"web": {"properties": {"port": {"const": 1}}}}}`:                   "web.port: value must be 1",
		`{"properties": {"web": {"properties": {"hosts": {"items": {"type": "string"}}}}}}`: "web.hosts.1: got object, want string",
		`{"properties": {"web": {"type": "string"}, "replicas": {"type": "integer"}}}`:      "replicas: got string, want integer",
		`{"properties": {"replicas": {"pattern": "x", "maxLength": 2}}}`:                    "replicas: maxLength: got 5, want 2",
		`{"properties": {"web": {"additionalProperties": {"type": "number"}}}}`:             "web.hosts: got array, want number",
	} {
		if got := violated([]byte(schema), values); got != want {
			t.Errorf("%s: %q, want %q", schema, got, want)
		}
	}
}

// A schema that stands elsewhere on the disk is not read.
func TestSchemaElsewhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "schema.json")
	if err := os.WriteFile(file, []byte(`{"required": ["image"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := violated([]byte(`{"$ref": "file://`+filepath.ToSlash(file)+`"}`), map[string]any{}); got != "" {
		t.Error(got)
	}
}

// The values of a chart in a chart stand under its name; an archive has no
// schema that could be pointed at.
func TestValidCharts(t *testing.T) {
	const schema = `{"required": ["a"]}`
	made := func(name, schema string) *chart.Chart {
		c := &chart.Chart{Metadata: &chart.Metadata{Name: name}, Raw: []*common.File{{Name: ChartFile}}}
		if schema != "" {
			c.Schema = []byte(schema)
		}
		return c
	}
	for _, c := range []struct {
		name      string
		root, sub string
		values    map[string]any
		archive   bool
		want      string
	}{
		{"none", "", "", nil, false, ""},
		{"its own", schema, "", map[string]any{}, false, "top/values.schema.json"},
		{"its own in an archive", schema, "", map[string]any{}, true, "top"},
		{"allowed", schema, schema, map[string]any{"a": 1, "sub": map[string]any{"a": 1}}, false, ""},
		{"of one it depends on", schema, schema, map[string]any{"a": 1, "sub": map[string]any{}}, false, "top/charts/sub/values.schema.json"},
		{"of one without values", "", schema, map[string]any{"a": 1}, false, ""},
	} {
		root, sub := made("top", c.root), made("sub", c.sub)
		root.AddDependency(sub)
		l := &loaded{root: root, source: map[*common.File]place{
			root.Raw[0]: {path: "top", archive: c.archive},
			sub.Raw[0]:  {path: "top/charts/sub"},
		}}
		r := l.validate(common.Values{"Values": c.values})
		switch {
		case c.want == "":
			if r != nil {
				t.Errorf("%s: %v", c.name, r)
			}
		case r == nil || !r.Any || r.File != c.want || r.Hint != giveValues || !strings.Contains(r.Msg, "missing property 'a'"):
			t.Errorf("%s: %+v, want %s", c.name, r, c.want)
		}
	}
	if r := (&loaded{root: made("top", schema)}).validate(common.Values{}); r != nil {
		t.Errorf("without values: %v", r)
	}
}

func TestPlain(t *testing.T) {
	got := fmt.Sprintf("%#v", plain(common.Values{"a": []any{common.Values{"b": 1}}, "c": "d"}))
	if want := `map[string]interface {}{"a":[]interface {}{map[string]interface {}{"b":1}}, "c":"d"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
