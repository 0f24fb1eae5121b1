package report

import (
	"strings"
	"unicode"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// withSubject are the paragraphs of a finding, the first with what it is about.
func withSubject(x *finding.Finding) []string {
	all := paragraphs(x)
	all[0] = inOneLine(named(x.Subject) + ": " + x.Message + ".")
	return all
}

// paragraphs say a finding in plain words, for formats that show one at a time:
// what is so, what follows, what it leads to, and what to do.
func paragraphs(x *finding.Finding) []string {
	all := []string{inOneLine(sentence(x.Message))}
	if x.Consequence != "" {
		all = append(all, inOneLine(x.Consequence))
	}
	for _, o := range x.LeadsTo {
		said := sentence(o.Message)
		if o.Subject != x.Subject {
			said = named(o.Subject) + ": " + o.Message + "."
		}
		if o.Consequence != "" && o.Consequence != x.Consequence {
			said += " " + o.Consequence
		}
		joined := "Leads to "
		if o.Also {
			joined = "Also "
		}
		all = append(all, inOneLine(joined+o.Obligation+": "+said))
	}
	if x.Fix != nil {
		all = append(all, inOneLine("Fix: "+x.Fix.Summary+fixAt(x.Fix)+"."))
		for _, v := range x.Fix.Values {
			all = append(all, inOneLine(ofSet(v)))
		}
	}
	return all
}

// withHint is why something could not be read, and the way out where there is one.
func withHint(f origin.Fault) string {
	if f.Hint == "" {
		return f.Reason
	}
	return f.Reason + "; " + f.Hint
}

// atPlace is a text behind the place in a file that it is about, where there is one.
func atPlace(at origin.Position, said string) string {
	if at.File == "" {
		return said
	}
	return at.String() + ": " + said
}

// inOneLine is a text in one line that shows as it reads.
func inOneLine(said string) string { return visible(strings.Join(strings.Fields(said), " ")) }

// OneLine is a text in one line that shows as it reads, whatever stands in it: an error
// is one line, and may name what stands in a file.
func OneLine(said string) string {
	return visible(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(said))
}

// visible puts the sign for a character that cannot be shown in place of what
// would move a cursor or turn the direction of writing around: no API server lets
// that into a name, but a file may hold it.
func visible(said string) string {
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if obeyed(r) {
			return unicode.ReplacementChar
		}
		return r
	}, said), string(unicode.ReplacementChar))
}

// path is a subject as one path of names: shop/Deployment/web. Of every object of
// a kind it is the kind alone.
func path(s finding.Subject) string {
	names := []string{s.Namespace, s.Kind, s.Name}
	return strings.Trim(strings.ReplaceAll(strings.Join(names, "/"), "//", "/"), "/")
}
