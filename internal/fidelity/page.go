package fidelity

import (
	_ "embed"
	"io"
	"strings"
	"text/template"
)

//go:embed page.md
var pageText string

// Page is docs/fidelity.md: all recorded runs, compared.
type Page struct {
	Runs []Entry
}

// Entry is one recorded run, and in a sentence what it is about.
type Entry struct {
	*Compared
	About string
}

// Write writes the page. Nothing in it depends on the machine or the hour, so
// that a test can tell whether the one in docs is up to date.
func (p *Page) Write(w io.Writer) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// Total counts the measures of all runs.
func (p *Page) Total() Total {
	t := Total{}
	for _, e := range p.Runs {
		t.Add(e.Compared.Total())
	}
	return t
}

// Repetitions is how often the real thing was played.
func (p *Page) Repetitions() int {
	n := 0
	for _, e := range p.Runs {
		n += len(e.Run.Observed)
	}
	return n
}

// Row is a measure as a row of a table in Markdown.
func (m *Measure) Row() string {
	return "| " + strings.Join([]string{m.Name, m.observed(), m.simulated(), string(m.Verdict())}, " | ") + " |"
}

// Differences are the measures that are known to differ.
func (c *Compared) Differences() []Measure {
	var all []Measure
	for _, m := range c.Measures {
		if m.Why != "" {
			all = append(all, m)
		}
	}
	return all
}

// Differs reports whether any run is known to differ.
func (p *Page) Differs() bool {
	for _, e := range p.Runs {
		if len(e.Differences()) > 0 {
			return true
		}
	}
	return false
}
