// Package finding is what onus has to say: one obligation on one subject, with
// its verdict, its evidence and its fix. It is a leaf: every axis makes
// findings, every output shows them, and none of them knows the others.
package finding

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/origin"
)

// Verdict is the outcome of one look at one obligation. Held means looked at.
type Verdict string

// The verdicts.
const (
	Held    Verdict = "held"
	Broken  Verdict = "broken"
	Unknown Verdict = "unknown"
	Waived  Verdict = "waived"
	Known   Verdict = "known" // broken or unknown, and in the baseline
)

// Subject is what a finding is about: an object of a cluster, a database
// instance, a resource of a cloud account, an add-on. It has a kind and a name,
// and of the rest what applies to its kind. Name is empty where the finding is
// about every object of the kind, because none could be read.
type Subject struct {
	Account   string `json:"account,omitempty"` // of a cloud
	Region    string `json:"region,omitempty"`
	ARN       string `json:"arn,omitempty"`
	Unit      string `json:"unit,omitempty"` // the build that declares it: a chart, an overlay, a Terraform root
	Cluster   string `json:"cluster"`
	Namespace string `json:"namespace"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
}

// Words are kind and name: Deployment shop/web.
func (s Subject) Words() string {
	if s.Namespace == "" {
		return s.Kind + " " + s.Name
	}
	return s.Kind + " " + s.Namespace + "/" + s.Name
}

// Compare orders subjects by where they are, and then by kind and name.
func (s Subject) Compare(o Subject) int {
	return cmp.Or(
		strings.Compare(s.Account, o.Account), strings.Compare(s.Region, o.Region), strings.Compare(s.Cluster, o.Cluster),
		strings.Compare(s.Unit, o.Unit),
		strings.Compare(s.Namespace, o.Namespace), strings.Compare(s.Kind, o.Kind), strings.Compare(s.Name, o.Name),
		strings.Compare(s.ARN, o.ARN),
	)
}

// Severities are those that a finding may have, the gravest first.
var Severities = []string{"high", "medium", "low"}

// Finding is one obligation on one subject. Its JSON is published as part of
// onus.findings/v1.
type Finding struct {
	Obligation  string  `json:"obligation"`
	Verdict     Verdict `json:"verdict"`
	LoadBearing bool    `json:"loadBearing"`
	Severity    string  `json:"severity"`
	// SeverityBecause is why it is below that of the obligation; empty where it is not.
	SeverityBecause string  `json:"severityBecause,omitempty"`
	Subject         Subject `json:"subject"`
	Offering        string  `json:"offering"`
	// Candidates are the offerings of which Offering stands for one, where it is
	// not known for which; the finding holds on each.
	Candidates []string `json:"candidates,omitempty"`
	Basis      string   `json:"basis"` // how it is known that the subject stands there
	Layer      string   `json:"layer"`
	Party      string   `json:"party,omitempty"` // who holds the layer there; empty where that is open
	Message    string   `json:"message"`
	// Doubt is with what the message ends, where that says why it may not be so, and
	// Undoubted the message without it.
	Doubt       string     `json:"doubt,omitempty"`
	Undoubted   string     `json:"undoubted,omitempty"`
	Consequence string     `json:"consequence,omitempty"`
	Evidence    []Evidence `json:"evidence"`
	// Wanted is what tells of a single pod that several are wanted, where that is asked.
	Wanted   *Wanted         `json:"wanted,omitempty"`
	Fix      *Fix            `json:"fix,omitempty"`
	Sources  []string        `json:"sources"`
	Position origin.Position `json:"position"`
	// Fingerprint tells the finding from others, and is the same in each look.
	Fingerprint string `json:"fingerprint"`
	// Outcome says that the finding is about what comes of everything together,
	// such as a service that falls; others are about one of the reasons.
	Outcome bool `json:"outcome,omitempty"`
	// BlocksNodes says that it holds up the replacement of nodes while it is
	// broken, for all that runs on them.
	BlocksNodes bool `json:"blocksNodes,omitempty"`
	// LeadsTo are the outcomes that this finding explains. They have no entry of
	// their own.
	LeadsTo []Outcome `json:"leadsTo,omitempty"`
	// Owner is who of the customer holds the subject, where something says so.
	Owner string `json:"owner,omitempty"`
	// Was is the verdict without the baseline, where it is Known.
	Was Verdict `json:"was,omitempty"`
	// Waiver is by what it is accepted, where its verdict is Waived.
	Waiver *Waiver `json:"waiver,omitempty"`
	// AlsoIn are other units that state the same object in another way, as a chart does
	// beside plain manifests: the same holds there, and has no entry of its own.
	AlsoIn []Also `json:"alsoIn,omitempty"`
	// Copies are the findings that have one cause with this one, which stands for them: each
	// names it as CopyOf, by its fingerprint.
	Copies []Copy `json:"copies,omitempty"`
	CopyOf string `json:"copyOf,omitempty"`
}

// Copy is a finding that is of one cause with another one: in another unit, or of another
// object that the same value makes.
type Copy struct {
	Subject     Subject `json:"subject"`
	Fingerprint string  `json:"fingerprint"`
	origin.Position
}

// Beside are the objects of its own unit that are of one cause with it.
func (f *Finding) Beside() []Subject {
	var all []Subject
	for i := range f.Copies {
		if s := f.Copies[i].Subject; s.Unit == f.Subject.Unit {
			all = append(all, s)
		}
	}
	return all
}

// Wanted is by what it is known of a workload of one pod that its owner wants several, or
// would mind its absence.
type Wanted struct {
	Told  []string `json:"told"`            // what tells so
	Needs int      `json:"needs"`           // how many such things it takes for more than a low severity
	Value bool     `json:"value,omitempty"` // that its chart has a value for it is one of them, and not among those told
	// Hints says that those told, whatever their number, tell no more than a low severity.
	Hints bool `json:"hints,omitempty"`
}

// Also is where the same holds as a finding says, with the fingerprint that it would have
// there.
type Also struct {
	Unit        string `json:"unit"`
	Fingerprint string `json:"fingerprint"`
	origin.Position
}

// MarshalJSON writes the unit of the subject a second time, beside it, where
// onus.findings/v1 first had it.
func (f Finding) MarshalJSON() ([]byte, error) {
	type fields Finding // without this method
	return DataOf(struct {
		fields
		Unit string `json:"unit,omitempty"`
	}{fields(f), f.Subject.Unit}), nil
}

// MarshalJSONTo is MarshalJSON for a writer that streams.
func (f Finding) MarshalJSONTo(to *jsontext.Encoder) error {
	type fields Finding
	return json.MarshalEncode(to, struct {
		fields
		Unit string `json:"unit,omitempty"`
	}{fields(f), f.Subject.Unit})
}

// Outcome is what a finding leads to: what would be a finding of its own, if
// nothing explained it.
type Outcome struct {
	Obligation  string     `json:"obligation"`
	Verdict     Verdict    `json:"verdict"`
	Basis       string     `json:"basis"`
	Subject     Subject    `json:"subject"`
	Message     string     `json:"message"`
	Doubt       string     `json:"doubt,omitempty"`
	Consequence string     `json:"consequence,omitempty"`
	Evidence    []Evidence `json:"evidence"`
	Fingerprint string     `json:"fingerprint"`
	// Said says that what it comes of says so itself.
	Said bool `json:"said,omitempty"`
	// Also says that it does not come of the finding, but is mended with it: one cause.
	Also bool `json:"also,omitempty"`
}

// Told is a finding as the outcome of another one.
func (f *Finding) Told() Outcome {
	return Outcome{
		Obligation: f.Obligation, Verdict: f.Verdict, Basis: f.Basis, Subject: f.Subject, Message: f.Message, Doubt: f.Doubt,
		Consequence: f.Consequence, Evidence: f.Evidence, Fingerprint: f.Fingerprint,
	}
}

// But joins what is said and the doubt of it.
const But = "; but "

// Explained are outcomes as the findings that they would be with nothing that explains
// them, by fingerprint.
type Explained map[string]Finding

// Alone is an outcome of a cause as a finding of its own, for where the cause is not
// told, and why that is not. False for an outcome of which no more is known.
func (e Explained) Alone(o *Outcome, cause *Finding, why string) (Finding, bool) {
	alone, ok := e[o.Fingerprint]
	if ok {
		said := "comes of " + cause.Obligation + " on " + cause.Subject.Words() + ", which is " + why
		alone.Evidence = append(slices.Clone(alone.Evidence), Evidence{Text: said, Position: cause.Position})
	}
	return alone, ok
}

// Waiver is by what somebody accepts a finding, and until when.
type Waiver struct {
	Was    Verdict `json:"was"` // the verdict without it
	Reason string  `json:"reason"`
	Until  string  `json:"until,omitempty"` // the last day on which it counts; empty for no end
	By     string  `json:"by"`              // where it stands, in words
	origin.Position
}

// Evidence is one thing that was seen, and where; or that a kind was not read,
// which Unread names as RBAC spells it.
type Evidence struct {
	Text string `json:"text"`
	// Short is the same without what stands elsewhere in the result: where something runs,
	// without what tells it; empty where it is no shorter.
	Short  string `json:"short,omitempty"`
	Unread string `json:"unread,omitempty"`
	origin.Position
}

// Fix is what to do about a broken finding: in one sentence, and as changes
// that can be pasted.
type Fix struct {
	Summary string `json:"summary"`
	// At is the line that decides over the way out which Summary tells: where a
	// template fixes a number or refuses one, where an author advises against it.
	At      *origin.Position `json:"at,omitempty"`
	Changes []Change         `json:"changes,omitempty"`
	// Values are those of the chart that makes the object, each in the form of
	// Helm's --set. Changes are then what is left beside them.
	Values []string `json:"values,omitempty"`
	// AcceptOnly says that nothing can be carried out which ends the trouble: what
	// follows can be accepted, or put to a time that one chooses.
	AcceptOnly bool `json:"acceptOnly,omitempty"`
	// More says that Summary asks for more replicas, and no change shows where.
	More bool `json:"more,omitempty"`
	// Raise is what Summary says, where that is to run more pods; nil for others.
	Raise *Raise `json:"raise,omitempty"`
}

// NothingEnds is why a finding weighs less whose fix is AcceptOnly: who sees it has nothing to
// do at once.
const NothingEnds = "nothing can be carried out that ends it"

// Summary counts findings by verdict, and what could not be read to have any.
type Summary struct {
	Held       int `json:"held"`
	Broken     int `json:"broken"`
	Unknown    int `json:"unknown"`
	Waived     int `json:"waived"`
	Unreadable int `json:"unreadable"`
	// NotRead counts those of Unreadable that are deployed, and of which it is not known what runs there; nil for none.
	NotRead *NotRead `json:"notRead,omitempty"`
	// BySeverity counts those that are broken.
	BySeverity BySeverity `json:"bySeverity"`
	// Copies counts those of Broken that are of one cause with another one, see Finding.CopyOf.
	Copies int `json:"copies,omitempty"`
	// LeftOut are those that a filter left out; nil where there is none.
	LeftOut *Tally `json:"leftOut,omitempty"`
	// Known, Cured and Gone are of the baseline: what is in it, what is held now, and
	// what is not found any more; zero without one.
	Known int `json:"known,omitempty"`
	Cured int `json:"cured,omitempty"`
	Gone  int `json:"gone,omitempty"`
}

// NotRead counts what is deployed and was not read: charts that are installed, what else is applied, and charts that others
// depend on.
type NotRead struct {
	Installed int `json:"installed"`
	Applied   int `json:"applied"`
	Charts    int `json:"charts"`
}

// BySeverity counts findings by how grave they are.
type BySeverity struct {
	High   int `json:"high"`
	Medium int `json:"medium"`
	Low    int `json:"low"`
}

// add counts one more.
func (b *BySeverity) add(severity string) {
	switch severity {
	case Severities[0]:
		b.High++
	case Severities[1]:
		b.Medium++
	default:
		b.Low++
	}
}

// Tally counts findings by verdict.
type Tally struct {
	Held    int `json:"held"`
	Broken  int `json:"broken"`
	Unknown int `json:"unknown"`
	Waived  int `json:"waived"`
	Known   int `json:"known,omitempty"`
}

// Add counts one more.
func (t *Tally) Add(v Verdict) {
	switch v {
	case Held:
		t.Held++
	case Broken:
		t.Broken++
	case Unknown:
		t.Unknown++
	case Waived:
		t.Waived++
	case Known:
		t.Known++
	}
}

// Count adds findings up.
func Count(findings []Finding) Summary {
	var t Tally
	var by BySeverity
	copies := 0
	for i := range findings {
		t.Add(findings[i].Verdict)
		if findings[i].Verdict == Broken {
			by.add(findings[i].Severity)
			if findings[i].CopyOf != "" {
				copies++
			}
		}
	}
	return Summary{Copies: copies, Held: t.Held, Broken: t.Broken, Unknown: t.Unknown, Waived: t.Waived, Known: t.Known, BySeverity: by}
}
