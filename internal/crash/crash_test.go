package crash

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// child is set where the test binary is to panic in place of onus.
const child = "ONUS_TEST_PANICS_IN"

func TestMain(m *testing.M) {
	switch os.Getenv(child) {
	case "command":
		func() {
			defer Handle()
			none := []int{}
			_ = none[len(os.Args)]
		}()
	case "goroutines":
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				defer Handle()
				panic(errors.New("two\nlines"))
			})
		}
		all.Wait()
	case "none":
		func() { defer Handle() }()
	default:
		os.Exit(m.Run())
	}
}

func TestPanicsAreFaultsOfOnus(t *testing.T) {
	for _, c := range []struct {
		where, trace string
		want         string
	}{
		{"command", "",
			`^onus: a fault of onus itself, not of your input: runtime error: index out of range \[3\] with length 0 ` +
				`\(at internal/crash/crash_test\.go:\d+\)
hint: please report this line with the version \(.+\) and the command \(onus check x\.yaml\) at https://\S+; ` +
				`ONUS_TRACE=1 prints the trace to add\n$`},
		{"goroutines", "", `^onus: a fault of onus itself, not of your input: two lines \(at internal/crash/crash_test\.go:\d+\)
hint: [^\n]+
$`},
		{"command", "1", `(?s)^onus: a fault [^\n]+\nhint: [^\n]+/issues\ngoroutine .*TestMain`},
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "check", "x.yaml")
		cmd.Env = append(os.Environ(), child+"="+c.where, Trace+"="+c.trace)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != Status {
			t.Errorf("%s: exit status %d, want %d", c.where, got, Status)
		}
		if out.Len() > 0 || !regexp.MustCompile(c.want).Match(errs.Bytes()) {
			t.Errorf("%s: %s%s\nwant %s", c.where, &out, &errs, c.want)
		}
	}
}

func TestWithoutAPanicNothingIsSaid(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), child+"=none")
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}

// A goroutine that does not answer for its panics would end onus with the
// status of bad input.
func TestEveryGoroutineHandlesItsPanics(t *testing.T) {
	files := token.NewFileSet()
	started := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch d.Name() {
		case "lab", "mutate", "testdata": // programs of their own
			if d.IsDir() {
				return filepath.SkipDir
			}
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			body, starts := goroutine(n)
			if starts {
				started++
				if !handles(body) {
					t.Errorf("%s: this goroutine does not start with defer crash.Handle()", files.Position(n.Pos()))
				}
			}
			return true
		})
		return nil
	})
	if err != nil || started == 0 {
		t.Fatal(err, started)
	}
}

// goroutine reports whether a node starts one, by go or by a method Go, and
// what it runs, where that stands there.
func goroutine(n ast.Node) (body *ast.BlockStmt, starts bool) {
	var run ast.Expr
	switch n := n.(type) {
	case *ast.GoStmt:
		run = n.Call.Fun
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != "Go" || len(n.Args) != 1 {
			return nil, false
		}
		run = n.Args[0]
	default:
		return nil, false
	}
	if f, ok := run.(*ast.FuncLit); ok {
		return f.Body, true
	}
	return nil, true
}

func handles(body *ast.BlockStmt) bool {
	if body == nil || len(body.List) == 0 {
		return false
	}
	first, ok := body.List[0].(*ast.DeferStmt)
	if !ok {
		return false
	}
	f, ok := first.Call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of, ok := f.X.(*ast.Ident)
	return ok && of.Name == "crash" && f.Sel.Name == "Handle"
}

// Neither what panicked nor what onus was given reaches a terminal as it is.
func TestReportIsShownAsItReads(t *testing.T) {
	var b bytes.Buffer
	args := []string{"onus", "check", "a\x1b[2J\nonus: 0 broken", "", "b c", "\u202ed", "é.yaml"}
	report(&b, "no \x1b[31m\u009b in\nfile \u202e\u2028\x07", "x.go:1", args, false)
	const want = `onus: a fault of onus itself, not of your input: no \x1b[31m\u009b in file \u202e \a (at x.go:1)`
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 3 || lines[2] != "" || lines[0] != want ||
		!strings.Contains(lines[1], `the command (onus check "a\x1b[2J\nonus: 0 broken" "" "b c" "\u202ed" é.yaml) at https`) {
		t.Errorf("got %q", lines)
	}
}
