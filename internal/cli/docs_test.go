package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocs holds README.md and docs/*.md against what onus does:
//
//   - In a block marked console, a line that starts with "$ " is a command. The
//     lines under it, if any, are what it prints to stdout and stderr; a line
//     "..." stands for any number of lines, at the end of one for the rest of
//     it. "[exit 1]" as the last one states the exit status, else it is 0.
//   - In a block marked sh, commands that start with onus are run where every
//     file they name is there, and must neither be bad usage nor fail.
//   - A block marked file=PATH is written to PATH before.
//   - Blocks of every other kind are not looked at.
//
// Commands run in a copy of what they may read of the repository, in the
// folder that stands for its root. They share it with the other blocks of the
// same document. With -update, output without "..." is written as printed.
func TestDocs(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("commands of the documentation are those of a POSIX shell")
	}
	const root = "../.."
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	if readme := filepath.Join(root, "README.md"); fileExists(readme) {
		docs = append(docs, readme)
	}
	if len(docs) == 0 {
		t.Fatal("there is no documentation")
	}
	kubeconfig := clusters(t, filepath.Join(root, "testdata/runs/expiry-storm/estate.json"))
	for _, path := range docs {
		name, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			t.Parallel()
			d := readDoc(t, path)
			d.shell, d.dir, d.kubeconfig = shell, copyOf(t, root), kubeconfig
			d.run(t)
		})
	}
}

// doc is one document: its lines and the fenced blocks among them.
type doc struct {
	path   string
	lines  []string
	blocks []fenced
	shell  string
	dir    string
	// kubeconfig has the clusters that commands may read.
	kubeconfig string
}

// fenced is a fenced block: the words after its fence, and which lines of the
// document stand within.
type fenced struct {
	kind, file string
	from, to   int
}

// step is a command and the lines it is said to print, with the marks for
// "any lines" still among them.
type step struct {
	line    int
	command string
	status  int
	from    int // index of the first line of output
	output  []string
}

var (
	fence      = regexp.MustCompile("^(```+|~~~+) *([a-z-]*)(?: +file=(\\S+))?$")
	exitStatus = regexp.MustCompile(`^\[exit ([0-9]+)\]$`)
)

func readDoc(t *testing.T, path string) *doc {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := &doc{path: path, lines: strings.Split(string(data), "\n")}
	var block *fenced
	var mark string
	for i, line := range d.lines {
		switch m := fence.FindStringSubmatch(line); {
		case block != nil && line == mark:
			block.to = i
			d.blocks = append(d.blocks, *block)
			block = nil
		case block == nil && m != nil:
			block, mark = &fenced{kind: m[2], file: m[3], from: i + 1}, m[1]
		}
	}
	if block != nil {
		t.Fatalf("%s:%d: the block is not closed", path, block.from)
	}
	if !slices.ContainsFunc(d.blocks, func(b fenced) bool { return b.kind == "console" }) {
		t.Errorf("%s: has no console block, so nothing of it is held against onus", path)
	}
	return d
}

// copyOf copies what commands may read of the repository.
func copyOf(t *testing.T, root string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"catalog", "docs", "examples", "testdata"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (d *doc) run(t *testing.T) {
	for _, b := range d.blocks {
		if b.file != "" {
			d.write(t, b)
		}
	}
	type correction struct {
		step
		printed []string
	}
	var corrections []correction
	for _, b := range d.blocks {
		for _, s := range d.steps(t, b) {
			printed, status := d.play(t, s.command)
			switch {
			case b.kind == "sh":
				if status != exitHeld && status != exitBroken {
					t.Errorf("%s:%d: %s: exit status %d\n%s", d.path, s.line, s.command, status, strings.Join(printed, "\n"))
				}
				continue
			case status != s.status:
				t.Errorf("%s:%d: %s: exit status %d, the document says %d\n%s", d.path, s.line, s.command, status, s.status,
					strings.Join(printed, "\n"))
			}
			if len(s.output) == 0 {
				continue
			}
			found, ok := fits(s.output, printed)
			if ok {
				continue
			}
			if *update && !slices.ContainsFunc(s.output, leavesOpen) {
				corrections = append(corrections, correction{s, printed})
				continue
			}
			t.Errorf("%s:%d: from here on %q prints something else:\n%s", d.path, s.from+1+found, s.command, strings.Join(printed, "\n"))
		}
	}
	if len(corrections) == 0 {
		return
	}
	for _, c := range slices.Backward(corrections) { // from the end, so that indices stay right
		d.lines = slices.Replace(d.lines, c.from, c.from+len(c.output), c.printed...)
	}
	if err := os.WriteFile(d.path, []byte(strings.Join(d.lines, "\n")), 0o644); err != nil {
		t.Error(err)
	}
}

// write makes a file of a block.
func (d *doc) write(t *testing.T, b fenced) {
	t.Helper()
	if !filepath.IsLocal(b.file) {
		t.Fatalf("%s:%d: %s is not within the repository", d.path, b.from, b.file)
	}
	path := filepath.Join(d.dir, filepath.FromSlash(b.file))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Join(d.lines[b.from:b.to], "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// steps takes a block apart into commands.
func (d *doc) steps(t *testing.T, b fenced) []step {
	t.Helper()
	var steps []step
	for i := b.from; i < b.to; i++ {
		line := d.lines[i]
		command := ""
		switch {
		case b.kind == "console" && strings.HasPrefix(line, "$ "):
			command = line[len("$ "):]
		case b.kind == "sh" && strings.HasPrefix(line, "onus "):
			command = line
		case b.kind == "console" && len(steps) == 0:
			t.Fatalf("%s:%d: the console block does not start with a command", d.path, i+1)
		case b.kind == "console":
			last := &steps[len(steps)-1]
			if m := exitStatus.FindStringSubmatch(line); m != nil && (i+1 == b.to || strings.HasPrefix(d.lines[i+1], "$ ")) {
				_, _ = fmt.Sscan(m[1], &last.status)
			} else {
				last.output = append(last.output, line)
			}
			continue
		default:
			continue
		}
		at := i + 1
		for strings.HasSuffix(command, `\`) && i+1 < b.to {
			i++
			command += "\n" + d.lines[i]
		}
		if b.kind == "console" || d.namesOwnFiles(command) {
			steps = append(steps, step{line: at, command: command, from: i + 1})
		}
	}
	return steps
}

// namesOwnFiles reports whether a command can be run as it stands: it reads
// nothing but files that are there.
func (d *doc) namesOwnFiles(command string) bool {
	command, _, _ = strings.Cut(command, " #")
	if strings.ContainsAny(command, "|<>&;$`") {
		return false
	}
	words := strings.Fields(strings.ReplaceAll(command, "\\\n", " "))
	names := map[string]bool{"ladder": true, "diff": true, "explain": true}
	paths := len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool { return names[w] })
	for i := 1; i < len(words); i++ {
		switch w := words[i]; {
		case i == 1 && !strings.HasPrefix(w, "-"): // the command
		case w == "--catalog":
			i++
			if i < len(words) && !fileExists(filepath.Join(d.dir, words[i])) {
				return false
			}
		case slices.Contains([]string{"--as", "--axis", "--color", "--context", "--output", "-o", "--file", "-f", "--request-timeout"}, w):
			i++
		case strings.HasPrefix(w, "--"):
		case paths && !fileExists(filepath.Join(d.dir, w)):
			return false
		}
	}
	return true
}

// play runs a command with the test binary as onus, which TestMain put first
// on PATH.
func (d *doc) play(t *testing.T, command string) ([]string, int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), d.shell, "-c", command)
	cmd.Dir = d.dir
	cmd.Env = append(os.Environ(), "COLUMNS=80", "NO_COLOR=1", "KUBECONFIG="+d.kubeconfig)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", command, err)
	}
	printed := strings.TrimRight(string(out), "\n")
	if printed == "" {
		return nil, cmd.ProcessState.ExitCode()
	}
	return strings.Split(printed, "\n"), cmd.ProcessState.ExitCode()
}

// anyLines reports whether a line stands for any number of lines.
func anyLines(line string) bool {
	line = strings.TrimSpace(line)
	return line == "..." || line == "…"
}

// leavesOpen reports whether a line leaves something open.
func leavesOpen(line string) bool { return anyLines(line) || strings.HasSuffix(line, "...") }

// fits reports whether lines are what is said of them and, where they are not,
// how many of those said could be found in order. Blank lines at the end do
// not count.
func fits(said, lines []string) (found int, ok bool) {
	for len(said) > 0 && said[len(said)-1] == "" {
		said = said[:len(said)-1]
	}
	floating := false
	for i := 0; ; {
		j := i
		for j < len(said) && !anyLines(said[j]) {
			j++
		}
		part, last := said[i:j], j == len(said)
		from, to := 0, 0 // where the part may start
		if floating {
			to = len(lines) - len(part)
			if last {
				from = to
			}
		}
		at, best := place(part, lines, from, to)
		if at < 0 {
			return i + best, false
		}
		// The first place is as good as any for what stands between two marks.
		lines = lines[at+len(part):]
		if last {
			return j, len(lines) == 0
		}
		i, floating = j+1, true
	}
}

// place returns the first of some places at which lines have a part, or -1,
// and how much of the part was found at best.
func place(part, lines []string, from, to int) (at, best int) {
	for at := from; at >= 0 && at <= to; at++ {
		n := 0
		for n < len(part) && at+n < len(lines) && fitsLine(part[n], lines[at+n]) {
			n++
		}
		if best = max(best, n); n == len(part) {
			return at, best
		}
	}
	return -1, best
}

// fitsLine is fits for one line.
func fitsLine(said, line string) bool {
	if start, ok := strings.CutSuffix(said, "..."); ok {
		return strings.HasPrefix(line, start)
	}
	return strings.TrimRight(said, " ") == strings.TrimRight(line, " ")
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// The test of the documentation rests on this comparison.
func TestFits(t *testing.T) {
	for _, test := range []struct {
		said, lines string
		want        bool
	}{
		{"a|b", "a|b", true},
		{"a|b", "a", false},
		{"a", "a|b", false},
		{"a|...", "a|b|c", true},
		{"a|...", "a", true},
		{"...|c", "a|b|c", true},
		{"a|  ...|c", "a|b|c", true},
		{"a|…|b|…|c", "a|x|b|y|b|c", true},
		{"a|...|c", "a|b", false},
		{"a|...|c", "a|c|b", false},
		{"...|...", "a", true},
		{"a|", "a", true},
		{"a ...|b", "a x y|b", true},
		{"a...|b", "ab|b", true},
		{"a ...|b", "ab|b", false},
	} {
		if _, got := fits(strings.Split(test.said, "|"), strings.Split(test.lines, "|")); got != test.want {
			t.Errorf("fits(%q, %q) = %v", test.said, test.lines, got)
		}
	}
}
