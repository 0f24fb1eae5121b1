package locate

import (
	"slices"
	"strings"
)

// Evidence is by what it is known where something stands, piece by piece.
type Evidence []Piece

// Piece is one thing that was seen.
type Piece struct {
	// Of says how what stands elsewhere comes to tell, such as "it asks for the pool web,
	// which has"; empty of what was seen of it itself.
	Of   string
	Text string // label karpenter.sh/nodepool=web
	// beside says that it was seen beside it.
	beside bool
}

// Seen is evidence of one piece; none where nothing is said.
func Seen(text string) Evidence {
	if text == "" {
		return nil
	}
	return Evidence{{Text: text}}
}

func (p Piece) String() string {
	said := p.Text
	if p.Of != "" {
		said = p.Of + " " + said
	}
	if p.beside {
		return "beside it " + said
	}
	return said
}

// String is the evidence in words.
func (e Evidence) String() string {
	said := make([]string, len(e))
	for i, p := range e {
		said[i] = p.String()
	}
	return strings.Join(said, "; ")
}

// and is evidence with more of it.
func (e Evidence) and(more ...string) Evidence {
	all := slices.Clip(e)
	for _, text := range more {
		all = append(all, Piece{Text: text})
	}
	return all
}

// of is evidence that tells by way of something.
func (e Evidence) of(way string) Evidence {
	all := slices.Clone(e)
	if len(all) > 0 {
		all[0].Of = strings.TrimSpace(way + " " + all[0].Of)
	}
	return all
}

// besideIt is evidence of what stands beside something.
func (e Evidence) besideIt() Evidence {
	all := slices.Clone(e)
	if len(all) > 0 {
		all[0].beside = true
	}
	return all
}

// with is evidence and what some other adds to it; the other alone where that says all of
// it and more.
func (e Evidence) with(other Evidence) Evidence {
	if other.has(e) && !e.has(other) {
		return other
	}
	all := slices.Clip(e)
	for _, p := range other {
		if !e.has(Evidence{p}) {
			all = append(all, p)
		}
	}
	return all
}

// has reports whether evidence says all that other does, wherever that was seen.
func (e Evidence) has(other Evidence) bool {
	return !slices.ContainsFunc(other, func(p Piece) bool {
		return !slices.ContainsFunc(e, func(q Piece) bool { return q.Text == p.Text })
	})
}

// few is the first of several pieces of evidence, each with all that belongs to it.
func few(all []Evidence) Evidence {
	var first Evidence
	for _, e := range all[:min(len(all), 3)] {
		first = append(first, e...)
	}
	return first
}
