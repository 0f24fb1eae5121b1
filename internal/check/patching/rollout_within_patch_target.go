package patching

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// RolloutWithinPatchTarget looks whether what the customer patches still runs a version with
// a flaw that is published. It is silent on products of which no advisory speaks.
var RolloutWithinPatchTarget = check.Check{ID: "rollout-within-patch-target", Axis: axis, Subjects: databases, Run: patched}

// usual is how long patching may take where nobody set a target: CISA gives agencies three weeks for
// nearly all that is on its list of known exploited vulnerabilities.
const usual = 21 * 24 * time.Hour

// mostMembers is how many members a finding names one by one.
const mostMembers = 10

func patched(p *check.Pass) {
	if p.Estate.Flaws == nil {
		return
	}
	about := map[string][]string{} // the flaws of a product, as advisories name it
	for _, m := range fleet(p) {
		var exposures []exposure
		for _, id := range m.flaws(p, about) {
			if x := m.exposed(p, id); x.spoken {
				exposures = append(exposures, x)
			}
		}
		if len(exposures) == 0 || m.nameless(p, exposures) {
			continue
		}
		if j := m.rollout(p, exposures); j.Verdict != finding.Held || !p.Estate.Flaws.Few {
			p.Report(j)
		}
	}
}

// flaws are those of which advisories say something of a product of its members.
func (m members) flaws(p *check.Pass, about map[string][]string) []string {
	var all []string
	for _, i := range m {
		product, ok := p.Estate.Database.Instances[i].Versions()
		if !ok {
			continue
		}
		name := product.Flaws()
		if _, asked := about[name]; !asked {
			about[name] = p.Estate.Flaws.About(name)
		}
		switch {
		case len(all) == 0:
			all = about[name]
		case !slices.Equal(all, about[name]):
			all = slices.Clone(all)
			for _, id := range about[name] {
				if !slices.Contains(all, id) {
					all = append(all, id)
				}
			}
		}
	}
	return all
}

// nameless reports whether all that is not known is which builds run: fleet-versions-known tells that.
func (m members) nameless(p *check.Pass, all []exposure) bool {
	some := false
	for k := range all {
		if len(all[k].affected) > 0 {
			return false
		}
		for _, i := range all[k].unknown {
			x := &p.Estate.Database.Instances[i]
			if product, ok := x.Versions(); ok && product.Names(x.Version) {
				return false
			}
			some = true
		}
	}
	return some
}

// exposure is how the members of a database stand to one flaw.
type exposure struct {
	flaw                    string
	spoken                  bool // some advisory is about their product
	affected, lost, unknown []int
	fixes                   []string // the versions to go to
	said                    []finding.Evidence
	differ                  bool
	after                   []string
}

func (m members) exposed(p *check.Pass, flaw string) exposure {
	x := exposure{flaw: flaw}
	for _, i := range m {
		instance := &p.Estate.Database.Instances[i]
		product, ok := instance.Versions()
		if !ok {
			continue
		}
		s := p.Estate.Flaws.Judge(flaw, product, instance.Version)
		if s.State == advisory.Other {
			continue
		}
		x.spoken, x.differ = true, x.differ || s.Differ
		switch s.State {
		case advisory.Exposed:
			x.affected = append(x.affected, i)
		case advisory.Lost:
			x.affected, x.lost = append(x.affected, i), append(x.lost, i)
		case advisory.Unknown:
			x.unknown = append(x.unknown, i)
		default:
			continue
		}
		if s.Fix != "" && !slices.Contains(x.fixes, s.Fix) {
			x.fixes = append(x.fixes, s.Fix)
		}
		if len(x.said) < mostMembers {
			text := strings.TrimSpace(instance.Product+" "+instance.Version) + ": " + s.Why[0]
			if instance.Name != "" {
				text = instance.Name + ", " + text
			}
			x.said = append(x.said, finding.Evidence{Text: text, Position: instance.Position})
		}
	}
	for _, r := range p.Estate.Flaws.Of(flaw) {
		x.after = append(x.after, r.After...)
	}
	return x
}

// rollout is the judgement on one database: by the flaws that it still has; of those, the ones known to
// be used come first.
func (m members) rollout(p *check.Pass, all []exposure) check.Judgement {
	first := &p.Estate.Database.Instances[m[0]]
	j := check.Judgement{Subject: m.subject(&p.Estate.Database), Index: m[0], Place: p.Places.Instances[m[0]], Position: first.Position}
	open := slices.DeleteFunc(slices.Clone(all), func(x exposure) bool { return len(x.affected) == 0 })
	unclear := slices.DeleteFunc(slices.Clone(all), func(x exposure) bool { return len(x.unknown) == 0 })
	switch {
	case len(open) > 0:
		m.open(p, &j, open)
	case len(unclear) > 0:
		x := &unclear[0]
		j.Verdict, j.Evidence = finding.Unknown, x.said
		j.Message = fmt.Sprintf("whether %s has %s cannot be told", m.count(x.unknown), named(unclear))
	default:
		j.Verdict, j.Message = finding.Held, fmt.Sprintf("%s without %s", words.Count(len(m), "instance"), named(all))
	}
	return j
}

// open says what an attacker finds.
func (m members) open(p *check.Pass, j *check.Judgement, open []exposure) {
	x := &open[0]
	set := p.Estate.Flaws
	public := set.Public(x.flaw)
	used, known := set.Exploited(x.flaw)
	j.Verdict, j.Evidence = finding.Broken, x.said
	j.Message = fmt.Sprintf("%s %s %s", m.count(x.affected), words.Agree(len(x.affected), "has", "have"), named(open))
	if more := len(x.affected) + len(x.unknown) - len(x.said); more > 0 {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: words.Count(more, "more instance") + " of it"})
	}
	late := known
	if days := p.Estate.Today.Sub(public); !public.IsZero() && !p.Estate.Today.IsZero() && days >= 0 {
		j.Message += fmt.Sprintf(", public since %s (%s)", public.Format("2 January 2006"), words.Count(int(days/(24*time.Hour)), "day"))
		late = late || days > usual
	}
	j.Consequence = "Attackers read the same advisory."
	if known {
		j.Consequence = fmt.Sprintf("It has been known to be used since %s.", used.Since.Format("2 January 2006"))
	}
	if !late {
		j.Severity = "medium"
	}
	j.Fix = &finding.Fix{Summary: x.way(len(m))}
	if x.differ {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "sources differ on it; what any of them calls affected counts"})
	}
	for k := range open[1:] {
		j.Evidence = append(j.Evidence, open[k+1].said...)
	}
}

// way is how to get rid of a flaw.
func (x *exposure) way(of int) string {
	way := "keep all but known networks from it: no advisory names a version without the flaw"
	if len(x.fixes) > 0 {
		way = "patch it to " + words.Or(x.fixes) + " or later"
		if of > 1 {
			way += ", one member after the other, the primary last"
		}
	}
	if len(x.lost) > 0 && len(x.fixes) > 0 {
		way += "; its own branch gets no fix"
	}
	if len(x.after) > 0 {
		way += "; then " + words.And(slices.Compact(slices.Clone(x.after)))
	}
	return way
}

// count says of how many members something is so.
func (m members) count(some []int) string {
	switch {
	case len(m) == 1:
		return "it"
	case len(some) == len(m):
		return fmt.Sprintf("each of its %d instances", len(m))
	}
	return fmt.Sprintf("%d of its %d instances", len(some), len(m))
}

// named are the flaws of exposures, the first few by name.
func named(all []exposure) string {
	const most = 3
	var names []string
	for i := range all[:min(len(all), most)] {
		names = append(names, all[i].flaw)
	}
	if more := len(all) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return words.And(names)
}
