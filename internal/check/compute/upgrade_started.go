package compute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// UpgradeStarted looks for clusters of a version that their provider does not support any
// more, or not for long.
var UpgradeStarted = check.Check{
	ID: "upgrade-started", Axis: Axis,
	Subjects: check.Subjects{There: func(p *check.Pass) bool { return len(clustersOf(p)) > 0 }},
	Run: func(p *check.Pass) {
		for _, x := range clustersOf(p) {
			upgradeStarted(p, x)
		}
	},
}

// soonEnds is how long before the end of support an upgrade is to be planned.
//
// Source: AWS announces the end at least 60 days ahead (aws-eks-versions).
const soonEnds = 60 * 24 * time.Hour

// mostPast is how many minor versions past the newest that the catalog knows a version is taken for one:
// there are three a year, and 1.320 is a slip for 1.32.
const mostPast = 3

// versioned is a cluster of which it is known until when its version is supported.
type versioned struct {
	subject  finding.Subject
	at       locate.Place
	version  string
	where    string    // the path of it
	ends     time.Time // the last day of its support
	after    string    // the version before it that ends is of; empty where ends is its own
	far      bool      // it is so far past that, that it may be a slip
	then     string
	extended *responsibility.ExtendedSupport
	byVar    bool // it is the default of a variable
	position origin.Position
	stated   origin.Position // where the version stands
}

// clustersOf are those of which a version was read that the catalog has a date for: what
// objects make, and the cluster that was read. What is asked for by --as is about nodes.
func clustersOf(p *check.Pass) []versioned {
	e := p.Estate.Kubernetes
	at := p.Places.Fallback
	if p.Estate.Today.IsZero() {
		return nil
	}
	var all []versioned
	for _, o := range p.Catalog.Offerings {
		if o.Support == nil || at.Basis == locate.Asked && p.Catalog.SupportOf(at.Offering) != o.Support {
			continue
		}
		for i := range e.Objects {
			if x, ok := clusterMade(o, &e.Objects[i]); ok {
				all = append(all, x)
			}
		}
	}
	if minor := serverOf(e); minor > 0 && len(e.Contexts) == 1 && at.Offering != nil && !at.Offering.Undecided() {
		if s := p.Catalog.SupportOf(at.Offering); s != nil {
			x := versioned{
				subject: finding.Subject{Kind: "Cluster", Name: e.Contexts[0]}, at: at, version: fmt.Sprintf("1.%d", minor),
				where: "version of the API server", then: s.Then, extended: s.Extended,
			}
			if x.ends, _ = s.Ends(x.version); !x.ends.IsZero() {
				all = append(all, x)
			}
		}
	}
	return all
}

// OfClusters reports whether some objects say what is checked of clusters by themselves, whatever
// runs in them: the version of one, or the image of its nodes. Where none does, made is one that
// makes a cluster; nil for none.
func OfClusters(c *responsibility.Catalog, objects []kubernetes.Object) (told bool, made *kubernetes.Object) {
	for i := range objects {
		x := &objects[i]
		if namesImage(x) {
			return true, nil
		}
		for _, o := range c.Offerings {
			if o.Support == nil {
				continue
			}
			if _, ok := clusterMade(o, x); ok {
				return true, nil
			}
			if slices.ContainsFunc(o.Support.Clusters, func(k responsibility.ClusterKind) bool {
				_, ok := fields.OfObject(x).Match(responsibility.Rule{All: k.All})
				return ok
			}) {
				made = x
			}
		}
	}
	return false, made
}

// clusterMade is the cluster that an object makes on an offering; false where it makes none, or the
// catalog has no date for its version.
func clusterMade(o *responsibility.Offering, x *kubernetes.Object) (versioned, bool) {
	has := fields.OfObject(x)
	for k := range o.Support.Clusters {
		kind := &o.Support.Clusters[k]
		if _, ok := has.Match(responsibility.Rule{All: kind.All}); !ok {
			continue
		}
		if slices.ContainsFunc(kind.Unless, func(c responsibility.Condition) bool { _, ok := has.Satisfies(c); return ok }) {
			continue
		}
		for _, path := range kind.Version {
			minor := minorOf(x.Values[path])
			if minor == 0 {
				continue
			}
			version, stated := fmt.Sprintf("1.%d", minor), x.Position
			if at, is := x.At[path]; is {
				stated = at
			}
			ends, known := o.Support.Ends(version)
			after, far := "", false
			if newest, last := o.Support.Newest(); minor > newest && newest > 0 {
				ends, known, after = last, true, fmt.Sprintf("1.%d", newest)
				far = minor > newest+mostPast
			}
			_, name, _ := strings.Cut(x.API, "/")
			return versioned{
				subject: finding.Subject{Namespace: x.Namespace, Kind: name, Name: x.Name}, version: version, where: path, ends: ends,
				at:   locate.Place{Offering: o, Basis: locate.Proof, Evidence: locate.Seen("it makes a cluster of " + o.Provider)},
				then: o.Support.Then, extended: o.Support.Extended, byVar: slices.Contains(x.Defaults, path), position: x.Position,
				stated: stated, after: after, far: far,
			}, known
		}
	}
	return versioned{}, false
}

// extendedEnd is the last day of its extended support; zero where there is none.
func (x *versioned) extendedEnd() time.Time {
	if x.extended == nil {
		return time.Time{}
	}
	return x.ends.AddDate(0, x.extended.Months, 0)
}

// upgradeStarted says of a cluster whether its version is supported, today and for a while.
func upgradeStarted(p *check.Pass, x versioned) {
	end := x.ends.Format("2 January 2006")
	j := check.Judgement{
		Subject: x.subject, Place: x.at, Position: x.position, Verdict: finding.Held,
		Message:  fmt.Sprintf("is of version %s, which has standard support until %s", x.version, end),
		Evidence: []finding.Evidence{{Text: x.where + " " + x.version, Position: x.stated}},
	}
	left := x.ends.AddDate(0, 0, 1).Sub(p.Estate.Today)
	switch {
	case x.after != "" && left > 0 && !x.far:
		j.Message = fmt.Sprintf("is of version %s, which has standard support no shorter than %s, until %s", x.version, x.after, end)
	case x.after != "":
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("is of version %s; until when that has standard support is not known here", x.version)
	case left <= 0:
		j.Verdict = finding.Broken
		j.Message = fmt.Sprintf("is of version %s, whose standard support ended on %s", x.version, end)
		j.Consequence = x.then
		if end := x.extendedEnd(); !end.IsZero() && end.AddDate(0, 0, 1).Sub(p.Estate.Today) <= 0 {
			j.Message += " and whose extended support ended on " + end.Format("2 January 2006")
			j.Consequence = x.extended.Then
		}
	case left <= soonEnds:
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("is of version %s, whose standard support ends on %s; whether an upgrade is planned before that was not read",
			x.version, end)
	}
	if j.Verdict != finding.Held && x.after == "" {
		j.Fix = &finding.Fix{Summary: "start the upgrade, one minor version after the other, up to one that is supported for longer"}
		if x.byVar {
			j.Verdict, j.Consequence = finding.Unknown, ""
			j.Severity, j.Because = "low", "another version may be set where this is used"
			j.Message += ", unless a variable sets another one"
		}
	}
	report(p, j)
}
