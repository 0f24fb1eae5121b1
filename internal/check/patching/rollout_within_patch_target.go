package patching

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// RolloutWithinPatchTarget looks whether what the customer patches has run a version with a flaw for longer
// than the target, by what is published. Where no build is named, fleet-versions-known says so.
var RolloutWithinPatchTarget = check.Check{
	ID: "rollout-within-patch-target", Axis: axis,
	Subjects: check.Subjects{
		Offerings: databases.Offerings,
		// By the few flaws that onus brings nothing is held: where none is found, nothing was looked at.
		Untold: untold,
	},
	Run: rolledOut,
}

func newJudgements(p *check.Pass) *judgements {
	return &judgements{p: p, flaws: map[string][]string{}, fixes: map[string]*advisory.Fixes{}, builds: map[[2]string]*build{}}
}

func untold(p *check.Pass) bool {
	switch {
	case p.Estate.Flaws == nil || p.Estate.Today.IsZero():
		return true
	case !p.Estate.Flaws.Few:
		return false
	}
	x := newJudgements(p)
	for i := range p.Estate.Database.Instances {
		if b := x.build(&p.Estate.Database.Instances[i]); b != nil && b.verdict != finding.Held {
			return false
		}
	}
	return true
}

func rolledOut(p *check.Pass) {
	if p.Estate.Flaws == nil || p.Estate.Today.IsZero() {
		return
	}
	x := newJudgements(p)
	for _, m := range fleet(p) {
		if j, ok := x.of(m); ok {
			setAside(p, &j)
			p.Report(j)
		}
	}
}

// setAside lowers what is said of a database that stands in a folder of tests, samples or the
// like: nobody's data is in it.
func setAside(p *check.Pass, j *check.Judgement) {
	if said := p.Estate.Folders.SetAside(filepath.ToSlash(j.Position.File)); said != "" && j.Verdict == finding.Broken {
		j.Severity, j.Because = "low", said
	}
}

// of is the judgement on one database: the worst of its members, each build that they run once; false where
// there is none on any of them.
func (x *judgements) of(m members) (j check.Judgement, ok bool) {
	e := &x.p.Estate.Database
	var builds []*build
	running := map[*build]members{}
	for _, i := range m {
		b := x.build(&e.Instances[i])
		if b == nil {
			continue
		}
		if running[b] == nil {
			builds = append(builds, b)
		}
		running[b] = append(running[b], i)
	}
	if len(builds) == 0 {
		return j, false
	}
	slices.SortStableFunc(builds, func(a, b *build) int { return rank(a) - rank(b) })
	worst := builds[0]
	if worst.verdict == finding.Held && x.p.Estate.Flaws.Few {
		return j, false
	}
	first := running[worst][0]
	j = check.Judgement{Subject: m.subject(e), Index: m[0], Place: x.p.Places.Instances[m[0]], Position: e.Instances[first].Position,
		Verdict: worst.verdict, Message: worst.message}
	if worst.verdict != finding.Held {
		j.Message = worst.of(len(running[worst]), len(m))
	}
	if j.Verdict == finding.Broken {
		j.Consequence = "Whoever reads the advisory knows what to try, and these instances still have the flaw."
		if worst.used {
			j.Consequence = "It is known to be used, and these instances still have it."
		}
	}
	for _, b := range builds {
		at := running[b]
		for _, said := range b.said {
			if len(at) > 1 {
				said = fmt.Sprintf("%d instances: %s", len(at), said)
			} else if name := e.Instances[at[0]].Name; name != "" {
				said = name + ": " + said
			}
			j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: e.Instances[at[0]].Position})
		}
	}
	j.Fix = fixOf(builds, len(m))
	switch {
	case worst.verdict != finding.Held:
	case x.blind(m):
		j.Verdict, j.Message = finding.Unknown, "the version of some of its instances is not known; "+j.Message
	case m.wanted(e) > 0:
		j.Verdict = finding.Unknown
		j.Message = "what is wanted is known, and not whether it runs yet; " + strings.Replace(j.Message, "what runs has", "it has", 1)
		j.Fix = &finding.Fix{Summary: "give the automation status of Ops Manager, too: it says which processes run what is wanted"}
	}
	return j, true
}

// wanted is how many members there are of which only what they are to run is known.
func (m members) wanted(e *database.Estate) (n int) {
	for _, i := range m {
		if e.Instances[i].Wanted {
			n++
		}
	}
	return n
}

// blind reports whether of some member nobody can say anything.
func (x *judgements) blind(m members) bool {
	return slices.ContainsFunc(m, func(i int) bool { return x.build(&x.p.Estate.Database.Instances[i]) == nil })
}

// fixOf is how all builds of a database are got rid of; nil where nothing is to do.
func fixOf(builds []*build, members int) *finding.Fix {
	var ways, after []string
	for _, b := range builds {
		if b.fix != "" && !slices.Contains(ways, b.fix) {
			ways = append(ways, b.fix)
		}
		for _, a := range b.after {
			if !slices.Contains(after, a) {
				after = append(after, a)
			}
		}
	}
	if len(ways) == 0 {
		return nil
	}
	way := strings.Join(ways, "; ")
	if members > 1 && strings.HasPrefix(way, "roll out") {
		way += "; one member after the other, the primary last"
	}
	if len(after) > 0 {
		way += "; then " + words.And(after)
	}
	return &finding.Fix{Summary: way}
}

// of is the message where n of all instances run the build.
func (b *build) of(n, all int) string {
	switch {
	case all == 1 && b.runs:
		return "it runs " + b.message
	case all == 1:
		return b.message
	}
	which := fmt.Sprintf("%d of its %d instances", n, all)
	if n == all {
		which = fmt.Sprintf("all of its %d instances", n)
	}
	if !b.runs {
		return which + ": " + b.message
	}
	return which + " " + words.Agree(n, "runs", "run") + " " + b.message
}

// rank has the worst come first, and of two such the one with a flaw that is used.
func rank(b *build) int {
	n := 2 * slices.Index([]finding.Verdict{finding.Broken, finding.Unknown, finding.Held}, b.verdict)
	if b.used {
		return n
	}
	return n + 1
}
