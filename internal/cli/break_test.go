package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// TestBreak puts bad and hostile inputs to the commands, those of testdata/break, and
// holds each answer against what is written beside it and against what is promised of
// every answer. docs/architecture.md says how they are written.
func TestBreak(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	t.Setenv("COLUMNS", "100")
	known := builtinCatalog(t)
	files, err := filepath.Glob("testdata/break/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.TrimSuffix(filepath.Base(path), ".txt")
		cases, err := breaking(archive)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		t.Run(kind, func(t *testing.T) {
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) { c.check(t, known) })
			}
		})
		if *update {
			archive.Comment = []byte(asWritten(cases))
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// builtinCatalog is the catalog that is built in, for commands that run in this process.
func builtinCatalog(t testing.TB) *responsibility.Catalog {
	t.Helper()
	c, err := (&session{}).load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hostileCase is one input with its answer.
type hostileCase struct {
	lines []string // as it is written, without the answer
	name  string
	args  []string
	files map[string]string
	first string // of the files
	exit  int
	says  string
}

// breaking are the cases of a file: paragraphs of lines, over the files behind them.
func breaking(archive *txtar.Archive) ([]*hostileCase, error) {
	bases := map[string]string{}
	for _, f := range archive.Files {
		bases[f.Name] = string(f.Data)
	}
	var all []*hostileCase
	for paragraph := range strings.SplitSeq(strings.TrimSpace(string(archive.Comment)), "\n\n") {
		c := &hostileCase{files: map[string]string{}}
		for line := range strings.Lines(paragraph) {
			if err := c.line(strings.TrimSuffix(line, "\n"), bases); err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
		}
		if c.name == "" { // a remark
			c.name = "remark"
		}
		all = append(all, c)
	}
	return all, nil
}

// line reads one line of a case.
func (c *hostileCase) line(line string, bases map[string]string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "exit":
		var err error
		c.exit, err = strconv.Atoi(rest)
		return err
	case "says":
		c.says = rest
		return nil
	}
	c.lines = append(c.lines, line)
	switch word {
	case "case":
		c.name = rest
		return nil
	case "#":
		return nil
	}
	parts, err := quoted(rest)
	if err != nil {
		return err
	}
	return c.input(word, parts, bases)
}

// input reads a line that gives a case a file, or the command.
func (c *hostileCase) input(word string, parts []string, bases map[string]string) error {
	add := func(name, text string) {
		if c.first == "" {
			c.first = name
		}
		c.files[name] = text
	}
	switch {
	case word == "run":
		c.args = parts
	case word == "use" && len(parts) == 1 && bases[parts[0]] != "":
		add(parts[0], bases[parts[0]])
	case word == "file" && len(parts) == 2:
		add(parts[0], parts[1])
	case word == "put" && len(parts) == 2 && bases[parts[1]] != "":
		add(parts[0], bases[parts[1]])
	case word == "put" && len(parts) == 4 && strings.Contains(bases[parts[1]], parts[2]):
		add(parts[0], strings.ReplaceAll(bases[parts[1]], parts[2], parts[3]))
	case word == "cut" && len(parts) == 2:
		n, err := strconv.Atoi(parts[1])
		if err != nil || n > len(bases[parts[0]]) {
			return fmt.Errorf("%s has no %s bytes", parts[0], parts[1])
		}
		add(parts[0], bases[parts[0]][:n])
	case word == "edit" && len(parts) == 3:
		text, ok := c.files[parts[0]]
		if !ok {
			text = bases[parts[0]]
		}
		if !strings.Contains(text, parts[1]) {
			return fmt.Errorf("%s does not hold %q", parts[0], parts[1])
		}
		add(parts[0], strings.ReplaceAll(text, parts[1], parts[2]))
	default:
		return fmt.Errorf("is no line of a case")
	}
	return nil
}

// quoted are words between spaces, of which some are quoted as in Go.
func quoted(s string) ([]string, error) {
	var all []string
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		if s[0] != '"' {
			word, rest, _ := strings.Cut(s, " ")
			all, s = append(all, word), rest
			continue
		}
		prefix, err := strconv.QuotedPrefix(s)
		if err != nil {
			return nil, err
		}
		word, err := strconv.Unquote(prefix)
		if err != nil {
			return nil, err
		}
		all, s = append(all, word), s[len(prefix):]
	}
	return all, nil
}

// asWritten are cases as their file has them.
func asWritten(all []*hostileCase) string {
	var b strings.Builder
	for i, c := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(strings.Join(c.lines, "\n") + "\n")
		if len(c.files)+len(c.args) > 0 {
			fmt.Fprintf(&b, "exit %d\nsays %s\n", c.exit, c.says)
		}
	}
	return b.String() + "\n"
}

// check holds the answer to a case against what is written.
func (c *hostileCase) check(t *testing.T, known *responsibility.Catalog) {
	if len(c.files)+len(c.args) == 0 {
		return
	}
	dir := t.TempDir()
	for name, text := range c.files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := append([]string{}, c.args...)
	if len(args) == 0 {
		args = []string{"check", c.first}
	}
	for i, a := range args {
		_, isFile := c.files[a]
		if top, _, _ := strings.Cut(c.first, "/"); isFile || a == top || a == "." {
			args[i] = filepath.Join(dir, a)
		}
	}
	got := answerTo(context.Background(), known, args)
	for _, fault := range got.faults() {
		t.Error(fault)
	}
	says := strings.ReplaceAll(got.says, dir+string(filepath.Separator), "")
	if *update {
		c.exit, c.says = got.exit, says
		return
	}
	if got.exit != c.exit || says != c.says {
		t.Errorf("got  exit %d, says %s\nwant exit %d, says %s", got.exit, says, c.exit, c.says)
	}
}

// answered is what came of a command: how it ended, what it says of that in a line, and
// the result in every format that can show it.
type answered struct {
	exit         int
	says, errors string
	out          map[string]string
}

// answerTo runs a command in this process, with a catalog that is known.
func answerTo(ctx context.Context, known *responsibility.Catalog, args []string) answered {
	got := answered{out: map[string]string{}}
	var out, errs bytes.Buffer
	s := sessionOf(console{in: strings.NewReader(""), out: &output{to: &out}, err: &errs, now: noon})
	s.show = func(w io.Writer, _ string, v published.Value, screen report.Screen) error {
		for _, format := range report.Formats(v) {
			var b strings.Builder
			if err := report.Write(&b, format, v, screen); err != nil {
				return err
			}
			got.out[format] = b.String()
		}
		got.says = inShort(v)
		_, err := io.WriteString(w, got.out["text"])
		return err
	}
	if !slices.Contains(args, "--catalog") {
		s.loaded = known
	}
	got.exit = s.main(ctx, args)
	got.errors = errs.String()
	if got.exit > exitBroken {
		got.says, _, _ = strings.Cut(got.errors, "\n")
		if out.Len() > 0 {
			got.out["before a fault"] = out.String()
		}
	}
	return got
}

// inShort is a result in a line: what could not be read, and the numbers.
func inShort(v published.Value) string {
	switch v := v.(type) {
	case published.Findings:
		said := fmt.Sprintf("%d broken, %d unknown, %d held", v.Summary.Broken, v.Summary.Unknown, v.Summary.Held)
		if len(v.Unreadable) > 0 {
			said += "; could not read " + report.OneLine(v.Unreadable[0].String())
		}
		return said
	case published.Simulations:
		return fmt.Sprintf("%d simulations", len(v.Simulations))
	}
	return fmt.Sprintf("a %T", v)
}

// form is how an error stands on stderr.
var errorForm = regexp.MustCompile(`\A(warning: .*\n)*onus: .+\n(hint: .+\n)?\z`)

// nothingChecking is the one error beside which a result stands: that says what could not be read.
var nothingChecking = regexp.MustCompile(`(?m)^onus: nothing (could be checked: |to check: of )`)

// faults are the promises that an answer breaks: an error is one line with nothing
// beside it, nothing of the input is obeyed by a terminal, and JSON is JSON.
func (a answered) faults() []string {
	var all []string
	if a.exit < exitHeld || a.exit > exitUnfinished {
		all = append(all, fmt.Sprintf("exit status %d", a.exit))
	}
	if a.exit > exitBroken && !errorForm.MatchString(a.errors) {
		all = append(all, fmt.Sprintf("an error is not one line: %q", a.errors))
	}
	if a.out["before a fault"] != "" && !nothingChecking.MatchString(a.errors) {
		all = append(all, "a result was begun before an error")
	}
	if a.exit <= exitBroken && strings.Contains(a.errors, "onus: ") {
		all = append(all, fmt.Sprintf("an error beside a result: %q", a.errors))
	}
	for _, format := range []string{"text", "markdown", "github", "gitlab", "junit", "csv", "json", "sarif"} {
		if at := strings.IndexFunc(a.out[format], obeyedBy(format)); at >= 0 {
			all = append(all, fmt.Sprintf("%s has %q", format, a.out[format][max(0, at-20):min(at+10, len(a.out[format]))]))
		}
	}
	if at := strings.IndexFunc(a.errors, obeyedBy("text")); at >= 0 {
		all = append(all, fmt.Sprintf("stderr has %q", a.errors))
	}
	for _, format := range []string{"json", "sarif", "gitlab"} {
		if text := a.out[format]; text != "" && !json.Valid([]byte(text)) {
			all = append(all, format+" is no JSON")
		}
	}
	return all
}

// obeyedBy tells the characters that must not be in a format.
func obeyedBy(format string) func(rune) bool {
	return func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && (r != '\r' || format != "csv") || unicode.Is(unicode.Bidi_Control, r) ||
			r == '\u2028' || r == '\u2029'
	}
}
