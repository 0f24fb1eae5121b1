package config

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/custom"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// obligation is one of the team's own: an expression that is true of what is held.
type obligation struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	AppliesTo  string `json:"appliesTo"`
	Expression string `json:"expression"`
	Severity   string `json:"severity"`
	Message    string `json:"message"`
	Fix        string `json:"fix"`
	Tests      []test `json:"tests"`
	On
}

// test is what an obligation has to say of some manifests.
type test struct {
	Name   string `json:"name"`
	Expect string `json:"expect"`
	Given  string `json:"given"`
}

// kebab is how ids are spelled.
var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checkOwn looks at the obligations of the team's own, and compiles them.
func (x *Config) checkOwn(c *responsibility.Catalog) error {
	for i := range x.form.Obligations {
		o, at := &x.form.Obligations[i], item("/obligations", i)
		switch {
		case !kebab.MatchString(o.ID):
			return x.fault(at+"/id", "", "is %q, wants small letters and digits with hyphens between: names-its-team", o.ID)
		case c.Obligation(o.ID) != nil || slices.Contains(x.rules.Obligations, o.ID):
			return x.fault(at+"/id", "", "is %q, which there is already", o.ID)
		case o.Title == "":
			return x.fault(at, "", "lacks title, what is asked for in a sentence")
		case !slices.Contains(custom.Kinds, o.AppliesTo):
			return x.fault(at+"/appliesTo", meant(o.AppliesTo, custom.Kinds), "is %q, wants %s", o.AppliesTo, words.Or(custom.Kinds))
		case o.Severity != "" && !slices.Contains(finding.Severities, o.Severity):
			return x.fault(at+"/severity", meant(o.Severity, finding.Severities), "is %q, wants %s", o.Severity, words.Or(finding.Severities))
		case strings.TrimSpace(o.Expression) == "":
			return x.fault(at, "such as \"team\" in workload.labels", "lacks expression, which is true of what is held")
		}
		if err := x.compile(i); err != nil {
			return err
		}
		for k, t := range o.Tests {
			if t.Expect != string(finding.Held) && t.Expect != string(finding.Broken) {
				return x.fault(item(at+"/tests", k)+"/expect", "", "is %q, wants held or broken", t.Expect)
			}
		}
		if err := x.checkOn(at, &o.On); err != nil {
			return err
		}
		x.rules.Obligations = append(x.rules.Obligations, o.ID)
	}
	return nil
}

// compile compiles one; its faults are placed at the line of the expression that has them.
func (x *Config) compile(i int) error {
	o, at := &x.form.Obligations[i], item("/obligations", i)
	expression, err := custom.Compile(o.AppliesTo, o.Expression)
	var fault *custom.Fault
	if errors.As(err, &fault) {
		placed := x.fault(at+"/expression", "docs/config.md lists what a "+o.AppliesTo+" has", "%s", fault.Msg)
		return onLine(placed, fault.Line, strings.Contains(o.Expression, "\n"))
	}
	if err != nil {
		return err
	}
	severity := o.Severity
	if severity == "" {
		severity = "medium"
	}
	x.own = append(x.own, &custom.Obligation{
		ID: o.ID, Title: o.Title, Kind: o.AppliesTo, Expression: expression, Severity: severity, Message: o.Message, Fix: o.Fix,
		At: x.at("/obligations", i).String(),
	})
	return nil
}

// Own are the obligations of the team's own.
func (x *Config) Own() []*custom.Obligation {
	if x == nil {
		return nil
	}
	return x.own
}

// LookAtOwn looks at them on a unit.
func (x *Config) LookAtOwn(u *estate.Unit, places locate.Places, owner func(finding.Subject, origin.Position) string) []finding.Finding {
	if x == nil || len(x.own) == 0 {
		return nil
	}
	of := x.Of(u)
	return custom.Look(x.own, custom.Looking{
		Estate: u.Kubernetes, Places: places, Unit: u.Estate.Name, Owner: owner,
		About: func(i int, s finding.Subject, at origin.Position) bool {
			return x.form.Obligations[i].about(of.thing(s, at))
		},
	})
}

// Test is one of those that stand beside an obligation.
type Test struct {
	Obligation *custom.Obligation
	Name       string
	Expect     finding.Verdict
	Given      string
	Position   origin.Position
}

// Tests are those of all obligations, in their order.
func (x *Config) Tests() []Test {
	var all []Test
	if x == nil {
		return nil
	}
	for i := range x.form.Obligations {
		for k, t := range x.form.Obligations[i].Tests {
			at := origin.Position{File: x.File, Line: x.doc.Line(item(item("/obligations", i)+"/tests", k))}
			all = append(all, Test{x.own[i], t.Name, finding.Verdict(t.Expect), t.Given, at})
		}
	}
	return all
}
