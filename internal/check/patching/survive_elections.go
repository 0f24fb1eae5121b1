package patching

import (
	"net"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// SurviveElections looks whether a replica set has a primary while one of its members is patched, and whether clients
// are told to find it: by the connection strings in files and inventories. What a driver does of its own it cannot tell.
var SurviveElections = check.Check{
	ID: "survive-elections", Axis: axis,
	Subjects: check.Subjects{Offerings: databases.Offerings, Untold: func(p *check.Pass) bool {
		return slices.ContainsFunc(fleet(p), func(m members) bool {
			_, said := m.elections(p)
			return !said
		})
	}},
	Run: elections,
}

func elections(p *check.Pass) {
	for _, m := range fleet(p) {
		if j, ok := m.elections(p); ok {
			setAside(p, &j)
			p.Report(j)
		}
	}
	clients(p)
}

// election is what one thing says of how an election goes.
type election struct {
	verdict         finding.Verdict
	message         string
	consequence, do string // what follows of a broken one, and what to do
}

// elections is the judgement on one set and on the connection string that its inventory gives; false where neither says
// anything.
func (m members) elections(p *check.Pass) (j check.Judgement, ok bool) {
	e := &p.Estate.Database
	x := m.votes(e)
	var worst *election
	if own := x.judge(m.complete(e)); own != nil {
		worst = own
	}
	position := e.Instances[m[0]].Position
	evidence := []finding.Evidence{}
	if x.known() {
		evidence = append(evidence, finding.Evidence{Text: x.String(), Position: position})
	}
	for _, i := range m {
		c := e.Instances[i].Connection
		if c == nil {
			continue
		}
		evidence = append(evidence, finding.Evidence{Text: "its clients connect by " + c.String(), Position: e.Instances[i].Position})
		client := judgeClient(c, x.data > 1, m.has(e, c.Hosts[0]))
		if client != nil && x.data == 2 && x.arbiters > 0 && c.W == "majority" {
			client = stalled
		}
		if client != nil && (worst == nil || rankOf(client.verdict) < rankOf(worst.verdict)) {
			worst, position = client, e.Instances[i].Position
		}
		break
	}
	if worst == nil {
		return j, false
	}
	j = check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: position,
		Verdict: worst.verdict, Message: worst.message, Evidence: evidence}
	if worst.verdict == finding.Broken {
		j.Consequence = worst.consequence
	}
	if worst.do != "" {
		j.Fix = &finding.Fix{Summary: worst.do}
	}
	return j, true
}

func rankOf(v finding.Verdict) int {
	return slices.Index([]finding.Verdict{finding.Broken, finding.Unknown, finding.Held}, v)
}

// votes are the members of a set that elect: those with data, and arbiters.
type votes struct {
	data, arbiters int
}

func (v votes) known() bool { return v.data > 0 }

func (v votes) String() string {
	said := "it has " + words.Count(v.data, "member") + " with data"
	if v.arbiters > 0 {
		said += " and " + words.Count(v.arbiters, "arbiter")
	}
	return said
}

// votes counts those that are told of a set of MongoDB. Routers are in none, config servers are another one, and read-only
// members of Atlas elect nobody.
func (m members) votes(e *database.Estate) (v votes) {
	for _, i := range m {
		x := &e.Instances[i]
		switch role := strings.ToLower(x.Role); {
		case !isMongo(x) || x.Deployment == "":
		case strings.Contains(role, "mongos"), strings.Contains(role, "config"), role == "read-only", role == "analytics":
		case strings.Contains(role, "arbiter"):
			v.arbiters++
		default:
			v.data++
		}
	}
	return v
}

func isMongo(x *database.Instance) bool {
	return x.Product == "mongodb" || x.Product == "percona-server-for-mongodb"
}

// has reports whether a host is that of a member.
func (m members) has(e *database.Estate, host string) bool {
	return slices.ContainsFunc(m, func(i int) bool { return isHost(&e.Instances[i], host) })
}

func isHost(x *database.Instance, host string) bool {
	return slices.Contains(hostsOf(x), strings.ToLower(host))
}

// hostsOf are the names by which an instance is connected to, in small letters and without ports.
func hostsOf(x *database.Instance) (all []string) {
	for _, name := range []string{x.Host, x.Name} {
		if h, _, err := net.SplitHostPort(name); err == nil {
			name = h
		}
		all = append(all, strings.ToLower(name))
	}
	return all
}

// complete reports whether all members of a set are listed: by what manages it, or by an inventory that says of each what
// it is in the set. An inventory with one of a set is likelier to lack the others.
func (m members) complete(e *database.Estate) bool {
	if len(m) == 1 && e.Instances[m[0]].By == "" {
		return false
	}
	return !slices.ContainsFunc(m, func(i int) bool {
		x := &e.Instances[i]
		return x.By == "" && x.Role == ""
	})
}

// stalled is what a set with an arbiter does to a client that waits for a majority.
//
// Source: mongodb.com/docs/manual/tutorial/mitigate-psa-performance-issues: with one member with data down, writes with w:1
// go on and those with a majority cannot succeed.
var stalled = &election{verdict: finding.Broken,
	message:     "writes wait for a majority, and while one of its two members with data is patched there is none: an arbiter keeps no data",
	consequence: "Every write waits, or fails, for as long as a member is down.",
	do:          "put a member with data in place of the arbiter"}

// judge is what the set alone says; nil for nothing, and for sets that keep a majority.
//
// Source: mongodb.com/docs/manual/core/replica-set-architectures: a primary needs a majority of all that vote.
func (v votes) judge(complete bool) *election {
	switch {
	case !v.known() || !complete:
		return nil
	case v.data == 1 && v.arbiters == 0:
		return &election{verdict: finding.Broken, message: "it has one member, and nobody who is elected while that is patched",
			consequence: "Each patch is an outage for as long as the member takes to come back.", do: "have three members with data"}
	case v.data == 2 && v.arbiters == 0:
		return &election{verdict: finding.Broken,
			message:     "it has two members, and one of two is no majority: while either is patched there is no primary",
			consequence: "No write goes through while a member is down, whichever it is.", do: "have a third member with data"}
	case v.data == 1:
		return &election{verdict: finding.Broken, message: "it has one member with data: arbiters elect nobody while that is patched",
			consequence: "Each patch is an outage for as long as the member takes to come back.", do: "have three members with data"}
	case v.data == 2:
		return &election{verdict: finding.Unknown,
			message: "it has two members with data and an arbiter: while one is patched, writes that ask for a majority wait for it, " +
				"and those that do not may be lost; for which of the two its clients ask is not told",
			do: stalled.do}
	}
	return nil
}
