package custom

import (
	"cmp"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
)

// Looking is what obligations are looked at on.
type Looking struct {
	Estate *kubernetes.Estate
	Places locate.Places
	Unit   string
	// About reports whether an obligation, by its number, is about a thing; nil for always.
	About func(obligation int, s finding.Subject, at origin.Position) bool
	// Owner is who of the customer holds a thing; nil for nobody.
	Owner func(s finding.Subject, at origin.Position) string
}

// thing is one that an obligation may be about.
type thing struct {
	kind    string
	subject finding.Subject
	at      origin.Position
	place   locate.Place
	value   func() any
	unread  string // kinds that could not be read, on which what goes together rests
}

// things are all of an estate.
func (l *Looking) things() []thing {
	var all []thing
	e := l.Estate
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if w.Kind == kubernetes.Static {
			continue
		}
		s := finding.Subject{Unit: l.Unit, Namespace: w.Namespace, Kind: w.Kind, Name: w.Name}
		at := l.Places.Workloads[i]
		all = append(all, thing{kind: OfWorkload, subject: s, at: w.Position, place: at, value: func() any {
			return workloadOf(e, w, at, l.owner(s, w.Position))
		}})
	}
	for i := range e.Budgets {
		b := &e.Budgets[i]
		s := finding.Subject{Unit: l.Unit, Namespace: b.Namespace, Kind: "PodDisruptionBudget", Name: b.Name}
		value := func() any { return budgetOf(e, b) }
		all = append(all, thing{kind: OfBudget, subject: s, at: b.Position, place: l.Places.Fallback, value: value})
	}
	for i := range e.Pools {
		p := &e.Pools[i]
		s := finding.Subject{Unit: l.Unit, Kind: "NodePool", Name: p.Name}
		at := l.Places.Pools[i]
		value := func() any { return poolOf(p, at) }
		all = append(all, thing{kind: OfPool, subject: s, at: p.Position, place: at, value: value})
	}
	return all
}

func (l *Looking) owner(s finding.Subject, at origin.Position) string {
	if l.Owner == nil {
		return ""
	}
	return l.Owner(s, at)
}

// Look looks at some obligations on everything that they are about.
func Look(obligations []*Obligation, l Looking) []finding.Finding {
	var all []finding.Finding
	if len(obligations) == 0 {
		return nil
	}
	unread := origin.Plurals(l.Estate.Account().Unread)
	for _, x := range l.things() {
		x.unread = unread
		var value any
		for i, o := range obligations {
			if o.Kind != x.kind || l.About != nil && !l.About(i, x.subject, x.at) {
				continue
			}
			if value == nil {
				value = x.value()
			}
			all = append(all, o.finding(x, value))
		}
	}
	return all
}

func (o *Obligation) finding(x thing, value any) finding.Finding {
	verdict, why := o.Expression.Judge(value)
	if why == "" && o.Expression.together && x.unread != "" {
		verdict, why = finding.Unknown, x.unread+" could not be read"
	}
	f := finding.Finding{
		Obligation: o.ID, Verdict: verdict, Severity: o.Severity, Subject: x.subject, Basis: string(x.place.Basis), Layer: o.Layer(),
		Message: cmp.Or(o.Message, o.Title), Evidence: []finding.Evidence{{Text: "by " + o.At}}, Sources: []string{}, Position: x.at,
		Fingerprint: finding.Fingerprint(o.ID, x.subject),
	}
	if x.place.Offering != nil {
		f.Offering = x.place.Offering.ID
	}
	switch verdict {
	case finding.Held:
		f.Message = "holds: " + o.Title
	case finding.Unknown:
		f.Message = "the expression cannot be worked out: " + why
	default:
		if o.Fix != "" {
			f.Fix = &finding.Fix{Summary: o.Fix}
		}
	}
	return f
}
