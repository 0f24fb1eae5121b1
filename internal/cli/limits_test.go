package cli

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// A function is shorter than mostLines, and a line has mostRunes at the most, in tests as
// well: a reader can then follow. What a test lists does not count as its length. A function
// outside of tests has mostWays through it, counted as McCabe does.
const mostLines, mostRunes, mostWays = 60, 140, 20

func TestFunctionsAndLinesAreShort(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"testdata", ".git"}, d.Name()) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		files++
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n := 0
		for line := range bytes.Lines(source) {
			n++
			if runes := utf8.RuneCount(bytes.TrimRight(line, "\r\n")); runes > mostRunes {
				t.Errorf("%s:%d: %d characters, at most %d", path, n, runes, mostRunes)
			}
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, source, 0)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				lines := linesOf(set, f)
				if strings.HasSuffix(path, "_test.go") {
					lines -= listed(set, f)
				} else if n := ways(f); n > mostWays {
					t.Errorf("%s:%d: %s branches %d times, at most %d", path, set.Position(f.Pos()).Line, f.Name.Name, n-1, mostWays-1)
				}
				if lines >= mostLines {
					t.Errorf("%s:%d: %s has %d lines, at most %d", path, set.Position(f.Pos()).Line, f.Name.Name, lines, mostLines-1)
				}
			}
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Fatal(files, err)
	}
}

// ways is the cyclomatic complexity of a function.
func ways(f *ast.FuncDecl) int {
	n := 1
	ast.Inspect(f, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.CommClause:
			n++
		case *ast.CaseClause:
			if x.List != nil {
				n++
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

// linesOf is on how many lines something stands.
func linesOf(set *token.FileSet, n ast.Node) int {
	return set.Position(n.End()).Line - set.Position(n.Pos()).Line + 1
}

// listed are lines of a function that only say what there is: rows of a table, and text.
func listed(set *token.FileSet, f *ast.FuncDecl) int {
	lines := 0
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CompositeLit, *ast.BasicLit:
			lines += linesOf(set, n) - 1
			return false
		}
		return true
	})
	return lines
}
