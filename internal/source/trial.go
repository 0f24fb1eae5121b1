package source

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

// isTrial reports whether a unit is there to be tried, in tests or by those who
// develop what it deploys: a chart with a file of values for that, or an overlay in
// a folder for it.
func isTrial(u unit.Unit, folders *purpose.Folders) bool {
	tries := func(p purpose.Purpose) bool { return p == purpose.Tests || p == purpose.Development }
	switch at := filepath.ToSlash(u.Path); u.Kind {
	case unit.Chart:
		dir, file := path.Split(at)
		return strings.Contains(file, "values") && (purpose.OfFolder(path.Base(dir)) == purpose.Tests ||
			slices.ContainsFunc(words(file), func(word string) bool { return tries(purpose.OfName(word)) }))
	case unit.Kustomization:
		of, _ := folders.OfDir(at)
		return tries(of)
	}
	return false
}

// words are those of a file's name: values, test and yaml of values.test.yaml.
func words(file string) []string {
	return strings.FieldsFunc(file, func(r rune) bool { return strings.ContainsRune(".-_", r) })
}

// ownMachine is a host or the tag of an image that nobody has but on a machine of
// their own: names below localhost are addresses of it.
//
// Source: datatracker.ietf.org/doc/html/rfc6761, 6.3.
var ownMachine = regexp.MustCompile(`(?m)^[^#\n]*(\btag:\s*["']?local["']?\s*$|[\w-]\.localhost\b)`)

// ofDeveloper reports whether a file of values is for development, by its name and by
// what it says: values-dev.yaml with a host below localhost. By its name alone it may
// be for a place to run in that is called so.
func ofDeveloper(file string) bool {
	if !slices.ContainsFunc(words(filepath.Base(file)), func(word string) bool { return purpose.OfFolder(word) == purpose.Development }) {
		return false
	}
	text, err := os.ReadFile(file)
	return err == nil && ownMachine.Match(text)
}
