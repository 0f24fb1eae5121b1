package kubernetes

import (
	"slices"
	"strings"
)

// Glimpses are the beginnings of plain files that may hold pods and could not be read, by
// what is told to be unread: which of them a budget elsewhere is for, its text may tell.
type Glimpses map[string]string

// Mentions reports whether the text of something unread has all of some words.
func (g Glimpses) Mentions(of string, words []string) bool {
	text := g[of]
	return text != "" && len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool {
		return !slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return !inLabel(r) }), word)
	})
}

// inLabel reports whether a character is one of a value of a label.
func inLabel(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
}

// add takes those of another part.
func (g *Glimpses) add(o Glimpses) {
	for of, text := range o {
		g.Add(of, text)
	}
}

// Add notes the text of something unread; none is not noted.
func (g *Glimpses) Add(of, text string) {
	if text == "" {
		return
	}
	if *g == nil {
		*g = Glimpses{}
	}
	(*g)[of] = text
}
