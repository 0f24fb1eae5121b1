package source

import (
	"path"
	"path/filepath"
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
