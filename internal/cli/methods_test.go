package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mostMethods is how many methods a type outside of tests has at the most: one with more
// decides on more than one thing. Reached are 36.
const mostMethods = 38

// above are types with more, and how many they may have: 56 and 47 when this was written.
var above = map[string]int{"../../internal/cli: session": 56, "../../internal/apply: Engine": 48}

func TestTypesHaveFewMethods(t *testing.T) {
	methods := map[string]int{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"testdata", ".git"}, d.Name()):
			return filepath.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
				methods[filepath.Dir(path)+": "+receiver(f.Recv.List[0].Type)]++
			}
		}
		return nil
	})
	if err != nil || len(methods) < 100 {
		t.Fatal(len(methods), err)
	}
	for of, n := range methods {
		if most := max(mostMethods, above[of]); n > most {
			t.Errorf("%s has %d methods, at most %d", of, n, most)
		}
	}
	for of := range above {
		if methods[of] <= mostMethods {
			t.Errorf("%s has %d methods, and is no exception", of, methods[of])
		}
	}
}

// receiver is the name of the type that a method is of.
func receiver(of ast.Expr) string {
	switch x := of.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	case *ast.IndexListExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}
