// Package operator says what operators make of custom resources, by the models
// of the catalog: workloads and budgets that no manifest holds. They enter an
// estate as if they had been read, where the custom resource stands.
package operator

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Make adds what operators make of the custom resources that were read, and
// notes of which kinds that is not known, and of which pods run to an end.
//
// What a cluster holds stands beside its custom resources already: of those that
// come from one, nothing is made. Around is how operators are configured elsewhere
// in the input, which counts where raw itself does not say it.
func Make(c *responsibility.Catalog, raw *kubernetes.Raw, around Configuration) {
	m := maker{raw: raw, configured: []Configuration{Configured(c, raw), around}}
	raw.RunKinds, raw.Movers = c.RunKinds(), nil
	for _, o := range c.MovesOf() {
		raw.Movers = append(raw.Movers, kubernetes.Mover{Kind: o.Moves.Of, Operator: o.Title, Ordinary: o.Moves.Ordinary,
			Change: o.Moves.Change})
	}
	for _, r := range raw.CustomResources {
		model, by, idle := c.Custom(r.API)
		switch {
		case r.UID != "":
			m.acts(r, model)
		case model == nil && !idle:
			m.unknown(r)
		case model != nil:
			m.resource(r, model, by)
		}
	}
	for _, b := range m.budgets {
		m.budget(b)
	}
	m.evictors()
	m.rewritten(c)
}

// maker adds to what was read.
type maker struct {
	raw        *kubernetes.Raw
	budgets    []pending
	configured []Configuration // from near to far
}

// pending is a budget that is counted once all workloads are known.
type pending struct {
	object object
	model  responsibility.MadeBudget
}

// unknown notes that a custom resource may make pods: of which, its operator
// decides.
func (m *maker) unknown(r kubernetes.CustomResource) {
	m.raw.NotJudged = append(m.raw.NotJudged, r.API)
	m.hide(r, "what its operator makes is not known to onus", "Pod", origin.Scope{Namespace: r.Namespace, Name: r.Name})
	m.raw.Glimpses.Add(called(r), string(r.Object))
}

// called is how a custom resource is named where what it makes is hidden.
func called(r kubernetes.CustomResource) string {
	_, kind, _ := strings.Cut(r.API, "/")
	return kind + " " + r.Name
}

func (m *maker) hide(r kubernetes.CustomResource, reason, kind string, scope origin.Scope) {
	m.raw.Hidden = append(m.raw.Hidden, origin.Unread{
		Of: called(r), Kind: kind, Cause: origin.Made, Reason: reason, Scope: scope,
	})
}

// resource makes what a model has.
func (m *maker) resource(r kubernetes.CustomResource, model *responsibility.Custom, by *responsibility.Operator) {
	o, ok := parsed(r)
	if !ok {
		m.unknown(r)
		return
	}
	m.elsewhere(o, model.Unread)
	if slices.ContainsFunc(model.Off, o.holds) {
		return
	}
	if model.Copies != nil && !m.copied(o, model.Copies, by) {
		m.unknown(r)
		return
	}
	if len(model.Makes) > 0 && m.raw.Seen.Unrelated > 0 { // what it makes is judged
		m.raw.Seen.Unrelated--
	}
	for _, w := range model.Makes {
		for _, e := range o.each(w.ForEach) {
			if all(w.When, e.holds) {
				m.workload(e, w, by, model.Budgets)
			}
		}
	}
	for _, c := range model.Claims {
		for _, e := range o.each(c.ForEach) {
			m.claim(e, c)
		}
	}
	for _, b := range model.Budgets {
		for _, e := range o.each(b.ForEach) {
			m.pend(e, b)
		}
	}
}

// acts notes what a custom resource of a cluster does itself.
func (m *maker) acts(r kubernetes.CustomResource, model *responsibility.Custom) {
	if model != nil && model.Unread != nil && model.Unread.Acts != "" {
		m.act(r, model.Unread, origin.Scope{Namespace: r.Namespace})
	}
}

func (m *maker) act(r kubernetes.CustomResource, u *responsibility.UnreadMakings, scope origin.Scope) {
	m.hide(r, u.Acts, u.Kind, scope)
	m.raw.Hidden[len(m.raw.Hidden)-1].Acts = true
}

// pend keeps a budget that an operator makes of a resource, for when all workloads
// are known.
func (m *maker) pend(o object, b responsibility.MadeBudget) {
	if !o.wants(b) {
		return
	}
	switch off, differs := switched(b, m.configured...); {
	case differs:
		m.hide(o.resource, "whether its operator makes a PDB of it, its settings say differently", "PodDisruptionBudget",
			origin.Scope{Namespace: o.resource.Namespace})
	case !off:
		m.budgets = append(m.budgets, pending{o, b})
	}
}

// elsewhere counts a custom resource that applies what was not read, and hides that
// where it is known in which namespace it is.
func (m *maker) elsewhere(o object, u *responsibility.UnreadMakings) {
	if u == nil || o.resource.Applied || !slices.ContainsFunc(o.each(u.ForEach), func(e object) bool { return e.says(u.In, u.Contains) }) {
		return
	}
	var scope origin.Scope
	for _, path := range u.Namespace {
		scope.Namespace = cmp.Or(scope.Namespace, o.text(path))
	}
	known := len(u.Namespace) == 0 || scope.Namespace != ""
	if u.Kind == "" {
		m.raw.Elsewhere = append(m.raw.Elsewhere, o.resource.API)
	}
	switch {
	case !known:
	case u.Acts != "":
		m.act(o.resource, u, scope)
	case u.Kind != "":
		m.hide(o.resource, "it may make "+words.Plural(u.Kind), u.Kind, scope)
	default:
		for _, scope.Chart = range o.charts(u) {
			m.hide(o.resource, "what it applies stands elsewhere and was not read", "", scope)
		}
	}
}

// charts are those whose own objects are all that a resource applies; one without a name where it may apply others.
func (o object) charts(u *responsibility.UnreadMakings) []string {
	open, within := []string{""}, slices.ContainsFunc(u.Beside, func(path string) bool { _, is := o.at(path); return is })
	says := func(word string) bool { return o.says("", word) }
	if u.Charts == nil || within || slices.ContainsFunc(responsibility.ExtraObjects(), says) {
		return open
	}
	k := slices.IndexFunc(u.Charts.Of, func(path string) bool { _, is := o.at(path); return is })
	if k < 0 {
		return open
	}
	at, _ := o.at(u.Charts.Of[k])
	sources, several := at.([]any)
	if !several {
		sources = []any{at}
	}
	var names []string
	for _, source := range sources {
		of, _ := source.(map[string]any)
		chart, _ := of[u.Charts.Name].(string)
		if _, left := of[u.Charts.Leave]; left && chart == "" && of[u.Charts.Path] == nil {
			continue
		}
		name := responsibility.OwnChart(chart)
		if name == "" {
			return open
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return open
	}
	return names
}

func all(conditions []responsibility.ValueCondition, holds func(responsibility.ValueCondition) bool) bool {
	return !slices.ContainsFunc(conditions, func(c responsibility.ValueCondition) bool { return !holds(c) })
}

// workload adds one. A workload of that name that was read stands for itself.
// Budgets are those that its operator makes of such a resource.
func (m *maker) workload(o object, w responsibility.MadeWorkload, by *responsibility.Operator, budgets []responsibility.MadeBudget) {
	name, named := o.fill(w.Name)
	pods, labelled := o.labels(w.Labels)
	if !named || !labelled {
		if w.ForEach != "" { // others belong to nobody yet
			m.hide(o.resource, "it has no name for what its operator makes of it", "Pod", origin.Scope{Namespace: o.resource.Namespace})
		}
		return
	}
	ref := kubernetes.Ref{Namespace: o.resource.Namespace, Kind: w.Kind, Name: name}
	if slices.ContainsFunc(m.raw.Workloads, func(read kubernetes.RawWorkload) bool { return read.Ref == ref }) {
		return
	}
	made := kubernetes.Workload{
		Ref: ref, Group: w.Group, Replicas: o.count(w.Replicas), ReplicasSet: true, Scaled: w.Scaled, Evictable: true, Lasting: true,
		Selector: &metav1.LabelSelector{MatchLabels: pods}, Template: o.template(w, pods), Namespaced: o.resource.Namespaced,
		MadeBy: &kubernetes.Maker{Ref: o.ref(), Operator: by.Title, Change: o.enough(w, pods, budgets), Unsure: w.Replicas.Unsure,
			Each: w.Each, Reached: w.Reached, Leave: w.Leave, Budget: m.budgeted(o, w, pods, budgets)},
		Position: o.resource.Position,
	}
	switch {
	case len(w.Volume) == 0:
	case all(w.Volume, o.holds):
		made.VolumeClaimTemplates = []string{"data"}
	case w.EmptyDir != nil && all(w.EmptyDir.When, o.holds):
		lacks := slices.IndexFunc(w.Volume, func(c responsibility.ValueCondition) bool { return !o.holds(c) })
		made.MadeBy.Handed = w.EmptyDir.Handed
		made.MadeBy.Loses, made.MadeBy.Volume = w.EmptyDir.Keeps, field(w.ForEach, cmp.Or(w.EmptyDir.Field, w.Volume[lacks].Path))
	}
	if k := slices.IndexFunc(w.Moves, func(x responsibility.MadeMove) bool { return all(x.When, o.holds) }); k >= 0 {
		made.MadeBy.Moves = &kubernetes.Move{Operator: by.Title, Cannot: w.Moves[k].Cannot, Unsure: w.Moves[k].Unsure}
	}
	if w.Alone != nil && all(w.Alone.When, o.holds) {
		made.MadeBy.Alone = w.Alone.Says
	}
	if o.paired(w.Pair, made.Replicas) {
		made.MadeBy.Pair = w.Pair.Says
	}
	if w.Kept != nil && all(w.Kept.When, o.holds) {
		made.MadeBy.Kept = w.Kept.Says
	}
	if w.Shares != nil && all(w.Shares.When, o.holds) {
		made.MadeBy.Shares = m.shares(o, w.Shares)
	}
	m.raw.Workloads = append(m.raw.Workloads, kubernetes.RawWorkload{Workload: made})
}

// shares are what the pods of a workload keep by other resources of its namespace.
func (m *maker) shares(of object, s *responsibility.MadeShares) (shares []kubernetes.MadeShare) {
	is, ok := of.fill(s.Is)
	if !ok {
		return nil
	}
	for _, r := range m.raw.CustomResources {
		if r.API != s.Kind || r.Namespace != of.resource.Namespace {
			continue
		}
		if o, read := parsed(r); read && o.text(s.Of) == is {
			shares = append(shares, kubernetes.MadeShare{Ref: o.ref(), Called: s.Called, Change: s.Change, Position: r.Position,
				Copies: o.count(responsibility.Number{Path: s.Copies}), Least: o.count(responsibility.Number{Path: s.Least})})
		}
	}
	return shares
}

// budget adds one, where none of its name was read.
func (m *maker) budget(p pending) {
	o, b := p.object, p.model
	name, named := o.fill(b.Name)
	selected, labelled := o.labels(b.Labels)
	ns := o.resource.Namespace
	if !named || !labelled || slices.ContainsFunc(m.raw.Budgets,
		func(read kubernetes.Budget) bool { return read.Namespace == ns && read.Name == name }) {
		return
	}
	made := kubernetes.Budget{
		Namespace: ns, Name: name, Namespaced: o.resource.Namespaced, LabelSelector: &metav1.LabelSelector{MatchLabels: selected},
		Selector: labels.SelectorFromSet(selected), Position: o.resource.Position, Spec: o.resource.Position,
		MadeBy: &kubernetes.Maker{Ref: o.ref(), Change: o.change(b)},
	}
	switch {
	case b.MinAvailable != nil:
		made.MinAvailable = o.amount(*b.MinAvailable)
	case b.MaxUnavailable != nil:
		made.MaxUnavailable = o.amount(*b.MaxUnavailable)
	case b.Quorum:
		made.MinAvailable = new(intstr.FromInt32(int32(m.pods(ns, made.Selector)/2 + 1)))
	default:
		pods := m.pods(ns, made.Selector)
		missing := o.amount(*b.AllBut)
		if pods == 0 || missing == nil || missing.Type != intstr.Int {
			return
		}
		gone := int(missing.IntVal)
		if pods > 1 && slices.ContainsFunc(b.Sole, o.alone) {
			gone = 0
		}
		made.MinAvailable = new(intstr.FromInt32(int32(max(0, pods-gone))))
	}
	if made.MinAvailable == nil && made.MaxUnavailable == nil {
		return
	}
	if b.Primary != "" {
		made.Primary, _ = o.fill(b.Primary)
	}
	m.raw.Budgets = append(m.raw.Budgets, made)
}

// pods counts those that operators make and a budget selects.
func (m *maker) pods(namespace string, selector labels.Selector) int {
	n := 0
	for i := range m.raw.Workloads {
		w := &m.raw.Workloads[i]
		if w.MadeBy != nil && w.Namespace == namespace && selector.Matches(labels.Set(w.Template.Labels)) {
			n += w.Replicas
		}
	}
	return n
}
