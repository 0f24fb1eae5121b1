package publish

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// Offering is an offering in full.
func Offering(c *responsibility.Catalog, o *responsibility.Offering) published.OfferingExplained {
	v := published.OfferingExplained{Explained: explained("offering", o.ID, o.Title, o.About), Provider: o.Provider, Partner: o.Partner,
		Refines: o.Refines, Line: []published.AxisLine{}, Limits: limits(o.Limits), Evidence: rules(o.Evidence)}
	for _, id := range c.AxesOf(o) {
		line := published.AxisLine{Axis: id}
		for _, layer := range c.Axis(id).Layers {
			line.Layers = append(line.Layers, published.LineCell{ID: layer.ID, Title: layer.Title, Cell: cell(o.Line[id][layer.ID])})
		}
		v.Line = append(v.Line, line)
	}
	for _, u := range c.UnsupportedOn(o) {
		v.Unsupported = append(v.Unsupported, unsupported(u))
	}
	for i := range o.BuiltIn {
		b := &o.BuiltIn[i]
		v.BuiltIn = append(v.BuiltIn, published.BuiltIn{ID: b.ID, Is: b.Is, Cure: b.Cure, For: b.For, Sources: b.From})
	}
	v.Support = supportOf(c.SupportOf(o))
	if l := o.Launches; l != nil {
		v.Launches = &published.Launches{Accounts: l.Accounts, Owner: l.Owner, Sources: l.From}
	}
	for i := range o.AtOnce {
		a := &o.AtOnce[i]
		v.AtOnce = append(v.AtOnce, published.AtOnce{On: a.API, Keys: a.Keys, Sums: a.Sums, Sources: a.From})
	}
	if o.Facts != nil {
		v.Contract = contractOf(o)
	}
	v.Obligations = standing(c, o, func(*responsibility.Obligation) bool { return true })
	v.Sources = sources(c, offeringSources(c, o))
	return v
}

// supportOf is until when a provider supports its versions, the oldest first; nil for nothing.
func supportOf(s *responsibility.Support) *published.Support {
	if s == nil {
		return nil
	}
	v := &published.Support{Then: s.Then, Sources: s.From}
	for version, until := range s.Until {
		v.Versions = append(v.Versions, published.SupportedVersion{Version: version, Until: until})
	}
	slices.SortFunc(v.Versions, func(a, b published.SupportedVersion) int {
		return cmp.Or(strings.Compare(a.Until, b.Until), strings.Compare(a.Version, b.Version))
	})
	if e := s.Extended; e != nil {
		v.Extended = &published.ExtendedSupport{Months: e.Months, Then: e.Then}
	}
	return v
}

// unsupported is what does not work on an offering, and by what it is seen.
func unsupported(u *responsibility.Unsupported) published.Unsupported {
	return published.Unsupported{
		ID: u.ID, Is: u.Is, Then: u.Then, Cure: u.Cure, On: u.On, All: conditions(u.All), None: conditions(u.None), Unless: conditions(u.Unless),
		Sources: u.From,
	}
}

func rules(all []responsibility.Rule) []published.Rule {
	out := []published.Rule{}
	for _, r := range all {
		out = append(out, published.Rule{On: r.On, All: conditions(r.All), None: conditions(r.None), Cluster: r.Cluster, Strength: r.Strength,
			Note: r.Note,
			From: r.From})
	}
	return out
}

func conditions(all []responsibility.Condition) []published.Condition {
	var out []published.Condition
	for _, c := range all {
		out = append(out, published.Condition{
			Field: c.Field, Key: c.Key, KeyPrefix: c.KeyPrefix, In: c.In, Prefix: c.Prefix, Contains: c.Contains, Over: c.Over, Except: c.Except,
		})
	}
	return out
}

// offeringSources are the ids of what an offering rests on, without that of its
// obligations.
func offeringSources(c *responsibility.Catalog, o *responsibility.Offering) []string {
	ids := slices.Clone(o.From)
	for _, id := range c.AxesOf(o) {
		for _, layer := range c.Axis(id).Layers {
			ids = append(ids, cellSources(o.Line[id][layer.ID])...)
		}
	}
	for _, l := range o.Limits {
		ids = append(ids, l.From...)
	}
	ids = append(ids, ruleSources(o.Evidence)...)
	for _, u := range c.UnsupportedOn(o) {
		ids = append(ids, u.From...)
	}
	for i := range o.BuiltIn {
		ids = append(ids, o.BuiltIn[i].From...)
	}
	if s := c.SupportOf(o); s != nil {
		ids = append(ids, s.From...)
	}
	if o.Launches != nil {
		ids = append(ids, o.Launches.From...)
	}
	ids = append(ids, o.Databases.From...)
	for i := range o.AtOnce {
		ids = append(ids, o.AtOnce[i].From...)
	}
	if o.Facts != nil {
		ids = append(ids, contractSources(o.Facts)...)
	}
	return ids
}

// ruleSources are the ids of what rules of evidence rest on.
func ruleSources(rules []responsibility.Rule) []string {
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.From...)
	}
	return ids
}

// operatorSources are the ids of what an operator and its kinds rest on.
func operatorSources(o *responsibility.Operator) []string {
	ids := slices.Clone(o.From)
	for _, k := range o.Kinds {
		ids = append(ids, k.From...)
	}
	return ids
}

// Source is a document, and what in the catalog rests on it.
func Source(c *responsibility.Catalog, s responsibility.Source) published.SourceExplained {
	v := published.SourceExplained{Explained: explained("source", s.ID, s.Title, ""), URL: s.URL, Read: s.Read, Secondary: s.Secondary,
		Note:    s.Note,
		CitedBy: []published.Citation{}}
	cite := func(kind, id string, from []string) {
		if slices.Contains(from, s.ID) {
			v.CitedBy = append(v.CitedBy, published.Citation{Kind: kind, ID: id})
		}
	}
	for _, o := range c.Offerings {
		cite("offering", o.ID, offeringSources(c, o))
	}
	for _, p := range c.Platforms {
		cite("platform", p.ID, platformSources(p))
	}
	for _, o := range c.Obligations {
		cite("obligation", o.ID, o.From)
	}
	for _, t := range c.Triggers {
		cite("trigger", t.ID, t.From)
	}
	for _, o := range c.Operators {
		cite("operator", o.ID, operatorSources(o))
	}
	for _, p := range c.Programs() {
		cite("program", p.ID, p.From)
	}
	private := c.Exposure().PrivateAnnotations()
	for _, key := range slices.Sorted(maps.Keys(private)) {
		cite("annotation", key, private[key])
	}
	logins := c.Exposure().Logins()
	for _, key := range slices.Sorted(maps.Keys(logins)) {
		cite("login", key, logins[key])
	}
	sizing := c.SizingLabels()
	for _, key := range slices.Sorted(maps.Keys(sizing)) {
		cite("label", key, sizing[key])
	}
	servers := c.Servers()
	for _, name := range slices.Sorted(maps.Keys(servers)) {
		cite("storage", name, servers[name])
	}
	hooks := c.EvictionWebhooks()
	for _, name := range slices.Sorted(maps.Keys(hooks)) {
		cite("webhook", name, hooks[name])
	}
	citedBeside(c, cite)
	return v
}

// citedBeside are what the files of a catalog that hold many things rest on, and strategies.
func citedBeside(c *responsibility.Catalog, cite func(kind, id string, from []string)) {
	named := c.Names()
	for _, name := range slices.Sorted(maps.Keys(named)) {
		cite("name", name, named[name])
	}
	for _, a := range responsibility.Addons() {
		cite("add-on", a.ID, a.From)
	}
	for _, i := range responsibility.AddonInstalls() {
		cite("kind", i.API, i.From)
	}
	for _, b := range c.Balancers {
		cite("setting", b.Delay, b.From)
	}
	for _, r := range c.Removals() {
		cite("version", r.Write, r.From)
	}
	for _, t := range responsibility.Takers() {
		cite("name", t.Name(), t.From)
	}
	for _, x := range c.Strategies {
		cite("strategy", x.ID, x.From)
	}
}
