package fidelity

import (
	_ "embed"
	"io"
	"slices"
	"strings"
	"text/template"
)

//go:embed page.md
var pageText string

// Page is docs/fidelity.md: all recorded runs, compared.
type Page struct {
	Runs    []Entry
	Batches []*Batch // of mixes that were drawn at random
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

// AllMixes are those of every seed as one batch.
func (p *Page) AllMixes() *Batch {
	all := &Batch{}
	for _, b := range p.Batches {
		all.Covered += b.Covered
		all.Missed += b.Missed
		all.Mixes = append(all.Mixes, b.Mixes...)
	}
	return all
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

// Difference is what is known to differ for one reason.
type Difference struct {
	Why      string
	Measures []string
}

// Differences are what is known to differ in a run, by the reason.
func (c *Compared) Differences() []Difference {
	var all []Difference
	for _, m := range c.Measures {
		if m.Why == "" {
			continue
		}
		i := slices.IndexFunc(all, func(d Difference) bool { return d.Why == m.Why })
		if i < 0 {
			i = len(all)
			all = append(all, Difference{Why: m.Why})
		}
		all[i].Measures = append(all[i].Measures, m.Name)
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
