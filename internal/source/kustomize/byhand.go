package kustomize

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// byHand is what people are told, and tell programs, to apply with kubectl.
type byHand struct {
	in    *unit.Tree
	lines map[string][]string // by directory: what follows -f there
}

// telling are names of files that say what to apply.
var telling = regexp.MustCompile(`(?i)^(readme.*|install.*\.md|makefile|gnumakefile|.*\.mk|justfile|taskfile\.ya?ml|.*\.sh)$`)

// applied are the commands of kubectl that apply something, and filename is what.
var (
	applied  = regexp.MustCompile(`\b(apply|create|replace)\b`)
	filename = regexp.MustCompile(`(?:-f|--filename)[ =]["']?([^\s"'\x60]+)`)
)

// longestTelling is more than such a file is long.
const longestTelling = 1 << 20

// apply reports whether a file in the directory of another one, or in one above it, says
// to apply that with kubectl, or the directory that it stands in.
func (h *byHand) apply(file string) bool {
	for at := range origin.Upwards(filepath.Dir(file), filepath.Dir) {
		if slices.ContainsFunc(h.told(at), func(named string) bool { return h.meant(named, at, file) }) {
			return true
		}
		if at == filepath.Clean(h.in.Root) {
			break
		}
	}
	return false
}

// meant reports whether what is named in a directory is a file, or the one it stands in.
func (h *byHand) meant(named, at, file string) bool {
	if strings.Contains(named, "://") {
		return strings.HasSuffix(named, "/"+h.in.Name(file))
	}
	for _, from := range []string{at, filepath.Clean(h.in.Root)} {
		if to := filepath.Join(from, named); to == file || to == filepath.Dir(file) {
			return true
		}
	}
	return false
}

// told is what the files of a directory say to apply.
func (h *byHand) told(dir string) []string {
	all, known := h.lines[dir]
	if known {
		return all
	}
	entries, _ := h.in.ReadDir(dir) // what cannot be listed tells nothing
	for _, e := range entries {
		if !telling.MatchString(e.Name()) {
			continue
		}
		data, err := h.in.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil || len(data) > longestTelling {
			continue
		}
		for line := range strings.Lines(string(data)) {
			for _, command := range strings.Split(line, "kubectl")[1:] {
				if !applied.MatchString(command) {
					continue
				}
				for _, m := range filename.FindAllStringSubmatch(command, -1) {
					all = append(all, m[1])
				}
			}
		}
	}
	h.lines[dir] = all
	return all
}
