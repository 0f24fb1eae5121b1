package helm

import "strings"

// mostCompared is how many pairs of lines are compared to tell which line of a template gave
// which of an object: of larger ones it is only told where they begin.
const mostCompared = 250_000

// How much two lines speak for each other: what is the same, what a template fills in, and
// what says little, as a dash alone.
const (
	sameLine   = 4
	filledLine = 3
	shortLine  = 1
)

// templateLine is a line of a template: what stands before the first of its actions, and
// behind the last one.
type templateLine struct {
	whole, before, behind string
	filled                bool
}

func templateLineOf(line string) templateLine {
	t := templateLine{whole: strings.TrimRight(line, " \t\r")}
	before, rest, filled := strings.Cut(t.whole, "{{")
	if !filled || strings.TrimSpace(before) == "" {
		return t
	}
	t.filled, t.before = true, before
	if k := strings.LastIndex(rest, "}}"); k >= 0 {
		t.behind = rest[k+len("}}"):]
	}
	return t
}

// speaks is how much a line of a template speaks for having given one of an object.
func (t *templateLine) speaks(line string) int {
	said := strings.TrimSpace(line)
	switch {
	case said == "" || strings.HasPrefix(said, "#"):
		return 0
	case line == t.whole && len(said) < 3:
		return shortLine
	case line == t.whole:
		return sameLine
	case t.filled && len(line) >= len(t.before)+len(t.behind) && strings.HasPrefix(line, t.before) && strings.HasSuffix(line, t.behind):
		return filledLine
	}
	return 0
}

// gave are, for each line of an object, the line of the template that gave it, 1-based; 0
// where none can be told. The object's kind stands on a line of the template, from 0. Lines
// stand in the same order in both: of all ways to pair them that keep it, the one that speaks
// most for itself counts.
func (l *locator) gave(at int, object []string) []int {
	first, end := at, at+1
	for first > 0 && !strings.HasPrefix(l.lines[first-1], "---") {
		first--
	}
	for end < len(l.lines) && !strings.HasPrefix(l.lines[end], "---") {
		end++
	}
	lines := make([]templateLine, end-first)
	if len(object)*len(lines) > mostCompared {
		return nil
	}
	for i := range lines {
		lines[i] = templateLineOf(l.lines[first+i])
	}
	best := make([][]int, len(object)+1) // of what is left of both
	for i := range best {
		best[i] = make([]int, len(lines)+1)
	}
	for i := len(object) - 1; i >= 0; i-- {
		line := strings.TrimRight(object[i], " \t\r")
		for k := len(lines) - 1; k >= 0; k-- {
			best[i][k] = max(best[i+1][k], best[i][k+1])
			if n := lines[k].speaks(line); n > 0 {
				best[i][k] = max(best[i][k], n+best[i+1][k+1])
			}
		}
	}
	each := make([]int, len(object))
	for i, k := 0, 0; i < len(object) && k < len(lines); {
		n := lines[k].speaks(strings.TrimRight(object[i], " \t\r"))
		switch {
		case n > 0 && best[i][k] == n+best[i+1][k+1]:
			each[i] = first + k + 1
			i, k = i+1, k+1
		case best[i][k] == best[i][k+1]:
			k++
		default:
			i++
		}
	}
	return each
}
