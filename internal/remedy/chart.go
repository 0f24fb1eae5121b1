package remedy

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// chartFixes are fixes by values of a chart.
type chartFixes struct{ *Fitter }

// values are those that mend a finding; nil where none were found. A chart that
// makes a budget by itself, or can, is asked for that; else the fix's own stands
// beside the values.
func (x chartFixes) values(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	at := mended{f.Obligation, f.Position.File, f.Position.Line, changed(f.Fix)}
	if fix := x.repeated(ctx, u, f, x.worked[at]); fix != nil {
		return fix
	}
	fix, again := x.tried(ctx, u, f)
	if again {
		x.worked[at] = fix.Values
	}
	return fix
}

// mended is what findings are about that one chart has in several environments: the same
// values mend most of them.
type mended struct {
	obligation, file string
	line             int
	changes          string
}

// changed is what a fix changes in objects of whatever name, and what it adds.
func changed(fix *finding.Fix) string {
	var b strings.Builder
	for _, c := range fix.Changes {
		fmt.Fprintf(&b, "%s %s\n", c.Action, c.Object.Kind)
		for _, e := range c.Edits {
			fmt.Fprintf(&b, "%s %s %s\n", e.Path, e.Before, e.After)
		}
	}
	return b.String()
}

// repeated tries the values that mended a finding in another unit; nil where they do not.
func (x chartFixes) repeated(ctx context.Context, u *estate.Unit, f *finding.Finding, set []string) *finding.Fix {
	if len(set) == 0 {
		return nil
	}
	after, refused := x.with(ctx, u, set)
	_, creates := settingsOf(u.Chart, f.Fix)
	switch {
	case refused != nil:
		return nil
	case x.mendsBy(ctx, u, f, set, after, nil):
		fix := byItself(f, set)
		if len(creates) == len(f.Fix.Changes) { // and nothing else, so that they do that
			fix = byItsSwitch(u.Chart, fix, set)
		}
		return fix
	case len(creates) > 0 && x.mendsBy(ctx, u, f, set, after, creates):
		return beside(valued(f, set), creates)
	}
	return nil
}

// tried are values that mend a finding, looked for among those that its template names.
// Again says that they do what its fix asks for, and so may do for other units.
func (x chartFixes) tried(ctx context.Context, u *estate.Unit, f *finding.Finding) (fix *finding.Fix, again bool) {
	if fix := x.autoscaled(ctx, u, f); fix != nil {
		return fix, false
	}
	settings, creates := settingsOf(u.Chart, f.Fix)
	var beside, refusal *finding.Fix
	for _, set := range settings[:min(len(settings), mostTries)] {
		after, refused := x.with(ctx, u, set)
		if refused != nil {
			if fix := x.asked(ctx, u, f, set, creates, refused); fix != nil {
				return fix, false
			}
			refusal = cmp.Or(refusal, x.refused(ctx, u, refused))
			continue
		}
		fix, whole := x.set(ctx, u, f, set, after, creates)
		if whole {
			return fix, !slices.Equal(fix.Values, ofThree(set)) // three are another way out than what it asks for
		}
		beside = cmp.Or(beside, fix)
	}
	if len(settings) == 0 && len(creates) == len(f.Fix.Changes) {
		fix := x.budgeted(ctx, u, f, nil)
		return fix, fix != nil
	}
	if beside != nil {
		return beside, true
	}
	return cmp.Or(x.inPart(ctx, u, f), refusal), false
}

// set is a fix by some values of a chart, and whether they are all of it: alone, with
// three replicas in place of two, or with a budget that the chart makes. Else what the
// fix makes stands beside them. It is nil where they do not mend the finding.
func (x chartFixes) set(
	ctx context.Context, u *estate.Unit, f *finding.Finding, set []string, after *kubernetes.Estate, creates []finding.Change,
) (fix *finding.Fix, whole bool) {
	if x.mendsBy(ctx, u, f, set, after, nil) {
		return byItself(f, set), true
	}
	if fix := x.three(ctx, u, f, set); fix != nil {
		return fix, true
	}
	if len(creates) == 0 || !x.mendsBy(ctx, u, f, set, after, creates) {
		return nil, false
	}
	if fix := x.budgeted(ctx, u, f, set); fix != nil {
		return fix, true
	}
	return beside(valued(f, set), creates), false
}

// mendsBy is mends, for values: what has a chart run several pods does so of others, too.
func (x chartFixes) mendsBy(
	ctx context.Context, u *estate.Unit, f *finding.Finding, set []string, after *kubernetes.Estate, rest []finding.Change,
) bool {
	if several(set) {
		return after != nil && othersKeep(u, f, after, func(before, after int) bool { return after >= before }) && x.cures(ctx, u, f, after, rest)
	}
	return x.mends(ctx, u, f, after, rest)
}

// budgeted asks a chart for a budget that it makes, beside other values; nil where none
// of its settings does.
func (x chartFixes) budgeted(ctx context.Context, u *estate.Unit, f *finding.Finding, set []string) *finding.Fix {
	near := cmp.Or(strings.Join(set, ","), strings.Join(u.Chart.Named(f.Position.File, f.Position.Line, "replicas"), ","))
	on := nearest(u.Chart.Budgets(), strings.Split(near, ","))
	for _, budget := range on[:min(len(on), mostTries)] {
		with := slices.Concat(set, budget)
		if after, _ := x.with(ctx, u, with); x.mendsBy(ctx, u, f, set, after, nil) {
			fix := valued(f, set)
			if len(set) == 0 {
				fix = byItsSwitch(u.Chart, fix, budget)
			}
			fix.Values = with
			return fix
		}
	}
	return nil
}

// ofBudgets is a value of a chart that is for a budget, and not for a number of pods from which on
// it makes one.
var ofBudgets = regexp.MustCompile(`(?i)disruptionbudget|pdb`)

// byItsSwitch is a fix which says that a chart makes a budget by a value that it has for that, and
// where this stands.
func byItsSwitch(c *estate.Chart, fix *finding.Fix, budget []string) *finding.Fix {
	key, _, _ := strings.Cut(budget[0], "=")
	if !ofBudgets.MatchString(key) {
		return fix
	}
	fix.Summary = "have its chart make the PodDisruptionBudget that it has a value for: " + key
	if line, _ := c.Line(key); line.File != "" {
		fix.At = &line
	}
	return fix
}

// settingsOf are the values of a chart by which a fix may be had, each as one string or
// more, what its author means for it first: a switch by which the chart runs several
// pods; then those that the template names for the field, alone and with what decides on
// whether to take them. Beside them are the objects that the fix adds.
func settingsOf(c *estate.Chart, fix *finding.Fix) (settings [][]string, creates []finding.Change) {
	var switches []string
	sets, some := [][]string{nil}, [][]string{nil} // some leaves out what no value sets
	for _, change := range fix.Changes {
		switch {
		case change.Action == finding.Create:
			creates = append(creates, change)
			continue
		case change.Position == nil || change.Action == finding.Delete:
			return nil, nil
		}
		for _, e := range change.Edits {
			field := last(e.Path)
			switches = append(switches, c.Switches(change.Position.File, change.Position.Line, field)...)
			keys, value := settable(c.Named(change.Position.File, change.Position.Line, field)), "="+cmp.Or(string(e.After), "null")
			if sets = combined(sets, keys, value); len(keys) > 0 {
				some = combined(some, keys, value)
			}
		}
	}
	for _, key := range switches {
		if alone := []string{key + "=true"}; several(alone) && raisesReplicas(fix) {
			settings = append(settings, alone)
		}
	}
	if len(sets) == 0 {
		sets = some // a part of the fix may be enough: what it is checked by says so
	}
	if len(sets[0]) == 0 {
		return settings, creates
	}
	settings = append(settings, sets...)
	for _, set := range sets {
		for _, key := range switches {
			if !slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, key+"=") }) {
				settings = append(settings, append(slices.Clone(set), key+"=true"))
			}
		}
	}
	return settings, creates
}

// combined are settings with one more value each, by each of the keys that may have it;
// none where no key has.
func combined(settings [][]string, keys []string, value string) [][]string {
	var all [][]string
	for _, set := range settings {
		for _, key := range keys {
			all = append(all, append(slices.Clone(set), key+value))
		}
	}
	return all
}

// settable are the values that --set can give: not those of the elements of a list, which
// it would put in place of the chart's own.
func settable(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return strings.Contains(key, "[") })
}

// raisesReplicas reports whether a fix asks for more replicas.
func raisesReplicas(fix *finding.Fix) bool {
	return slices.ContainsFunc(fix.Changes, func(c finding.Change) bool {
		return slices.ContainsFunc(c.Edits, func(e finding.Edit) bool { return e.Path == "/spec/replicas" })
	})
}

// forSeveral is what charts call the value by which they run several pods.
var forSeveral = regexp.MustCompile(`(?i)(^|\.)(ha|haMode|high_?availability(Mode)?)(\.enabled?)?=true$`)

// several reports whether values are the one switch by which a chart runs several pods.
func several(set []string) bool { return len(set) > 0 && forSeveral.MatchString(set[0]) }

// valued is a fix that is had by some values.
func valued(f *finding.Finding, set []string) *finding.Fix {
	if several(set) {
		return &finding.Fix{Summary: "have its chart run several, for which it has a switch", Values: set}
	}
	return &finding.Fix{Summary: f.Fix.Summary, Raise: f.Fix.Raise, Values: set}
}

// beside is a fix with changes beside what it says and sets.
func beside(fix *finding.Fix, changes []finding.Change) *finding.Fix {
	fix.Changes = changes
	return fix
}

// runsSeveral is the fix of a finding that asks for two replicas where nothing tells that
// two may run, and the chart has a switch by which it runs several; nil for others.
func (x chartFixes) runsSeveral(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	at := raised(f)
	if u.Chart == nil || at == nil {
		return nil
	}
	for _, key := range u.Chart.Switches(at.File, at.Line, "replicas") {
		set := []string{key + "=true"}
		if !several(set) {
			continue
		}
		if after, _ := x.with(ctx, u, set); x.mendsBy(ctx, u, f, set, after, nil) {
			return valued(f, set)
		}
		if fix := x.budgeted(ctx, u, f, set); fix != nil {
			return fix
		}
	}
	return nil
}

// three asks for three replicas in place of two, of which a budget that the chart
// makes lets none go, or both.
func (x chartFixes) three(ctx context.Context, u *estate.Unit, f *finding.Finding, set []string) *finding.Fix {
	three := ofThree(set)
	if three == nil {
		return nil
	}
	if after, _ := x.with(ctx, u, three); !x.mends(ctx, u, f, after, nil) {
		return nil
	}
	fix := f.Fix.Said(" (of two its PDB lets none go, or both)")
	if fix.Values = three; fix.Raise != nil {
		fix.Raise.To = 3
		fix.Summary = fix.Raise.Words()
	}
	return fix
}

// forbidden is the fix of a finding that asks for two replicas where a chart
// refuses two; nil for others.
func (x chartFixes) forbidden(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	at := raised(f)
	if u.Chart == nil || at == nil {
		return nil
	}
	keys := settable(u.Chart.Named(at.File, at.Line, "replicas"))
	if len(keys) == 0 {
		return nil
	}
	if _, refused := x.with(ctx, u, []string{keys[0] + "=2"}); refused != nil {
		return x.refused(ctx, u, refused)
	}
	return nil
}

// asked sets what a chart asks for beside the values that it refuses alone; nil where
// it asks for nothing, or that is not enough.
func (x chartFixes) asked(
	ctx context.Context, u *estate.Unit, f *finding.Finding, set []string, creates []finding.Change, by *origin.Fault,
) *finding.Fix {
	if by.Sets == "" {
		return nil
	}
	with := append(slices.Clone(set), by.Sets)
	after, _ := x.with(ctx, u, with)
	fix := f.Fix.Said("; its chart asks for " + by.Sets + " with it")
	fix.At, fix.Values = &origin.Position{File: by.File, Line: by.Line}, with
	switch {
	case x.mends(ctx, u, f, after, nil):
		return fix
	case len(creates) > 0 && x.mends(ctx, u, f, after, creates):
		return beside(fix, creates)
	}
	return nil
}

// refused says that a chart refuses what a fix asks for; nil where it refuses what
// it has, too.
func (x chartFixes) refused(ctx context.Context, u *estate.Unit, by *origin.Fault) *finding.Fix {
	if after, _ := x.with(ctx, u, nil); after == nil {
		return nil
	}
	return &finding.Fix{
		Summary:    compute.Accepted + ": its chart refuses two replicas, and says: " + by.Reason,
		At:         &origin.Position{File: by.File, Line: by.Line},
		AcceptOnly: true,
	}
}

// inTheChart is a fix that is to be made in the chart, and as far as it is known
// where: no value of it is one that does so alone.
func (x chartFixes) inTheChart(u *estate.Unit, f *finding.Finding) *finding.Fix {
	fix := f.Fix
	where := ", in the chart that makes it (which of its values does so is not known)"
	if u.Chart != nil {
		for _, c := range fix.Changes {
			if c.Position == nil || c.Position.Line == 0 || len(c.Edits) == 0 {
				continue // in a packaged chart it is not known which template writes it
			}
			field := last(c.Edits[0].Path)
			if in := writtenPlain(u, fix, &c); in != nil {
				return in
			}
			if keys := u.Chart.Named(c.Position.File, c.Position.Line, field); len(keys) > 0 {
				why := "which alone is not enough, or changes more"
				if x.renders == 0 {
					why = "not tried: many charts were rendered for other findings"
				}
				where = ", in the chart that makes it (its template takes " + field + " from " + words.Or(keys[:min(len(keys), 3)]) + ", " + why + ")"
				break
			}
			if said := byAutoscaler(u, f); said != "" {
				return fix.Said(said)
			}
			if len(c.Edits) == 1 && u.Chart.Lacks(c.Position.File, c.Position.Line, field) {
				in := fix.Said(": add " + field + ": " + string(c.Edits[0].After) + " to the template, which has none")
				in.At = c.Position
				return in
			}
		}
	}
	return fix.Said(where)
}

// writtenPlain is a fix of a field that a template writes as it is: one that it changes, or one
// that it takes out for another. It is nil where the template takes it from somewhere.
func writtenPlain(u *estate.Unit, fix *finding.Fix, c *finding.Change) *finding.Fix {
	for _, e := range c.Edits {
		field := last(e.Path)
		if line := u.Chart.Written(c.Position.File, c.Position.Line, field); line > 0 {
			in := fix.Said(", in the template that writes " + field + " as it is: the chart has no value for it")
			in.At = &origin.Position{File: c.Position.File, Line: line}
			return in
		}
	}
	return nil
}

// ofThree are values that set two with three in place of it: a budget that a chart
// makes may keep two. It is nil where none sets two.
func ofThree(set []string) []string {
	three := slices.Clone(set)
	for i, s := range set {
		if key, two := strings.CutSuffix(s, "=2"); two {
			three[i] = key + "=3"
		}
	}
	if slices.Equal(set, three) {
		return nil
	}
	return three
}

// with is what a unit's chart makes with other values; nil where it makes nothing, where
// enough was rendered, or where Helm refuses them, with what it says. What it says of the
// chart as it is as well is no reason against them: of that what can be rendered counts.
func (x chartFixes) with(ctx context.Context, u *estate.Unit, set []string) (*kubernetes.Estate, *origin.Fault) {
	after, refused := x.render(ctx, u, set)
	if refused == nil || len(set) == 0 {
		return after, refused
	}
	if _, before := x.render(ctx, u, nil); before != nil && *before == *refused {
		return after, nil
	}
	return nil, refused
}

// withValues is a unit's chart with some values.
type withValues struct {
	unit *estate.Unit
	set  string
}

// made is what came of a chart with some values.
type made struct {
	estate  *kubernetes.Estate
	refused *origin.Fault
}

// render is what a unit's chart makes with other values, each of which is rendered once.
func (x chartFixes) render(ctx context.Context, u *estate.Unit, set []string) (*kubernetes.Estate, *origin.Fault) {
	key := withValues{u, strings.Join(set, "\n")}
	done, ok := x.rendered[key]
	if !ok {
		if x.renders == 0 || ctx.Err() != nil {
			return nil, nil
		}
		x.renders--
		done.estate, done.refused = u.Chart.With(ctx, set)
		x.rendered[key] = done
	}
	return done.estate, done.refused
}

// nearest sorts settings by how much of the path of their first value they have in
// common with others, most first.
func nearest(settings [][]string, others []string) [][]string {
	common := func(setting []string) int {
		key, n := setting[0], 0
		for _, s := range others {
			k := 0
			for k < min(len(key), len(s)) && key[k] == s[k] {
				k++
			}
			n = max(n, strings.Count(key[:k], "."))
		}
		return n
	}
	sorted := slices.Clone(settings)
	slices.SortStableFunc(sorted, func(a, b []string) int { return common(b) - common(a) })
	return sorted
}
