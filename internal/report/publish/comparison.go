package publish

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// Comparison says what became of the findings of one result in another one. Old and
// newer are the names of their files.
func Comparison(old string, before *published.Findings, newer string, after *published.Findings) published.Comparison {
	c := published.Comparison{
		Head: published.Head{Schema: published.ComparisonSchema}, Old: old, New: newer,
		Owners: []published.OwnerCount{}, Changes: []published.Change{}, Notes: []string{},
	}
	was, is := openIn(before), openIn(after)
	now := map[string]*finding.Finding{}
	for i := range after.Findings {
		now[after.Findings[i].Fingerprint] = &after.Findings[i]
	}
	for i := range after.Findings {
		if x := &after.Findings[i]; isOpen(x) && !was[x.Fingerprint] {
			c.Changes = append(c.Changes, changed("new", x))
		}
	}
	for i := range before.Findings {
		x := &before.Findings[i]
		if !isOpen(x) {
			continue
		}
		y := now[x.Fingerprint]
		switch {
		case is[x.Fingerprint] && y != nil:
			c.Changes = append(c.Changes, changed("still", y))
		case is[x.Fingerprint]: // it is told with another one now
			c.Changes = append(c.Changes, changed("still", x))
		case y == nil:
			c.Changes = append(c.Changes, changed("gone", x))
		default:
			c.Changes = append(c.Changes, changed(map[finding.Verdict]string{
				finding.Held: "cured", finding.Waived: "waived", finding.Unknown: "undecided", finding.Known: "undecided",
			}[y.Verdict], y))
		}
	}
	slices.SortStableFunc(c.Changes, func(a, b published.Change) int {
		severity := func(x published.Change) int { return slices.Index(finding.Severities, x.Severity) }
		return cmp.Or(severity(a)-severity(b), a.Subject.Compare(b.Subject), strings.Compare(a.Obligation, b.Obligation))
	})
	tally(&c)
	for _, of := range []struct {
		file string
		f    *published.Findings
	}{{old, before}, {newer, after}} {
		if of.f.Filter != nil {
			c.Notes = append(c.Notes, of.file+" has not all that was found: flags left findings out")
		}
		if n := len(of.f.Unreadable) + len(of.f.Unread); n > 0 {
			c.Notes = append(c.Notes, fmt.Sprintf("for %s %s could not be read", of.file, words.Count(n, "part of the input", "parts of the input")))
		}
	}
	return c
}

// isOpen reports whether a finding is broken, and not accepted.
func isOpen(x *finding.Finding) bool {
	return x.Verdict == finding.Broken || x.Verdict == finding.Known && x.Was == finding.Broken
}

// openIn are the fingerprints of what is broken in a result, and of what is told with
// that.
func openIn(f *published.Findings) map[string]bool {
	all := map[string]bool{}
	for i := range f.Findings {
		x := &f.Findings[i]
		if !isOpen(x) {
			continue
		}
		all[x.Fingerprint] = true
		for _, o := range x.LeadsTo {
			all[o.Fingerprint] = true
		}
		for _, a := range x.AlsoIn {
			all[a.Fingerprint] = true
		}
	}
	return all
}

func changed(became string, x *finding.Finding) published.Change {
	return published.Change{
		Became: became, Obligation: x.Obligation, Severity: x.Severity, Owner: x.Owner, Subject: x.Subject, Message: x.Message,
		Position: x.Position, Fingerprint: x.Fingerprint,
	}
}

// tally counts the changes, in all and by owner.
func tally(c *published.Comparison) {
	owned := false
	for _, x := range c.Changes {
		i := slices.IndexFunc(c.Owners, func(o published.OwnerCount) bool { return o.Owner == x.Owner })
		if i < 0 {
			i = len(c.Owners)
			c.Owners = append(c.Owners, published.OwnerCount{Owner: x.Owner})
		}
		owned = owned || x.Owner != ""
		for _, n := range []*published.Became{&c.Summary, &c.Owners[i].Became} {
			switch x.Became {
			case "new":
				n.New++
			case "still":
				n.Still++
			case "cured":
				n.Cured++
			case "gone":
				n.Gone++
			case "waived":
				n.Waived++
			default:
				n.Undecided++
			}
		}
	}
	if !owned {
		c.Owners = []published.OwnerCount{}
	}
	slices.SortFunc(c.Owners, func(a, b published.OwnerCount) int {
		return cmp.Or(b.New+b.Still-a.New-a.Still, strings.Compare(a.Owner, b.Owner))
	})
}
