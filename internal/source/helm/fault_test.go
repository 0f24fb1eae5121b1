package helm

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What Helm says is cut down to what an author says, or to the innermost error
// and what the template was at.
func TestReason(t *testing.T) {
	for _, x := range []struct{ message, want string }{
		{"execution error at (shop/templates/a.yaml:3:12): a host\nis needed", "a host is needed"},
		{"parse error at (shop/templates/a.yaml:3): unclosed action", "unclosed action"},
		{"parse error in (shop/templates/a.yaml): unclosed action", "unclosed action"},
		{"template: shop/templates/a.yaml:3:12: executing \"shop/templates/a.yaml\" at <.Values.a.b>: nil pointer", ".Values.a.b: nil pointer"},
		{"template: a.yaml:1:2: executing \"a.yaml\" at <include \"b\" .>: error calling include:\n" +
			"  template: b:3:4: executing \"b\" at <.x.y>: nothing",
			".x.y: nothing"},
		{"a plain fault\n", "a plain fault"},
		{"first\nlast", "last"},
		{"", ""},
	} {
		if got := reason(x.message); got != x.want {
			t.Errorf("%q:\n%q, want\n%q", x.message, got, x.want)
		}
	}
}

// The template that failed is at the outermost place, and places that are
// quoted in what follows are none.
func TestTemplateOf(t *testing.T) {
	for message, want := range map[string]string{
		"execution error at (shop/templates/a.yaml:3:12): a host":           "shop/templates/a.yaml",
		"shop/templates/a.yaml:1:2\n  executing\nshop/templates/b.yaml:3:4": "shop/templates/a.yaml",
		"failed\n  shop/templates/a.yaml:1:2":                               "",
		"parse error at (shop/charts/sub/templates/_h.tpl:7): x":            "shop/charts/sub/templates/_h.tpl",
		"no place": "",
		"template: \"shop/templates/a.yaml:5\": x":                                                             "shop/templates/a.yaml",
		"  https://example.com:80\nexecution error at (shop/templates/NOTES.txt:3:12): see http://x:8080/path": "shop/templates/NOTES.txt",
	} {
		if got := templateOf(errors.New(message)); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
	for message, want := range map[string]bool{
		"execution error at (a:1:2): x": true,
		"parse error at (a:1): x":       false,
		"an execution error at ":        false,
	} {
		if got := said(errors.New(message)); got != want {
			t.Errorf("%q was said by an author: %t", message, got)
		}
	}
}

// A fault stands at the innermost place that is of the chart, and says by which
// value or command it is cured.
func TestFault(t *testing.T) {
	dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\nkind: A\n-- chart/templates/b.yaml --\nkind: B\n"))
	c, err := load(unittest.Tree(t, dir), filepath.Join(dir, "chart"))
	if err != nil {
		t.Fatal(err)
	}
	chart := filepath.Join(dir, "chart")
	for _, q := range []struct{ message, at, hint, sets string }{
		{"a plain fault", "Chart.yaml:0", giveValues, ""},
		{"execution error at (shop/templates/a.yaml:3:12): a host", "templates/a.yaml:3", giveValues, ""},
		{"execution error at (shop/templates/a.yaml:3:12): x\nshop/templates/b.yaml:7:1: y", "templates/b.yaml:7", giveValues, ""},
		{"execution error at (shop/templates/a.yaml:3:12): x\nother/b.yaml:7:1: y", "templates/a.yaml:3", giveValues, ""},
		{"execution error at (shop/templates/a.yaml:3:12): x\n  shop/templates/b.yaml:7:1: y", "templates/a.yaml:3", giveValues, ""},
		{"parse error at (shop/templates/b.yaml:2): unclosed", "templates/b.yaml:2", "helm lint " + chart, ""},
		{"execution error at (shop/templates/a.yaml:1:2): Please set cache.redis.enabled=true or more", "templates/a.yaml:1",
			"--set cache.redis.enabled=true", "cache.redis.enabled=true"},
		{"execution error at (shop/templates/a.yaml:1:2): you must set `a.b-c` to true", "templates/a.yaml:1", "--set a.b-c=true", "a.b-c=true"},
		{"execution error at (shop/templates/a.yaml:1:2): set enabled=true", "templates/a.yaml:1", giveValues, ""}, // no path
		{"execution error at (shop/templates/a.yaml:1:2): reset a.b=true", "templates/a.yaml:1", giveValues, ""},
		{"execution error at (shop/templates/a.yaml:1:2): set a.b=truest", "templates/a.yaml:1", giveValues, ""},
	} {
		var e *document.Error
		if !errors.As(c.fault(errors.New(q.message)), &e) {
			t.Fatal(q.message)
		}
		at, _ := filepath.Rel(chart, e.File)
		if got := fmt.Sprintf("%s:%d", at, e.Line); got != q.at || e.Hint != q.hint || e.Sets != q.sets {
			t.Errorf("%s:\n%s %q %q, want\n%s %q %q", q.message, got, e.Hint, e.Sets, q.at, q.hint, q.sets)
		}
	}
}

// Of charts that are missing, a template fails without the one that what it asks
// for is named after.
func TestNeeded(t *testing.T) {
	missing := []*missingChart{{name: "first"}, {name: "redis"}, {name: "pg"}}
	for message, want := range map[string]string{
		`no template "redis.name" associated`:                    "redis",
		`no template "pg" associated`:                            "pg",
		`at <.Values.pg.host>: nil pointer`:                      "pg",
		`at <index .Values "redis" "host">: nil`:                 "redis",
		`no template "my.redis.name" associated`:                 "first",
		`at <.Values.redisHost>: nil pointer`:                    "first",
		`nothing that is named`:                                  "first",
		`no template "common.name" at <.Values.pg.host>`:         "pg",
		`no template "first.name" at <.Values.pg.host> "redis"`:  "first",
		`execution error at (shop/templates/redis.yaml:1:2): no`: "first",
	} {
		if got := needed(errors.New(message), missing).name; got != want {
			t.Errorf("%s: %s, want %s", message, got, want)
		}
	}
}

// What YAML libraries and Helm's loader say is cut down to what concerns people.
func TestYAMLFaults(t *testing.T) {
	for message, want := range map[string]struct {
		line   int
		reason string
	}{
		"error converting YAML to JSON: yaml: line 7: did not find expected key": {7,
			"did not find expected key"},
		"yaml: unmarshal errors: line 12: cannot unmarshal !!seq into map": {12,
			"it holds a list or a single value where keys are wanted"},
		"cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 2: did not find expected node content": {2,
			"did not find expected node content"},
		"cannot unmarshal yaml document: json: cannot unmarshal array into Go value of type map": {0,
			"it holds a list or a single value where keys are wanted"},
		"no line": {0, "no line"},
	} {
		if got := lineIn(message); got != want.line {
			t.Errorf("%s: line %d", message, got)
		}
		if got := yamlReason(errors.New(message)); got != want.reason {
			t.Errorf("%s: %q", message, got)
		}
	}
	for message, want := range map[string]document.Error{
		"cannot load values.yaml: error: line 3: bad": {File: "dir/values.yaml", Line: 3, Msg: "is not what Helm loads: bad",
			Hint: "helm lint dir"},
		"cannot load values.yaml: map[interface {}]interface {}": {File: "dir/values.yaml", Msg: "is not what Helm loads: it is a template",
			Hint: "fill it in first"},
		"validation: chart.metadata.version is required": {File: "dir/Chart.yaml",
			Msg: "is not what Helm loads: chart.metadata.version is required", Hint: "helm lint dir"},
		"Chart.yaml file is missing": {File: "dir/Chart.yaml",
			Msg: "is not what Helm loads: Chart.yaml file is missing", Hint: "helm lint dir"},
		"cannot load values.schema.json: cannot unmarshal a number": {File: "dir/values.schema.json",
			Msg: "is not what Helm loads: it holds a list or a single value where keys are wanted", Hint: "helm lint dir"},
	} {
		var e *document.Error
		if !errors.As(loadFault("dir", errors.New(message)), &e) || *e != want {
			t.Errorf("%s:\n%+v, want\n%+v", message, e, want)
		}
	}
}
