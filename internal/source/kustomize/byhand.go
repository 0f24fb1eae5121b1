package kustomize

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/source/unit"
)

// byHand is what people are told, and tell programs, to apply with kubectl.
type byHand struct {
	in    *unit.Tree
	pages map[string]told // by page of documentation, script or workflow, once they are asked
}

// told is what one of these names: files or directories that follow -f, and directories
// that kustomize builds.
type told struct{ files, builds []string }

// telling are names of files that say what to apply.
var telling = regexp.MustCompile(`(?i)^(readme.*|install.*\.md|makefile|gnumakefile|.*\.mk|justfile|taskfile\.ya?ml|.*\.sh)$`)

// page is how files are called of which documentation is written.
var page = regexp.MustCompile(`(?i)\.(md|markdown|adoc|rst)$`)

// variable is a folder that a script names by a variable.
var variable = regexp.MustCompile(`^\$\{?\w+\}?/`)

// applied are the commands of kubectl that apply something, and filename is what.
var (
	applied  = regexp.MustCompile(`\b(apply|create|replace)\b`)
	filename = regexp.MustCompile(`(?:-f|--filename)[ =]["']?([^\s"'\x60]+)`)
	building = regexp.MustCompile(`(?:\bkustomize\s+build|\bkubectl\s+kustomize|\s-k|--kustomize)(?:\s+--[\w=-]+)*[ =]+["']?([^\s"'\x60]+)`)
)

// longestTelling is more than such a file is long.
const longestTelling = 1 << 20

// apply reports whether a page of the documentation, wherever it stands, a script or a
// workflow of CI says to apply a file with kubectl, or the directory that it stands in.
func (h *byHand) apply(file string) bool {
	return h.names(file, func(t told) []string { return t.files })
}

// build reports whether one of these has a kustomization built by itself, by the file of that.
func (h *byHand) build(file string) bool {
	return h.names(file, func(t told) []string { return t.builds })
}

func (h *byHand) names(file string, of func(told) []string) bool {
	for at, told := range h.everywhere() {
		if slices.ContainsFunc(of(told), func(named string) bool { return h.meant(named, filepath.Dir(at), file) }) {
			return true
		}
	}
	return false
}

// Workflows is where those of GitHub stand below the top of a repository.
const Workflows = ".github/workflows"

// everywhere is what pages, scripts and workflows say to apply, of which nobody knows where
// they are run: at the root of the input as a rule.
func (h *byHand) everywhere() map[string]told {
	if h.pages != nil {
		return h.pages
	}
	h.pages = map[string]told{}
	keep := func(file string) {
		if told := h.toldBy(file); len(told.files)+len(told.builds) > 0 {
			h.pages[file] = told
		}
	}
	for _, file := range h.in.Files {
		if page.MatchString(file) || telling.MatchString(filepath.Base(file)) {
			keep(file)
		}
	}
	dir := filepath.Join(h.in.Root, Workflows)
	entries, _ := h.in.ReadDir(dir) // most have none
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext == ".yml" || ext == ".yaml" {
			keep(filepath.Join(dir, e.Name()))
		}
	}
	return h.pages
}

// meant reports whether what is named in a directory is a file, or the one it stands in.
func (h *byHand) meant(named, at, file string) bool {
	if strings.Contains(named, "://") {
		return strings.HasSuffix(named, "/"+h.in.Name(file))
	}
	named = variable.ReplaceAllString(named, "")
	for _, from := range []string{at, filepath.Clean(h.in.Root)} {
		if to := filepath.Join(from, named); to == file || to == filepath.Dir(file) {
			return true
		}
	}
	return false
}

// toldBy is what a file says to apply.
func (h *byHand) toldBy(file string) (all told) {
	data, err := h.in.ReadFile(file)
	if err != nil || len(data) > longestTelling {
		return told{}
	}
	for line := range strings.Lines(string(data)) {
		for _, m := range building.FindAllStringSubmatch(line, -1) {
			all.builds = append(all.builds, m[1])
		}
		for _, command := range strings.Split(line, "kubectl")[1:] {
			if !applied.MatchString(command) {
				continue
			}
			for _, m := range filename.FindAllStringSubmatch(command, -1) {
				all.files = append(all.files, m[1])
			}
		}
	}
	return all
}
