// Package support looks for what of an estate does not work on an offering, by the lists
// of the catalog of what is not supported there.
package support

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// Unit is what is looked at together, with its name.
type Unit struct {
	Name   string
	Estate *kubernetes.Estate
}

// Hit is one thing that does not work.
type Hit struct {
	What     *responsibility.Unsupported
	Subject  finding.Subject
	Evidence string // by what it is seen
	ByKind   bool   // and that is of its kind, which its subject names
	Position origin.Position
}

// Unknown is what would not be seen, though it may be there, and why.
type Unknown struct {
	What *responsibility.Unsupported
	Why  string
	On   []finding.Subject // that it may be true of; none where that is not known
}

// Found is what came of a look.
type Found struct {
	Hits    []Hit
	Unknown []Unknown
}

// Look looks through units, which stand in one cluster, for what an offering does not
// support. What was read does not always tell: that is unknown, and not supported.
func Look(c *responsibility.Catalog, o *responsibility.Offering, units []Unit) Found {
	l := looker{storage: &kubernetes.Storage{}, open: map[*responsibility.Unsupported]*Unknown{}}
	for _, u := range units {
		l.storage.Add(u.Estate.Objects)
		l.objects = append(l.objects, u.Estate.Objects...)
	}
	all := slices.DeleteFunc(c.UnsupportedOn(o), func(x *responsibility.Unsupported) bool { return Excused(x, l.objects) })
	for _, u := range units {
		for _, x := range all {
			l.rule, l.what, l.unit = x.Rule(), x, u
			l.look()
		}
	}
	for _, x := range all {
		if n := l.open[x]; n != nil {
			l.found.Unknown = append(l.found.Unknown, *n)
		} else if why := unread(x, units, l.objects); why != "" {
			l.found.Unknown = append(l.found.Unknown, Unknown{What: x, Why: why})
		}
	}
	place := func(h Hit) int { return slices.Index(all, h.What) }
	slices.SortStableFunc(l.found.Hits, func(a, b Hit) int { return cmp.Or(place(a)-place(b), a.Subject.Compare(b.Subject)) })
	l.found.Hits = slices.CompactFunc(l.found.Hits, func(a, b Hit) bool { return a.What == b.What && a.Subject == b.Subject })
	return l.found
}

// Excused reports whether one of some objects says that something counts nowhere.
func Excused(x *responsibility.Unsupported, objects []kubernetes.Object) bool {
	return len(x.Unless) > 0 && slices.ContainsFunc(objects, func(o kubernetes.Object) bool {
		_, ok := fields.OfObject(&o).Match(responsibility.Rule{All: x.Unless})
		return ok
	})
}

// looker looks for one thing in one unit after the other.
type looker struct {
	what    *responsibility.Unsupported
	rule    responsibility.Rule
	unit    Unit
	storage *kubernetes.Storage
	objects []kubernetes.Object // of all units
	found   Found
	open    map[*responsibility.Unsupported]*Unknown
}

func (l *looker) look() {
	e := l.unit.Estate
	switch l.what.On {
	case "pod":
		for i := range e.Workloads {
			if w := &e.Workloads[i]; w.Kind != kubernetes.Static && w.MadeBy == nil {
				l.at(fields.OfWorkload(w), w.Ref, w.Position)
			}
		}
	case "claim":
		l.claims()
	case "service":
		for i := range e.Services {
			s := &e.Services[i]
			l.at(fields.OfService(s), kubernetes.Ref{Namespace: s.Namespace, Kind: "Service", Name: s.Name}, s.Position)
		}
	case "pool":
		for i := range e.Pools {
			p := &e.Pools[i]
			_, kind, _ := strings.Cut(p.API, "/")
			l.at(fields.OfPool(p), kubernetes.Ref{Namespace: p.Namespace, Kind: kind, Name: p.Name}, p.Position)
		}
	case "node":
		for i := range e.Nodes {
			n := &e.Nodes[i]
			l.at(fields.OfNode(n), kubernetes.Ref{Kind: "Node", Name: n.Name}, n.Position)
		}
	case "object":
		for i := range e.Objects {
			o := &e.Objects[i]
			_, kind, _ := strings.Cut(o.API, "/")
			f := fields.OfObjectAmong(o, l.objects)
			f.Of = ""
			l.at(f, kubernetes.Ref{Namespace: o.Namespace, Kind: kind, Name: o.Name}, o.Position)
		}
	}
}

// at looks at one thing.
func (l *looker) at(f fields.Fields, r kubernetes.Ref, at origin.Position) bool {
	evidence, ok := f.Match(l.rule)
	if ok {
		byKind := slices.ContainsFunc(l.rule.All, func(c responsibility.Condition) bool { return c.Field == "api" })
		l.found.Hits = append(l.found.Hits, Hit{What: l.what, Subject: l.subject(r), Evidence: evidence, ByKind: byKind, Position: at})
	}
	return ok
}

func (l *looker) subject(r kubernetes.Ref) finding.Subject {
	return finding.Subject{Unit: l.unit.Name, Namespace: r.Namespace, Kind: r.Kind, Name: r.Name}
}

// claims looks at those that were read, and at those that StatefulSets make for their
// pods: these stand in no file.
func (l *looker) claims() {
	e, all := l.unit.Estate, kubernetes.Estate{Objects: l.objects}
	made := map[string]bool{} // of those that were read, by their namespace and name
	for i := range e.VolumeClaims {
		c := &e.VolumeClaims[i]
		made[c.Namespace+"/"+c.Name] = true
		r := kubernetes.Ref{Namespace: c.Namespace, Kind: "PersistentVolumeClaim", Name: c.Name}
		l.claim(r, c.Position, c.Class, l.storage.Serves(&all, c))
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		for k, class := range w.ClaimClasses {
			if made[w.Namespace+"/"+w.ClaimName(w.VolumeClaimTemplates[k], 0)] {
				continue
			}
			c := kubernetes.VolumeClaim{Class: class, Unclassed: class == ""}
			if class == kubernetes.NoClass {
				c.Class = ""
			}
			l.claim(w.Ref, w.Position, class, l.storage.Serves(&all, &c))
		}
	}
}

// claim looks at a claim, by what may serve it.
func (l *looker) claim(r kubernetes.Ref, at origin.Position, class string, servers []string) {
	for _, s := range servers {
		if s != "" && l.at(fields.OfClaim(r.Name, class, s), r, at) {
			return
		}
	}
	if len(servers) > 0 && !slices.Contains(servers, "") {
		return
	}
	n := l.open[l.what]
	if n == nil {
		n = &Unknown{What: l.what, Why: "what provides their volumes was not read: give the StorageClass or the PersistentVolume, too"}
		l.open[l.what] = n
	}
	if s := l.subject(r); !slices.Contains(n.On, s) {
		n.On = append(n.On, s)
	}
}

// unread is why something would not be seen anywhere; empty where it would.
func unread(x *responsibility.Unsupported, units []Unit, objects []kubernetes.Object) string {
	live := slices.ContainsFunc(units, func(u Unit) bool { return len(u.Estate.Contexts)+len(u.Estate.Servers) > 0 })
	switch x.On {
	case "pod":
		looksAt := func(field string) bool {
			return slices.ContainsFunc(x.All, func(c responsibility.Condition) bool { return c.Field == field })
		}
		if looksAt("asks") && slices.ContainsFunc(units, func(u Unit) bool { return u.Estate.Unasked }) {
			return "the snapshot is of an onus that did not keep what pods ask of their nodes; take it again"
		}
		if looksAt("program") && live {
			return "images of a live cluster and of its snapshots are not read; give the manifests"
		}
	case "object":
		apis := apisOf(x)
		seen := slices.ContainsFunc(objects, func(o kubernetes.Object) bool { return slices.Contains(apis, o.API) })
		if live && !seen && len(apis) > 0 {
			var kinds []string
			for _, api := range apis {
				_, kind, _ := strings.Cut(api, "/")
				kinds = append(kinds, kind)
			}
			return "no " + strings.Join(kinds, " or ") + " of a live cluster is read; give the manifests"
		}
	}
	return ""
}

// apisOf are the kinds of objects that something is seen on.
func apisOf(x *responsibility.Unsupported) []string {
	for _, c := range x.All {
		if c.Field == "api" {
			return c.In
		}
	}
	return nil
}
