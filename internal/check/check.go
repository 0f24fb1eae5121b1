// Package check looks at the obligations of the customer, whatever axis they
// are of. A check is a value in one table: which obligation it is for, what its
// verdicts rest on, and the function that judges its subjects. What is the same
// for every check is done here: whether the customer has the obligation where
// the subject runs, what the catalog says of it, and that a verdict which
// something unread could change is unknown.
package check

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// Check looks at one obligation on everything in an estate that it is about.
type Check struct {
	// ID is that of the obligation in the catalog, Axis the one that it is on.
	ID   string
	Axis string
	// Outcome says that the obligation is about what comes of everything
	// together, and others are about the reasons.
	Outcome bool
	// ByContract says that the verdict follows from the contract of the platform:
	// where none is written down, the obligation is not looked at.
	ByContract bool
	Subjects   Subjects
	Needs      Needs
	// Run judges each subject and reports it. It stops soon after the context of
	// the pass has ended.
	Run func(*Pass)
}

// Subjects are what an obligation is about.
type Subjects struct {
	// There reports whether the estate has any, or may have; nil for always.
	There func(*Pass) bool
	// Offerings are those that they run on; nil for those of nodes, pools and
	// workloads.
	Offerings func(*Pass) []*responsibility.Offering
	// Unread are the kinds of them that could not be read. Each has a finding of
	// its own, so that silence is not taken for held.
	Unread func(*Pass) []origin.Unread
	// Untold reports whether nothing is said of some that there are, or may be: they could
	// not be read, or it is not known what their platform does to them; nil for none.
	Untold func(*Pass) bool
}

// Needs are what the verdicts of a check rest on beside the subject itself. What
// is missing in one of the two lists cannot take that verdict away: a second
// budget covers more pods, not fewer.
type Needs struct{ Held, Broken []Need }

// Need is one thing that a judgement may rest on. It returns what of it could
// not be read, as far as that could change the verdict.
type Need func(*Pass, *Judgement) []origin.Unread

// Kinds need that every object of some kinds was read.
func Kinds(kinds ...origin.Kinds) Need {
	return func(p *Pass, _ *Judgement) []origin.Unread {
		return slices.DeleteFunc(p.Estate.Unread(), func(u origin.Unread) bool {
			return !slices.ContainsFunc(kinds, func(k origin.Kinds) bool { return slices.Contains(k, u.Kind) || slices.Contains(k, u.Resource) })
		})
	}
}

// Judgement is what a check says of one subject, before the catalog's part is
// added to it.
type Judgement struct {
	Subject finding.Subject
	// Index is where the subject stands among the objects of its sort; Needs go
	// by it.
	Index       int
	Place       locate.Place
	Verdict     finding.Verdict
	Message     string // one sentence without a capital and a full stop
	Doubt       string // with which it ends, where something may change it
	Undoubted   string // the message without that doubt
	Consequence string // what follows of a broken one
	Severity    string // where it differs from the obligation's
	Because     string // why that is lower
	Evidence    []finding.Evidence
	Fix         *finding.Fix
	Wanted      *finding.Wanted // of a single pod
	Position    origin.Position
	// Lacks are what this judgement rests on besides the needs of its check, and
	// could not be read.
	Lacks []origin.Unread
	// Settled says that nothing unread can change the verdict, whatever the
	// needs of the check.
	Settled bool
	// Causes explain it, the nearest first: where one of them is broken, it is told
	// with that one.
	Causes []Cause
	// Assumed says that the verdict rests on what nobody saw, such as nodes that
	// were made up: broken, it is a risk, and so unknown.
	Assumed bool
	// doubts are what could not be read and has taken the verdict back already.
	doubts []origin.Unread
}

// Pass is one run of one check over one estate.
type Pass struct {
	context.Context
	Catalog *responsibility.Catalog
	Estate  *estate.Estate
	Places  locate.Places

	check *Check
	look  *look
}

// look is what all passes over one estate share.
type look struct {
	shared   map[reflect.Type]any
	findings []*reported
	complete bool // nothing could not be read
}

// Shared is a value that several checks of one look ask for, such as which
// budgets cover which workloads. The first that asks joins it.
func Shared[T any](p *Pass, join func(*Pass) T) T {
	key := reflect.TypeFor[T]()
	if v, ok := p.look.shared[key]; ok {
		return v.(T)
	}
	v := join(p)
	p.look.shared[key] = v
	return v
}

// Result is one look at one estate.
type Result struct {
	Findings []finding.Finding
	// Explained are the outcomes that findings lead to.
	Explained finding.Explained
	// NotLookedAt are obligations of the customer on what was read that no check
	// is for, or for which there was nothing to look at: silence about them is
	// not held.
	NotLookedAt []string
}

// Run runs every check of a table over an estate. Findings come in a fixed
// order: by subject and obligation, with one entry a cause. It fails where the table does not fit the
// catalog, as Validate says, and with the context's error.
func Run(ctx context.Context, table []Check, c *responsibility.Catalog, e *estate.Estate, places locate.Places) (Result, error) {
	if err := Validate(table, c); err != nil {
		return Result{}, err
	}
	shared := &look{shared: map[reflect.Type]any{}, complete: len(e.Unread()) == 0 && len(e.Hidden()) == 0}
	pass := Pass{Context: ctx, Catalog: c, Estate: e, Places: places, look: shared}
	for i := range table {
		p := pass
		p.check = &table[i]
		p.check.Run(&p)
		p.reportUnread()
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
	}
	slices.SortStableFunc(shared.findings, func(x, y *reported) int {
		if c := x.Subject.Compare(y.Subject); c != 0 {
			return c
		}
		return strings.Compare(x.Obligation, y.Obligation)
	})
	findings, outcomes := explained(shared.findings)
	return Result{Findings: findings, Explained: outcomes, NotLookedAt: pass.notLookedAt(table)}, nil
}
