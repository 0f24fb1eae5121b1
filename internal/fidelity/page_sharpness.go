package fidelity

import "fmt"

// Sharp is a row of the table of scores.
type Sharp struct {
	Kind string
	Score
}

// Sharpness are the scores over the recorded scenarios, each kind of measure by
// itself.
func (p *Page) Sharpness() []Sharp {
	var all []Measure
	for _, e := range p.Runs {
		all = append(all, e.Measures...)
	}
	return sharpness(all)
}

// SharpnessOfMixes are those over the mixes.
func (p *Page) SharpnessOfMixes() []Sharp {
	var all []Measure
	for _, b := range p.Batches {
		for _, c := range b.Mixes {
			all = append(all, c.Measures...)
		}
	}
	return sharpness(all)
}

func sharpness(measures []Measure) []Sharp {
	scores := Scores(measures)
	var rows []Sharp
	for _, kind := range Kinds {
		if s := scores[kind]; s.Measures > 0 {
			rows = append(rows, Sharp{kind, s})
		}
	}
	return append(rows, Sharp{"all", ScoreOf(measures)})
}

// Row is the score as a row of a table in Markdown. Over all kinds there is but
// the share of what one would score who knows nothing.
func (s *Sharp) Row() string {
	if s.Kind == "all" {
		return fmt.Sprintf("| **all** | %d | | | | | | | | **%.1f %%** |", s.Measures, 100*s.Relative)
	}
	repeated := func(x float64) string {
		if s.Repeated == 0 {
			return "-"
		}
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("| %s | %d | %s | %.2f | %s | %.2f | %.2f | %s | %.2f | %.1f %% |", s.Kind, s.Measures, repeated(s.RealRange), s.Range,
		repeated(s.Real), s.Simulated, s.Score.Score, repeated(s.Best), s.Blind, 100*s.Relative)
}

// KindRow is how the measures of one kind came out in all mixes.
type KindRow struct {
	Kind                       string
	Covered, Explained, Missed int
}

// MixesByKind are the measures of all mixes as they come out now.
func (p *Page) MixesByKind() []KindRow {
	by := ByKind{}
	for _, b := range p.Batches {
		for _, c := range b.Mixes {
			by.Add(c)
		}
	}
	sum := KindRow{Kind: "**all**"}
	var rows []KindRow
	for _, kind := range Kinds {
		if t := by[kind]; t != nil {
			r := KindRow{kind, t[Covered], t[Explained], t[Missed] + t[Stale]}
			rows = append(rows, r)
			sum.Covered, sum.Explained, sum.Missed = sum.Covered+r.Covered, sum.Explained+r.Explained, sum.Missed+r.Missed
		}
	}
	return append(rows, sum)
}

// Share is how much of it is covered, in percent.
func (r KindRow) Share() float64 {
	return 100 * float64(r.Covered) / float64(r.Covered+r.Explained+r.Missed)
}

// MixesPlayed is how many mixes the real thing was played.
func (p *Page) MixesPlayed() int {
	n := 0
	for _, b := range p.Batches {
		n += len(b.Mixes)
	}
	return n
}
