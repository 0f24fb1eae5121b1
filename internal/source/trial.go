package source

import (
	"path"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/source/unit"
)

// trialWords are what folders and files are called that deploy something to test
// it.
var trialWords = []string{"ci", "test", "tests", "testing", "e2e", "smoke", "kuttl", "chainsaw"}

// isTrial reports whether a unit is there for tests: a chart with a file of
// values for them, or an overlay in a folder for them.
func isTrial(u unit.Unit, name func(string) string) bool {
	switch u.Kind {
	case unit.Chart:
		dir, file := path.Split(name(u.Path))
		return strings.Contains(file, "values") && (trialName(path.Base(dir)) || slices.ContainsFunc(words(file), trialName))
	case unit.Kustomization:
		return slices.ContainsFunc(strings.Split(name(u.Path), "/"), trialName)
	}
	return false
}

func trialName(name string) bool { return slices.Contains(trialWords, strings.ToLower(name)) }

// words are those of a file's name: values, test and yaml of values.test.yaml.
func words(file string) []string {
	return strings.FieldsFunc(file, func(r rune) bool { return strings.ContainsRune(".-_", r) })
}
