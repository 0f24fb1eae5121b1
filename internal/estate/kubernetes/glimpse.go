package kubernetes

import (
	"maps"
	"slices"
	"strings"
)

// Glimpses are the words at the beginnings of plain files that may hold pods and could not be
// read, by what is told to be unread: which of them a budget elsewhere is for, they may tell.
type Glimpses map[string]map[string]bool

// Mentions reports whether the text of something unread has all of some words.
func (g Glimpses) Mentions(of string, words []string) bool {
	there := g[of]
	return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return !there[word] })
}

// inLabel reports whether a character is one of a value of a label.
func inLabel(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
}

// add takes those of another part.
func (g *Glimpses) add(o Glimpses) {
	for of, words := range o {
		g.put(of, words)
	}
}

// Add notes the text of something unread; none is not noted.
func (g *Glimpses) Add(of, text string) {
	words := map[string]bool{}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !inLabel(r) }) {
		words[word] = true
	}
	if len(words) > 0 {
		g.Join(Glimpses{of: words}, of)
	}
}

// Join takes what another part knows of one thing's text, beside what is known here: others
// may be called so as well.
func (g *Glimpses) Join(o Glimpses, of string) {
	if (*g)[of] == nil && o[of] != nil {
		g.put(of, o[of])
		return
	}
	for word := range o[of] {
		if !(*g)[of][word] {
			joined := maps.Clone((*g)[of])
			maps.Copy(joined, o[of])
			g.put(of, joined)
			return
		}
	}
}

func (g *Glimpses) put(of string, words map[string]bool) {
	if *g == nil {
		*g = Glimpses{}
	}
	(*g)[of] = words
}
