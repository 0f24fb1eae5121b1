package purpose

import (
	"path"
	"slices"
	"strings"
)

// OfPlatform is the folder, at or above another one, that holds what is for one cloud or
// platform, as folders for others beside it tell: aws beside azure and gcp. It is empty
// where none does.
func (f *Folders) OfPlatform(dir string) string {
	at, below := f.below(dir)
	for name := range strings.SplitSeq(below, "/") {
		word := platform(name)
		if word != "" && slices.ContainsFunc(f.beside[at], func(other string) bool { return platform(other) != "" && platform(other) != word }) {
			return path.Join(at, name)
		}
		at = path.Join(at, name)
	}
	return ""
}

// platform is the word for a platform that a name is, or begins or ends with; empty for none.
func platform(name string) string {
	name = strings.ToLower(name)
	first, _, _ := strings.Cut(name, "-")
	for _, word := range []string{name, first, name[strings.LastIndexByte(name, '-')+1:]} {
		if slices.Contains(known().Platforms, word) {
			return word
		}
	}
	return ""
}
