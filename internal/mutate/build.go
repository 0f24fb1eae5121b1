package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Package is one that is mutated, read and with its types.
type Package struct {
	Path, Dir string
	names     []string // of files, relative to the root
	sources   [][]byte
	files     []*ast.File
	fset      *token.FileSet
	info      *types.Info
	types     *types.Package
	rapid     bool // its tests know the flags of pgregory.net/rapid
}

// listed is what `go list` says of a package.
type listed struct {
	ImportPath, Dir, Export            string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	DepOnly                            bool
	Module                             *struct{ Dir string }
	Incomplete                         bool
}

// load reads the packages that have tests, of those that patterns name.
func load(ctx context.Context, dir string, patterns []string) ([]*Package, error) {
	const fields = "ImportPath,Dir,Export,GoFiles,TestGoFiles,XTestGoFiles,TestImports,XTestImports,DepOnly,Module"
	args := append([]string{"list", "-export", "-deps", "-json=" + fields}, patterns...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, stderr.Bytes())
	}
	exports := map[string]string{}
	var wanted []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly && len(l.GoFiles) > 0 && len(l.TestGoFiles)+len(l.XTestGoFiles) > 0 {
			wanted = append(wanted, l)
		}
	}
	var packages []*Package
	for _, l := range wanted {
		p, err := l.read(exports)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.ImportPath, err)
		}
		packages = append(packages, p)
	}
	return packages, nil
}

func (l *listed) read(exports map[string]string) (*Package, error) {
	p := &Package{Path: l.ImportPath, Dir: l.Dir, fset: token.NewFileSet()}
	p.rapid = slices.Contains(l.TestImports, "pgregory.net/rapid") || slices.Contains(l.XTestImports, "pgregory.net/rapid")
	for _, name := range l.GoFiles {
		full := filepath.Join(l.Dir, name)
		src, err := os.ReadFile(full)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(p.fset, full, src, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if ast.IsGenerated(file) {
			continue
		}
		rel, err := filepath.Rel(l.Module.Dir, full)
		if err != nil {
			return nil, err
		}
		p.names, p.sources, p.files = append(p.names, filepath.ToSlash(rel)), append(p.sources, src), append(p.files, file)
	}
	p.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(p.fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("%s is not built", path)
		}
		return os.Open(exports[path])
	})}
	var err error
	p.types, err = config.Check(l.ImportPath, p.fset, p.files, p.info)
	return p, err
}

// support is what the woven code asks: which mutant is on. It also ends what
// would run on and on, or eat the machine's memory. Time is that of the
// processor, so that a busy machine does not make tests fail.
const support = `package %s

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

var mutantOn, mutantReached, mutantSeen = mutantStart()

func mutantStart() (int32, *os.File, *sync.Map) {
	on, _ := strconv.Atoi(os.Getenv("MUTANT"))
	if limit, err := time.ParseDuration(os.Getenv("MUTANT_TIME")); err == nil {
		go mutantWatch(limit)
	}
	if name := os.Getenv("MUTANTS_REACHED"); name != "" {
		if f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			return int32(on), f, new(sync.Map)
		}
	}
	return int32(on), nil, nil
}

func mutantWatch(limit time.Duration) {
	var m runtime.MemStats
	var used syscall.Rusage
	for m.HeapAlloc < 1<<30 && time.Duration(used.Utime.Nano()+used.Stime.Nano()) < limit {
		time.Sleep(100 * time.Millisecond)
		runtime.ReadMemStats(&m)
		syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	}
	os.Exit(%d)
}

func mutant_(id int32) bool { return mutantOn == id || mutantReached != nil && mutantNote(id) }

func mutantNote(id int32) bool {
	if _, seen := mutantSeen.LoadOrStore(id, true); !seen {
		mutantReached.WriteString(strconv.Itoa(int(id)) + "\n")
	}
	return false
}
`

// weave is a file with mutants in it, all of them off.
func weave(src []byte, mutants []*Mutant) []byte {
	type insertion struct {
		at    int
		order int // at one place what shuts comes before what opens
		text  string
	}
	var all []insertion
	n := len(mutants) + 1
	for i, m := range mutants { // sorted by from, the wider one first
		all = append(all, insertion{m.from, n + i, fmt.Sprintf(m.open, m.ID)}, insertion{m.to, n - i - 1, m.shut})
	}
	slices.SortStableFunc(all, func(a, b insertion) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return a.order - b.order
	})
	var out bytes.Buffer
	at := 0
	for _, x := range all {
		out.Write(src[at:x.at])
		out.WriteString(x.text)
		at = x.at
	}
	out.Write(src[at:])
	return out.Bytes()
}

// exitEndless is the status of what took too long, or too much memory.
const exitEndless = 77

var faultLine = regexp.MustCompile(`(?m)^(?:\./|.*/)?([^/\s:]+\.go):(\d+):\d+: `)

// compile builds the package's test binary with all mutants in it, but those
// that do not compile, which it marks.
func (p *Package) compile(ctx context.Context, mutants []*Mutant, dir string) (string, error) {
	binary := filepath.Join(dir, "package.test")
	for range 20 {
		overlay, err := p.overlay(mutants, dir)
		if err != nil {
			return "", err
		}
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay", overlay, "-o", binary, ".")
		cmd.Dir = p.Dir
		out, err := cmd.CombinedOutput()
		if err == nil {
			return binary, nil
		}
		if !disable(mutants, string(out)) {
			return "", fmt.Errorf("%s does not compile:\n%s", p.Path, out)
		}
	}
	return "", fmt.Errorf("%s does not compile, whichever mutants are left out", p.Path)
}

// disable marks the mutants on lines of which the compiler complains.
func disable(mutants []*Mutant, out string) bool {
	some := false
	for _, fault := range faultLine.FindAllStringSubmatch(out, -1) {
		line, _ := strconv.Atoi(fault[2])
		for _, m := range mutants {
			if !m.broken && m.Line == line && filepath.Base(m.File) == fault[1] {
				m.broken, some = true, true
			}
		}
	}
	return some
}

// overlay writes the woven files and the list that `go test -overlay` reads.
func (p *Package) overlay(mutants []*Mutant, dir string) (string, error) {
	replace := map[string]string{}
	for i, name := range p.names {
		var here []*Mutant
		for _, m := range mutants {
			if m.File == name && !m.broken {
				here = append(here, m)
			}
		}
		woven := filepath.Join(dir, filepath.Base(name)) // as the compiler names it in what it says
		if err := os.WriteFile(woven, weave(p.sources[i], here), 0o644); err != nil {
			return "", err
		}
		replace[filepath.Join(p.Dir, filepath.Base(name))] = woven
	}
	extra := filepath.Join(dir, "mutants_support.go")
	if err := os.WriteFile(extra, fmt.Appendf(nil, support, p.types.Name(), exitEndless), 0o644); err != nil {
		return "", err
	}
	replace[filepath.Join(p.Dir, "mutants_support.go")] = extra
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o644)
}

// relative cuts the module's own name off a package's.
func relative(path string) string {
	if _, rest, ok := strings.Cut(path, "/internal/"); ok {
		return "internal/" + rest
	}
	return path
}
