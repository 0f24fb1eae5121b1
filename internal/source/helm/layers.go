package helm

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/source/unit"
)

// stack is a command of Helm as a script, a page or a pipeline has it: the files of values that it is given, as they
// are written there, each of which goes over those before it.
type stack struct {
	at string // the file that has the command
	command
}

// command is what one says: its words that are no flags, one of which is the chart, and its files of values.
type command struct {
	words []string
	files []pattern
}

// pattern is a name of a file as a command has it: its variables stand for parts of the names of files.
type pattern struct {
	text  string
	holes []string
	fits  *regexp.Regexp // nil where it has no variables, or too many
}

// What is read for commands, and how these are told.
var (
	telling     = regexp.MustCompile(`(?i)(?:^|/)(?:[^/]*\.(?:md|adoc|sh|mk)|makefile|justfile|taskfile\.ya?ml|jenkinsfile)$`)
	pipeline    = regexp.MustCompile(`^(?:\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|azure-pipelines[^/]*\.ya?ml)$`)
	helmCommand = regexp.MustCompile("(?:^|[\\s;&|\"'(@`])helm3?\\s")
	installs    = regexp.MustCompile(`^(?:\S+\s+)*?(?:upgrade|install|template)\s`)
	valued      = regexp.MustCompile("\\s(?:-f|--values)(?:=|\\s*)[\"']?([^\\s\"'`\\\\]+)")
	hole        = regexp.MustCompile(`\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\([\w-]+\)|\$\w+|\{\{[^}]*\}\}|<[\w-]+>`)
)

// Bounds of what is read for commands.
const (
	longestTelling = 256 << 10
	mostStacks     = 256
	mostHoles      = 8 // in the name of a file
)

// stacks are the commands that an input and the pipelines of its repository have which give a chart files of values.
func stacks(in *unit.Tree) (all []stack) {
	for _, file := range slices.Concat(tellingFiles(in), pipelineFiles(in)) {
		data, err := in.ReadFile(file)
		if err != nil || len(data) > longestTelling {
			continue // what cannot be read gives no chart anything
		}
		for _, c := range commandsIn(string(data)) {
			if all = append(all, stack{file, c}); len(all) == mostStacks {
				return all
			}
		}
	}
	return all
}

func tellingFiles(in *unit.Tree) (all []string) {
	for _, file := range in.Files {
		if telling.MatchString(filepath.ToSlash(file)) {
			all = append(all, file)
		}
	}
	return all
}

func pipelineFiles(in *unit.Tree) (all []string) {
	for _, dir := range []string{"", ".github/workflows"} {
		folder := filepath.Join(in.Top(), filepath.FromSlash(dir))
		entries, _ := in.ReadDir(folder) // most have none
		for _, e := range entries {
			if pipeline.MatchString(path.Join(dir, e.Name())) {
				all = append(all, filepath.Join(folder, e.Name()))
			}
		}
	}
	return all
}

// commandsIn are the commands of Helm in a text that give files of values.
func commandsIn(text string) (all []command) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", " ")
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "helm") || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, said := range helmCommand.Split(line, -1)[1:] {
			if !installs.MatchString(said) {
				continue
			}
			said = spaceless(said)
			var c command
			for _, m := range valued.FindAllStringSubmatch(said, -1) {
				for name := range strings.SplitSeq(m[1], ",") {
					c.files = append(c.files, patternOf(name))
				}
			}
			if len(c.files) > 0 {
				c.words = strings.Fields(valued.ReplaceAllString(said, " "))
				all = append(all, c)
			}
		}
	}
	return all
}

// spaceless is a text whose variables hold no spaces: a word ends with these.
func spaceless(text string) string {
	return hole.ReplaceAllStringFunc(text, func(v string) string { return strings.ReplaceAll(v, " ", "") })
}

// beneath are the files of values that a file of a chart is laid over by a command, from the lowest on; false where no
// command gives the file, and none where one has it as the lowest.
func (c *chartUnits) beneath(file string) (below []string, said bool) {
	in, sole := c.in, isSole(c.in, file)
	for _, s := range c.stacks {
		places := s.places(in, file, sole)
		if s.isForAnother(in, places, c.dir) {
			continue
		}
		for i, name := range s.files {
			from, filled, ok := name.names(places, file)
			if !ok || i == 0 && len(filled) > 0 {
				continue // what a variable may stand for is not always given alone
			}
			files := s.below(in, from, filled, i)
			if len(files) == 0 && i == 0 {
				return nil, true
			}
			if len(files) > len(below) {
				below = files
			}
			said = said || len(files) > 0
		}
	}
	return below, said
}

// isForAnother reports whether a command is for another chart than the one in a folder, as one of its words leads to that.
func (s stack) isForAnother(in *unit.Tree, places []string, dir string) bool {
	other := false
	for _, word := range s.words {
		if strings.HasPrefix(word, "-") || hole.MatchString(word) {
			continue
		}
		for _, from := range places {
			at := filepath.Join(from, filepath.FromSlash(strings.Trim(word, "\"'`")))
			switch {
			case at == filepath.Clean(dir):
				return false
			case in.IsFile(filepath.Join(at, ChartFile)):
				other = true
			}
		}
	}
	return other
}

// names reports whether a name in a command is that of a file: from where, and what its variables stand for then.
func (p pattern) names(places []string, file string) (from string, filled map[string]string, ok bool) {
	for _, from := range places {
		to, err := filepath.Rel(from, file)
		if err != nil {
			continue
		}
		if filled, ok := p.filling(filepath.ToSlash(to)); ok {
			return from, filled, true
		}
	}
	return "", nil, false
}

// isSole reports whether no other file of the input has the name of one.
func isSole(in *unit.Tree, file string) bool {
	same := 0
	for _, f := range in.Files {
		if filepath.Base(f) == filepath.Base(file) {
			same++
		}
	}
	return same == 1
}

// places are the folders that a command may be run in: its own, those that people call scripts from, and that of the
// file of values itself where no other one of the input has its name.
func (s stack) places(in *unit.Tree, file string, sole bool) []string {
	all := []string{filepath.Dir(s.at), filepath.Clean(in.Root), filepath.Clean(in.Top())}
	if sole {
		all = append(all, filepath.Dir(file))
	}
	return all
}

// below are the files that a command gives before one of its own: those that are there, hold values and are not the
// chart's own, which go under all of them anyway.
func (s stack) below(in *unit.Tree, from string, filled map[string]string, i int) (all []string) {
	for _, given := range s.files[:i] {
		name := hole.ReplaceAllStringFunc(given.text, func(v string) string {
			if text, ok := filled[v]; ok {
				return text
			}
			return v
		})
		file := filepath.Join(from, filepath.FromSlash(name))
		own := filepath.Base(file) == "values.yaml" && in.IsFile(filepath.Join(filepath.Dir(file), ChartFile))
		if own || hole.MatchString(name) || !in.IsFile(file) {
			continue
		}
		if values := valuesIn(in, file); len(values) > 0 && values["sops"] == nil { // whose values nobody reads
			all = append(all, file)
		}
	}
	return all
}

// patternOf is that of a name in a command.
func patternOf(name string) pattern {
	p := pattern{text: path.Clean(name)}
	p.holes = hole.FindAllString(p.text, -1)
	if n := len(p.holes); n == 0 || n > mostHoles {
		return p
	}
	var expr strings.Builder
	for i, text := range hole.Split(p.text, -1) {
		if i > 0 {
			expr.WriteString(`([\w.-]+)`)
		}
		expr.WriteString(regexp.QuoteMeta(text))
	}
	p.fits = regexp.MustCompile("^" + expr.String() + "$")
	return p
}

// filling is what the variables of a name stand for where it is that of a file, each the same wherever it stands.
func (p pattern) filling(file string) (map[string]string, bool) {
	if p.text == file {
		return nil, true
	}
	if p.fits == nil || strings.HasPrefix(file, "..") {
		return nil, false
	}
	m := p.fits.FindStringSubmatch(file)
	if m == nil {
		return nil, false
	}
	filled := map[string]string{}
	for i, h := range p.holes {
		if before, twice := filled[h]; twice && before != m[i+1] {
			return nil, false
		}
		filled[h] = m[i+1]
	}
	return filled, true
}

// over is what a chart is rendered with for a file of values: with those under it that a command gives, or else, where
// it is called after another file and the chart does not render without that, with that one.
func (c *chartUnits) over(file string, files []string) []string {
	if below, said := c.beneath(file); said {
		return append(below, file)
	}
	base := extended(file, files)
	if base == "" {
		return []string{file}
	}
	alone := c.lacks([]string{file})
	if alone == 0 {
		return []string{file}
	}
	if with := append(c.over(base, files), file); c.lacks(with) < alone {
		return with
	}
	return []string{file}
}

// extended is the file of the same folder whose name a file's goes on from, the longest of them: values-prod of
// values-prod-dr.
func extended(file string, files []string) (base string) {
	stem := func(f string) string { return strings.TrimSuffix(f, filepath.Ext(f)) }
	for _, f := range files {
		rest, ok := strings.CutPrefix(stem(file), stem(f))
		if ok && rest != "" && strings.ContainsAny(rest[:1], "-._") && len(f) > len(base) {
			base = f
		}
	}
	return base
}

// lacks counts what a chart asks for, or fails for, with some files of values.
func (c *chartUnits) lacks(files []string) int {
	r, err := Render(c.ctx, c.in, c.dir, Options{Values: files})
	switch {
	case err != nil:
		return mostMadeUp + 1
	case r.Refused == nil:
		return 0
	}
	return 1 + len(r.asked) + r.Refused.leftOut
}

// layered names files of values that are rendered together by all of them, from the lowest on.
func (c *chartUnits) layered(files []string) string {
	names := make([]string, len(files))
	for i, f := range files {
		if names[i] = c.in.Name(f); i > 0 && filepath.Dir(f) == filepath.Dir(files[0]) {
			names[i] = filepath.Base(f)
		}
	}
	return strings.Join(names, "+")
}
