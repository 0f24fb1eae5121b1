package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
)

// format is a form in which values are printed. Its writer is nil for a value
// that the form cannot show.
type format struct {
	name   string
	writer func(published.Value) writer
}

// writer writes one value.
type writer func(w io.Writer, s Screen) error

// table is a list of formats, in the order in which they are offered.
type table []format

// formats are those of onus, one file each.
var formats = table{
	{"text", textOf},
	{"json", jsonOf},
	{"yaml", yamlOf},
	{"markdown", markdownOf},
	{"sarif", sarifOf},
	{"junit", junitOf},
	{"github", githubOf},
	{"gitlab", gitlabOf},
	{"csv", csvOf},
	{"ics", icsOf},
	{"svg", svgOf},
	{"oscal", oscalOf},
	{"oscal-component", oscalComponentOf},
	{"openreports", openReportsOf},
}

// Screens are taken for no narrower and no wider than this: prose of one word a
// line cannot be read, and no one has a screen of a million columns.
const (
	narrowestScreen = 20
	widestScreen    = 1000
)

// olderNames are names that formats had and that scripts may use.
var olderNames = map[string]string{"table": "text"}

// Formats names the formats that can show a value; the first is the one for
// people. What the value holds does not matter, only its type.
func Formats(v published.Value) []string { return formats.names(v) }

// CheckFormat reports whether a format can show a value, before the value is
// there: only its type matters. The error is a *FormatError.
func CheckFormat(name string, v published.Value) error {
	_, err := formats.writer(name, v)
	return err
}

// Write prints a value in a format. An error that is not a *FormatError is of w.
func Write(w io.Writer, name string, v published.Value, s Screen) error {
	return formats.write(w, name, v, s)
}

// FormatError says that a value cannot be shown in a format, and in which ones
// it can.
type FormatError struct {
	Format string
	Known  bool     // there is such a format, for other values
	Can    []string // the formats that can show this one
}

func (e *FormatError) Error() string {
	can := strings.Join(e.Can, ", ")
	if !e.Known {
		return fmt.Sprintf("there is no format %q; there is %s", e.Format, can)
	}
	return fmt.Sprintf("%s cannot show this result; %s can", e.Format, can)
}

func (t table) names(v published.Value) []string {
	var names []string
	for _, f := range t {
		if f.writer(v) != nil {
			names = append(names, f.name)
		}
	}
	return names
}

func (t table) writer(name string, v published.Value) (writer, error) {
	if now, ok := olderNames[name]; ok {
		name = now
	}
	i := slices.IndexFunc(t, func(f format) bool { return f.name == name })
	if i < 0 {
		return nil, &FormatError{Format: name, Can: t.names(v)}
	}
	if write := t[i].writer(v); write != nil {
		return write, nil
	}
	return nil, &FormatError{Format: name, Known: true, Can: t.names(v)}
}

func (t table) write(w io.Writer, name string, v published.Value, s Screen) error {
	write, err := t.writer(name, v)
	if err != nil {
		return err
	}
	s.Width = min(max(s.Width, narrowestScreen), widestScreen)
	return write(w, s)
}
