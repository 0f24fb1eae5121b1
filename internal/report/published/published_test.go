package published

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"
	"time"
)

// values has one of every value there is.
var values = []Value{
	Ladder{}, Diff{}, Findings{}, Simulation{}, Simulations{},
	Index{}, AxisExplained{}, LayerExplained{}, CellExplained{}, OfferingExplained{}, MovesExplained{}, ObligationExplained{},
	TriggerExplained{}, SourceExplained{}, PlatformExplained{}, Version{}, Comparison{}, Calendar{}, Matrix{}, Tests{}, Fixes{}, Run{},
	Plan{}, PlanDiff{}, Velocity{},
}

// What a value holds can be read from its JSON: every field of every type in it
// is exported, has a name there, and is data.
func TestValuesArePlainData(t *testing.T) {
	seen := map[reflect.Type]bool{}
	for _, v := range values {
		plain(t, reflect.TypeOf(v), seen)
	}
}

func plain(t *testing.T, of reflect.Type, seen map[reflect.Type]bool) {
	if seen[of] || of == reflect.TypeFor[time.Time]() { // which is a string in JSON
		return
	}
	seen[of] = true
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		plain(t, of.Elem(), seen)
	case reflect.Map:
		plain(t, of.Key(), seen)
		plain(t, of.Elem(), seen)
	case reflect.Struct:
		for i := range of.NumField() {
			f := of.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case !f.IsExported():
				t.Errorf("%s.%s is not exported: what is drawn from it is not in the JSON", of, f.Name)
			case f.Anonymous && name == "": // its fields stand in the place of it
			case name == "" || name == "-":
				t.Errorf("%s.%s has no name in JSON", of, f.Name)
			}
			plain(t, f.Type, seen)
		}
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Uintptr:
		t.Errorf("%s is not data", of)
	}
}

// No struct of this package that starts with a Head is missing in values, and
// no import brings more in than what a finding is made of.
func TestEveryValueIsLookedAt(t *testing.T) {
	packages, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, v := range values {
		listed[reflect.TypeOf(v).Name()] = true
	}
	for name, file := range packages["published"].Files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && isValue(spec) && !listed[spec.Name.Name] {
				t.Errorf("%s is a value that the tests do not look at", spec.Name.Name)
			}
			return true
		})
		for _, imported := range file.Imports {
			path := strings.Trim(imported.Path.Value, `"`)
			switch path {
			case "github.com/onus-project/onus/internal/finding", "github.com/onus-project/onus/internal/origin",
				"github.com/onus-project/onus/internal/plan": // which is data, and is read as it was printed
			default:
				if strings.Contains(path, ".") { // not of the standard library
					t.Errorf("%s imports %s", name, path)
				}
			}
		}
	}
}

// isValue reports whether a type embeds Head, or Explained, which does.
func isValue(spec *ast.TypeSpec) bool {
	s, ok := spec.Type.(*ast.StructType)
	if !ok || spec.Name.Name == "Explained" {
		return false
	}
	for _, f := range s.Fields.List {
		if id, ok := f.Type.(*ast.Ident); ok && len(f.Names) == 0 && (id.Name == "Head" || id.Name == "Explained") {
			return true
		}
	}
	return false
}
