// Package fleet makes a fleet that is to be patched out of the database instances that were read:
// which make one deployment, what each is in it, who patches it, when that may be, and which of
// them have a flaw at all.
package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/velocity"
	"github.com/onus-project/onus/internal/version"
	"github.com/onus-project/onus/internal/words"
)

// Asked is what a fleet is made for.
type Asked struct {
	// Flaws are those that are to be gone, by Advisories; none for a fix that everything is to get.
	Flaws      []string
	Advisories *advisory.Set
	Concern    int // members with data that a write waits for; 0 for what each product does by itself
}

// Fleet is one, with where it is from.
type Fleet struct {
	velocity.Fleet
	Unknown int // instances of which it is not known whether they have a flaw: they are patched, too
	Shared  int // deployments whose patches come from both parties: they are taken as the customer's
	Guessed int // deployments of which nobody says which member is the primary
	Faults  []*document.Error
	// Of are the instances that the members of each deployment are, and Fixes the version by which each gets rid of its
	// flaws: empty where it has none, or none is known.
	Of    [][]*database.Instance
	Fixes [][]string

	windows map[string]int
	fixes   map[string]*advisory.Fixes // by product
}

// axis is that on which it is decided who patches.
const axis = "patching"

// rollout is the layer that says who does.
const rollout = "rollout"

// Add adds the instances of an estate, each of which is placed.
func (f *Fleet) Add(e *database.Estate, places []locate.Place, asked *Asked) {
	type key struct{ account, region, deployment, name string }
	at := map[key]int{}
	for i := range e.Instances {
		x := &e.Instances[i]
		k := key{account: x.Account, deployment: x.Deployment}
		if x.Deployment == "" {
			k.region, k.name = x.Region, x.Name
		}
		n, ok := at[k]
		if !ok {
			n = len(f.Deployments)
			at[k] = n
			f.begin(x, places[i].Offering, asked)
		}
		f.member(n, x, asked)
	}
	for _, n := range at {
		f.finish(n)
	}
}

// begin adds a deployment by its first instance.
func (f *Fleet) begin(x *database.Instance, on *responsibility.Offering, asked *Asked) {
	d := velocity.Deployment{Name: cmp.Or(x.Deployment, x.Name), Tier: on.ID, Account: x.Account, Region: x.Region, Zone: x.Zone,
		Quorum: quorumOf(x.Product), Concern: asked.Concern, Deferrals: f.deferrals(x),
		Window: f.window("window", x.Window, x), Protected: f.window("protected", x.Protected, x)}
	switch on.Line[axis][rollout].Party {
	case responsibility.Provider:
		d.Provider, d.BeginsOnly = true, true
	case responsibility.Split:
		f.Shared++
	}
	f.Deployments = append(f.Deployments, d)
	f.Of, f.Fixes = append(f.Of, nil), append(f.Fixes, nil)
}

// member adds an instance to its deployment.
func (f *Fleet) member(n int, x *database.Instance, asked *Asked) {
	d := &f.Deployments[n]
	m := velocity.Member{Name: cmp.Or(x.Name, fmt.Sprintf("member %d", len(d.Members)+1)), Part: partOf(x.Role), Role: roleOf(x.Role)}
	if m.Part != velocity.Shard {
		m.Set = fmt.Sprint(m.Part)
	}
	if len(asked.Flaws) > 0 {
		f.judge(n, x, asked, &m)
	}
	if m.Role == velocity.Primary && x.Region != "" {
		d.Region, d.Zone = x.Region, x.Zone // where its writes go
	}
	if s := stratum(x); !m.Fixed && !strings.Contains(d.Stratum, s) {
		d.Stratum = strings.TrimPrefix(d.Stratum+", "+s, ", ")
	}
	d.Members = append(d.Members, m)
	f.Of[n] = append(f.Of[n], x)
	f.Fixes[n] = append(f.Fixes[n], f.fixFor(x, asked, m.Fixed))
}

// fixFor is the version that an instance is to get; empty where it has it, or nobody says.
func (f *Fleet) fixFor(x *database.Instance, asked *Asked, fixed bool) string {
	p, ok := x.Versions()
	if fixed || !ok || len(asked.Flaws) == 0 {
		return ""
	}
	return f.fix(x, p, asked)
}

// judge says of an instance whether it has a flaw, and by which version it is gone.
func (f *Fleet) judge(n int, x *database.Instance, asked *Asked, m *velocity.Member) {
	product, ok := x.Versions()
	m.Fixed = true
	unknown := false
	for _, flaw := range asked.Flaws {
		if !ok { // records of products that are not known have none
			if slices.ContainsFunc(asked.Advisories.Of(flaw), func(r *advisory.Record) bool { return len(r.Affects) == 0 }) {
				m.Fixed, unknown = false, true
			}
			continue
		}
		st := asked.Advisories.Judge(flaw, product, x.Version)
		switch st.State {
		case advisory.Exposed:
			m.Fixed = false
		case advisory.Lost:
			m.Fixed = false
			f.Deployments[n].NoFix = f.lostSaid(flaw, x, product, asked)
		case advisory.Unknown:
			m.Fixed, unknown = false, true
		}
	}
	if unknown {
		f.Unknown++
	}
}

// fix is the lowest version without any of the flaws that are to be gone; empty where none is known.
func (f *Fleet) fix(x *database.Instance, p version.Product, asked *Asked) string {
	if f.fixes == nil {
		f.fixes = map[string]*advisory.Fixes{}
	}
	if f.fixes[p.Name] == nil {
		f.fixes[p.Name] = asked.Advisories.Fixes(p, asked.Flaws)
	}
	to, _ := f.fixes[p.Name].After(x.Version)
	return to
}

func (f *Fleet) lostSaid(flaw string, x *database.Instance, p version.Product, asked *Asked) string {
	said := flaw + " has no fix for the branch of " + x.Product + " " + x.Version
	if to := f.fix(x, p, asked); to != "" {
		said += "; " + to + " is the next version that has one"
	}
	return said
}

// finish looks at a deployment as a whole: one without a primary has it at last.
func (f *Fleet) finish(n int) {
	d := &f.Deployments[n]
	if len(d.Members) < 2 || slices.ContainsFunc(d.Members, func(m velocity.Member) bool { return m.Role == velocity.Primary }) {
		return
	}
	f.Guessed++
	for i := len(d.Members) - 1; i >= 0; i-- {
		if d.Members[i].Role == velocity.Secondary && d.Members[i].Part == velocity.Shard {
			d.Members[i].Role = velocity.Primary
			return
		}
	}
}

// mostDeferrals is more weeks than any provider lets maintenance be put off.
const mostDeferrals = 52

// deferrals are the weeks by which the owner of an instance puts maintenance off.
func (f *Fleet) deferrals(x *database.Instance) int {
	if x.Deferrals == "" {
		return 0
	}
	n, err := strconv.Atoi(x.Deferrals)
	if err != nil || n < 0 || n > mostDeferrals {
		f.Faults = append(f.Faults, &document.Error{File: x.Position.File, Line: x.Position.Line, Field: "deferrals",
			Msg:  fmt.Sprintf("is %q, wants a number of weeks from 0 to %d", x.Deferrals, mostDeferrals),
			Hint: "it is left out: nothing is put off"})
		return 0
	}
	return n
}

// window is the number of some hours of an instance.
func (f *Fleet) window(field, text string, x *database.Instance) int {
	if text == "" {
		return velocity.None
	}
	if f.windows == nil {
		f.windows = map[string]int{}
	}
	if n, ok := f.windows[text]; ok {
		return n
	}
	w, err := disruption.ParseEitherWindow(text)
	n := len(f.Windows)
	if err != nil {
		n = velocity.None
		f.Faults = append(f.Faults, &document.Error{File: x.Position.File, Line: x.Position.Line, Field: field, Msg: err.Error(),
			Hint: "it is left out: patches of those that have it may begin at any time"})
	} else {
		f.Windows = append(f.Windows, w)
	}
	f.windows[text] = n
	return n
}

// byReplica are the products whose sets have a primary and copies of it, and no votes.
var byReplica = []string{"postgresql", "aurora-mysql", "aurora-postgresql", "mysql", "mariadb", "redis", "valkey", "keydb"}

func quorumOf(product string) velocity.Quorum {
	if slices.Contains(byReplica, product) {
		return velocity.ByReplica
	}
	return velocity.ByVotes
}

// roleOf is what a member is by the word for it, of whichever product.
func roleOf(role string) velocity.Role {
	role = strings.ToLower(role)
	has := func(any ...string) bool {
		return slices.ContainsFunc(any, func(s string) bool { return strings.Contains(role, s) })
	}
	switch {
	case has("arbiter"):
		return velocity.Arbiter
	case has("hidden", "delayed", "analytics"):
		return velocity.Hidden
	case has("primary", "master", "writer", "leader"):
		return velocity.Primary
	}
	return velocity.Secondary
}

// partOf is what a set is in a sharded cluster, by the word for a member of it.
func partOf(role string) velocity.Part {
	role = strings.ToLower(role)
	switch {
	case strings.Contains(role, "config"):
		return velocity.ConfigServers
	case strings.Contains(role, "mongos"), strings.Contains(role, "router"):
		return velocity.Router
	}
	return velocity.Shard
}

// stratum is what a fault of a fix may depend on: the product, its branch, its edition.
func stratum(x *database.Instance) string {
	branch := x.Version
	if p, ok := x.Versions(); ok {
		if v, ok := p.Parse(x.Version); ok {
			branch = v.Branch()
		}
	}
	return strings.Join(slices.DeleteFunc([]string{x.Product, branch, x.Edition}, func(s string) bool { return s == "" }), " ")
}

// Assumes is what the fleet rests on that was not read.
func (f *Fleet) Assumes() []string {
	all := []string{}
	add := func(n int, thing, says string) {
		if n > 0 {
			all = append(all, words.Count(n, thing)+" "+says)
		}
	}
	add(f.Unknown, "instance", "may have a flaw or not: they are patched with the others")
	add(f.Shared, "deployment", "are patched by both parties: they are taken as yours")
	add(f.Guessed, "deployment", "do not say which member is the primary: one is taken for it")
	return all
}
