package waive

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Rules are what a waiver is held against: the obligations that there are, and the
// day on which it has to count, as 2006-01-02.
type Rules struct {
	Obligations []string
	Today       string
}

// ending is the date behind a reason, or in place of one.
var ending = regexp.MustCompile(`(?is)(?:^|;)\s*until\b\s*(.*)$`)

// Parse reads waivers as annotations have them: ID: reason; until 2027-01-31, one a
// line or between bars, of one obligation or of several with commas between. It is
// for the caller to say on what they are.
func Parse(text string, rules Rules) (waivers []Waiver, ignored []Ignored) {
	for one := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '|' }) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		ids, rest, found := strings.Cut(one, ":")
		if !found {
			ignored = append(ignored, Ignored{Text: one, Reason: "it has no reason", Hint: "write ID: reason; until 2027-01-31"})
			continue
		}
		w := Waiver{Reason: strings.TrimSpace(rest)}
		if m := ending.FindStringSubmatchIndex(rest); m != nil {
			w.Reason, w.Until = strings.TrimSpace(rest[:m[0]]), cmp.Or(strings.TrimSpace(rest[m[2]:m[3]]), "then")
		}
		for id := range strings.SplitSeq(ids, ",") {
			w.Obligation = strings.TrimSpace(id)
			if why, hint := rules.Wrong(&w); why != "" {
				ignored = append(ignored, Ignored{Text: one, Reason: why, Hint: hint})
				continue
			}
			waivers = append(waivers, w)
		}
	}
	return waivers, ignored
}

// Wrong is why a waiver does not count, and the way out; empty where it does.
func (r Rules) Wrong(w *Waiver) (why, hint string) {
	if !slices.Contains(r.Obligations, w.Obligation) {
		if near := responsibility.Nearest(w.Obligation, r.Obligations); len(near) > 0 {
			hint = "did you mean " + words.Or(near) + "?"
		}
		return "there is no obligation " + w.Obligation, hint
	}
	if strings.IndexFunc(w.Reason, unicode.IsLetter) < 0 {
		return "it has no reason", "write ID: reason; until 2027-01-31"
	}
	if w.Until == "" {
		return "", ""
	}
	if _, err := time.Parse(time.DateOnly, w.Until); err != nil {
		return "until " + w.Until + " is no date", "write it as 2027-01-31"
	}
	if w.Until < r.Today {
		return "it ended on " + w.Until, ""
	}
	return "", ""
}
