package patching

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
)

// ExposureClosed looks who can open a connection to a database: by its address, the networks that its inventory tells, the
// list of its project, and its security groups.
var ExposureClosed = check.Check{
	ID: "exposure-closed", Axis: axis,
	Subjects: check.Subjects{Offerings: databases.Offerings, Untold: func(p *check.Pass) bool {
		e := &p.Estate.Database
		x := exposuresOf(p)
		for i := range e.Instances {
			if x.of(&e.Instances[i]).verdict == "" {
				return true
			}
		}
		return false
	}},
	Run: exposed,
}

// reach is who reaches one instance; no verdict where nothing tells.
type reach struct {
	verdict finding.Verdict
	says    string // of a database
	shows   string // of the instance
	fix     string
}

func exposed(p *check.Pass) {
	e := &p.Estate.Database
	x := exposuresOf(p)
	for _, m := range fleet(p) {
		j := check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: e.Instances[m[0]].Position}
		told := 0
		for _, i := range m {
			in := &e.Instances[i]
			r := x.of(in)
			if r.verdict == "" {
				continue
			}
			if told++; j.Verdict == "" || rankOf(r.verdict) < rankOf(j.Verdict) {
				j.Verdict, j.Message, j.Position = r.verdict, r.says, in.Position
				if j.Fix = nil; r.fix != "" {
					j.Fix = &finding.Fix{Summary: r.fix}
				}
			}
			j.Evidence = append(j.Evidence, finding.Evidence{Text: nameOf(in) + r.shows, Position: in.Position})
			if in.Controls != "" {
				j.Evidence = append(j.Evidence, finding.Evidence{Text: "its controls are " + in.Controls, Position: in.Position})
			}
		}
		switch {
		case told == 0:
			continue
		case j.Verdict == finding.Held && told < len(m):
			j.Verdict = finding.Unknown
			j.Message = fmt.Sprintf("of %d of its %d instances it is not known who reaches them", len(m)-told, len(m))
			j.Fix = &finding.Fix{Summary: "say of each who reaches it: network private, or its networks, under controls of the inventory"}
		case j.Verdict == finding.Broken:
			j.Consequence = "Whoever knows a flaw that needs no login can try it until the last member is patched."
			setAside(p, &j)
		}
		p.Report(j)
	}
}

func nameOf(x *database.Instance) string {
	if x.Name == "" {
		return "it "
	}
	return x.Name + " "
}

// exposures are what lists say of who may open connections.
type exposures struct {
	entries map[[2]string][]*database.Entry // by offering and account
	groups  map[string]*database.Group
	today   time.Time
}

func exposuresOf(p *check.Pass) *exposures {
	return check.Shared(p, func(p *check.Pass) *exposures {
		e := &p.Estate.Database
		x := &exposures{entries: map[[2]string][]*database.Entry{}, groups: map[string]*database.Group{}, today: p.Estate.Today}
		for i := range e.Entries {
			n := &e.Entries[i]
			if n.Until.IsZero() || n.Until.After(x.today) {
				k := [2]string{n.Offering, n.Account}
				x.entries[k] = append(x.entries[k], n)
			}
		}
		for i := range e.Groups {
			x.groups[e.Groups[i].ID] = &e.Groups[i]
		}
		return x
	})
}

const closeIt = "take its public address away, or let none but networks that you know in"

// of is who reaches an instance. What its inventory says of networks goes before what others list.
func (x *exposures) of(in *database.Instance) reach {
	if in.Networks != nil {
		return lets("its inventory", in.Networks, "")
	}
	if in.Public != nil && !*in.Public {
		return reach{finding.Held, "it has no public address", "has no public address", ""}
	}
	if all := x.entries[[2]string{in.Offering, in.Account}]; len(all) > 0 {
		return listed(all)
	}
	if in.Public == nil {
		return reach{}
	}
	if r, ok := x.grouped(in); ok {
		return r
	}
	return reach{finding.Unknown,
		"its address is public, and whether a security group or a policy lets none but known networks in was not read", "has a public address",
		"take its public address away, or look that its security group names its sources"}
}

// lets judges the networks that somebody lets in; why says what else may be let in.
func lets(who string, all []netip.Prefix, why string) reach {
	wide, some := database.Wide(all)
	switch {
	case database.Everybody(all):
		return reach{finding.Broken, "everybody can open a connection to it: " + who + " lets all addresses in",
			"is open to all addresses", closeIt}
	case some:
		return reach{finding.Unknown, fmt.Sprintf("%s lets %s in, which is too large to be known", who, wide),
			"is open to " + wide.String(), closeIt}
	case why != "":
		return reach{finding.Unknown, why, "is open to " + networks(all), ""}
	}
	return reach{finding.Held, "none but networks that are named reach it", "is open to " + networks(all), ""}
}

// networks are the first of some, as they are written.
func networks(all []netip.Prefix) string {
	const most = 3
	var said []string
	for _, n := range all[:min(most, len(all))] {
		said = append(said, n.String())
	}
	if more := len(all) - most; more > 0 {
		said = append(said, fmt.Sprintf("%d more", more))
	}
	if len(said) == 0 {
		return "no network"
	}
	return strings.Join(said, ", ")
}

// listed is who reaches the databases of a project: those of its list, and what is connected to it otherwise.
func listed(all []*database.Entry) reach {
	var in []netip.Prefix
	why := ""
	for _, n := range all {
		if n.Network.IsValid() {
			in = append(in, n.Network)
		}
		if n.More {
			why = "the list of its project goes on, and the rest was not read"
		}
	}
	return lets("the list of its project", in, why)
}

// grouped is who reaches an instance with a public address through its security groups: each lets some in. It is not
// known where none of them was read.
func (x *exposures) grouped(in *database.Instance) (r reach, ok bool) {
	var all []netip.Prefix
	why, read := "", false
	for _, id := range in.Groups {
		g := x.groups[id]
		if g == nil {
			why = "its address is public, and its security group " + id + " was not read"
			continue
		}
		read = true
		for _, rule := range g.Rules {
			if in.Port != 0 && (in.Port < rule.From || in.Port > rule.To) {
				continue
			}
			all = append(all, rule.Networks...)
			if len(rule.Lists) > 0 {
				why = "its address is public, and whom the list " + rule.Lists[0] + " in its security group has was not read"
			}
		}
	}
	if !read {
		return r, false
	}
	return lets("its security group", slices.Clip(all), why), true
}
