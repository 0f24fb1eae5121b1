package source

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
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
		return strings.Contains(file, "values") && (purpose.OfFolder(path.Base(dir)) == purpose.Tests || tries(purpose.OfFile(file)))
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

// saysDevelopment is how the comment at the head of a file of values says so.
var saysDevelopment = regexp.MustCompile(`(?i)\blocal (development|testing)\b|\bci use only\b` +
	`|\bnot for production\b|\bdo not use (it |this )?in production\b`)

// mostOfValues is more MiB than any file of values has.
const mostOfValues = 16

// ofDeveloper reports whether a file of values is for the machine of who develops or
// tests: by its name, by what its head says, or by both its name and its values, as
// values-dev.yaml with a host below localhost is. Values for development alone may be for
// a place to run in that is called so.
func ofDeveloper(file string) bool {
	named := words(filepath.Base(file))
	if slices.ContainsFunc(named, purpose.OnOwnMachine) {
		return true
	}
	text, err := document.ReadRegular(os.DirFS(filepath.Dir(file)), filepath.Base(file), mostOfValues)
	if err != nil {
		return false
	}
	return !purpose.IsProduction(filepath.Base(file)) && saysDevelopment.Match(opening(text)) ||
		ownMachine.Match(text) && slices.ContainsFunc(named, func(word string) bool { return purpose.OfFolder(word) == purpose.Development })
}

// opening is the comment that a file begins with.
func opening(text []byte) []byte {
	end := 0
	for line := range bytes.Lines(text) {
		if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 && trimmed[0] != '#' && !bytes.Equal(trimmed, []byte("---")) {
			break
		}
		end += len(line)
	}
	return text[:end]
}
