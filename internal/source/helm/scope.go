package helm

import (
	"regexp"
	"slices"
	"strings"
)

// reading is one action of a template: the line that it stands on, the values that it
// names, by their path below .Values, and the blocks that it stands in.
type reading struct {
	line   int
	keys   []string
	within []block
}

// block is an if, with, range or define that is open.
type block struct {
	kind string
	line int
	keys []string // the values that it names
	dot  string   // what the dot stands for outside of it
}

// scope is what the dot and the variables of a template stand for at a place: paths
// that start at the root, $. What is not known is empty.
//
// Source: pkg.go.dev/text/template, Actions and Variables.
type scope struct {
	dot       string
	variables map[string]string
	open      []block
}

const (
	root    = "$"
	ofRoot  = "$.Values"
	element = "[]" // of a list or a map that a range goes through
)

var (
	actions  = regexp.MustCompile(`(?s)\{\{-?\s*(/\*.*?\*/|.*?)\s*-?\}\}`)
	assigns  = regexp.MustCompile(`^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:?=\s*(.*)$`)
	paths    = regexp.MustCompile(`(?:^|[\s(|,])(\$\w*)?((?:\.\w+)+)`)
	onePath  = regexp.MustCompile(`^(\$\w*)?((?:\.\w+)*)(?:\s|$)`)
	alone    = regexp.MustCompile(`^(\.|\$\w+)\s*(?:\||$)`)
	quotes   = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`")
	quoted   = regexp.MustCompile(`^(?:\s+"[\w-]+")+$`)
	passOn   = regexp.MustCompile(`^(deepCopy|default|required|merge|mustMerge|mergeOverwrite)\s`) // one of what they are given
	ofKeys   = regexp.MustCompile(`^(?:index|get)\s+(\S+)(.*)$`)
	keyWords = regexp.MustCompile(`^(if|with|range|define|block|else|end)\b\s*(.*)$`)
)

// readings are the actions of a template, in their order.
func readings(text string) []reading {
	s := scope{dot: root, variables: map[string]string{root: root}}
	var all []reading
	line, at := 1, 0
	for _, m := range actions.FindAllStringSubmatchIndex(text, -1) {
		line += strings.Count(text[at:m[0]], "\n")
		at = m[0]
		said := text[m[2]:m[3]]
		if strings.HasPrefix(said, "/*") {
			continue
		}
		keys := s.keys(said)
		s.take(said, line, keys)
		all = append(all, reading{line: line, keys: keys, within: slices.Clone(s.open)})
	}
	return all
}

// take goes on behind an action.
func (s *scope) take(said string, line int, keys []string) {
	m := keyWords.FindStringSubmatch(said)
	if m == nil {
		if a := assigns.FindStringSubmatch(said); a != nil {
			s.variables[a[1]] = s.path(a[3])
		}
		return
	}
	switch word, rest := m[1], m[2]; word {
	case "end":
		if n := len(s.open); n > 0 {
			s.dot, s.open = s.open[n-1].dot, s.open[:n-1]
		}
	case "else":
		n := len(s.open)
		if n == 0 {
			return
		}
		s.dot = s.open[n-1].dot
		s.open[n-1].keys = slices.Concat(s.open[n-1].keys, keys)
		if of, ok := strings.CutPrefix(rest, "with "); ok {
			s.dot = s.path(of)
		}
	default:
		s.open = append(s.open, block{kind: word, line: line, keys: keys, dot: s.dot})
		s.enter(word, rest)
	}
}

// enter sets the dot of a block that opens.
func (s *scope) enter(word, of string) {
	value := of
	a := assigns.FindStringSubmatch(of)
	if a != nil {
		value = a[3]
	}
	switch word {
	case "with":
		s.dot = s.path(value)
	case "range":
		if s.dot = s.path(value); s.dot != "" {
			s.dot += element
		}
	case "define", "block":
		s.dot = ""
	}
	switch {
	case a == nil:
	case a[2] != "":
		s.variables[a[1]], s.variables[a[2]] = "", s.dot
	case word == "with" || word == "range":
		s.variables[a[1]] = s.dot
	}
}

// path is what an expression stands for: empty for what is none of the values, as what
// a function makes.
func (s *scope) path(of string) string {
	of = strings.Trim(strings.TrimSpace(of), "()")
	if m := ofKeys.FindStringSubmatch(of); m != nil {
		base := s.path(m[1])
		if base == "" || !quoted.MatchString(m[2]) {
			return ""
		}
		for _, key := range strings.Fields(m[2]) {
			base += "." + strings.Trim(key, `"`)
		}
		return base
	}
	if m := passOn.FindStringSubmatch(of); m != nil {
		all := paths.FindAllStringSubmatch(quotes.ReplaceAllString(of, ""), -1)
		if len(all) == 0 {
			return ""
		}
		counts := all[len(all)-1]
		if m[1] == "merge" || m[1] == "mustMerge" { // the first goes over the others
			counts = all[0]
		}
		return s.resolved(counts[1], counts[2])
	}
	if of == "." {
		return s.dot
	}
	if m := onePath.FindStringSubmatch(of); m != nil {
		return s.resolved(m[1], m[2])
	}
	return ""
}

// resolved is a path that starts at a variable, or at the dot where it names none. What
// leads by .Values leads to the values, whatever the chart calls its root.
func (s *scope) resolved(variable, fields string) string {
	if at := strings.Index(fields+".", ".Values."); at >= 0 {
		return root + fields[at:]
	}
	base := s.dot
	if variable != "" {
		base = s.variables[variable]
	}
	if base == "" {
		return ""
	}
	return base + fields
}

// keys are the values that an action names.
func (s *scope) keys(said string) []string {
	var all []string
	for _, m := range paths.FindAllStringSubmatch(quotes.ReplaceAllString(said, `""`), -1) {
		key, is := strings.CutPrefix(s.resolved(m[1], m[2]), ofRoot+".")
		if is && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	if m := alone.FindStringSubmatch(said); m != nil { // what the dot or a variable stands for
		of := s.dot
		if m[1] != "." {
			of = s.variables[m[1]]
		}
		if key, is := strings.CutPrefix(of, ofRoot+"."); is && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}
