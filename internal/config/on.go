package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/glob"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/subject"
)

// On says what an entry is about: what is all that it names. One that names nothing is
// about everything.
type On struct {
	Paths      []string `json:"paths"`
	Namespaces []string `json:"namespaces"`
	Workloads  []string `json:"workloads"`
	Selector   string   `json:"selector"`

	globs    []*regexp.Regexp
	selector labels.Selector
}

// thing is what an entry may be about.
type thing struct {
	path    string // from the directory of the configuration; empty for none
	subject finding.Subject
	labels  labels.Set
}

// about reports whether an entry is about a thing.
func (on *On) about(t thing) bool {
	if len(on.Paths) > 0 && (t.path == "" || !slices.ContainsFunc(on.globs, func(g *regexp.Regexp) bool { return g.MatchString(t.path) })) {
		return false
	}
	if len(on.Namespaces) > 0 && !slices.Contains(on.Namespaces, t.subject.Namespace) {
		return false
	}
	if len(on.Workloads) > 0 && !slices.ContainsFunc(on.Workloads, func(n string) bool { return subject.Name(n).Is(t.subject) }) {
		return false
	}
	return on.selector == nil || t.labels != nil && on.selector.Matches(t.labels)
}

// path is a file as the configuration names it; empty for what stands in none, or
// outside of its directory.
func (x *Config) path(file string) string {
	if file == "" || file == origin.Stdin {
		return ""
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(x.dir, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// globOf is a pattern of paths: a star is any part of a name, two are any folders, and
// a folder is all that is in it.
func globOf(pattern string) *regexp.Regexp {
	pattern = strings.Trim(strings.TrimPrefix(pattern, "./"), "/")
	return regexp.MustCompile("^" + glob.Expression(pattern) + "(?:/.*)?$")
}
