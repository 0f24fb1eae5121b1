package compute

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// AddonsNotDoubled looks for add-ons that the provider of the nodes runs itself.
var AddonsNotDoubled = check.Check{
	ID: "addons-not-doubled", Axis: Axis, Subjects: whereReplaced(builtInSomewhere),
	Needs: check.Needs{
		Held:   []check.Need{ownObject, place},
		Broken: []check.Need{ownObject, place, check.Kinds(kubernetes.NodeKinds, kubernetes.PoolKinds)},
	},
	Run: eachReplaced(builtInSomewhere, addonsNotDoubled),
}

// builtInSomewhere reports whether a workload is an add-on that some offering runs itself
// which it is on, or may be.
func builtInSomewhere(p *check.Pass, i int) bool {
	w, at := &p.Estate.Kubernetes.Workloads[i], &p.Places.Workloads[i]
	return at.Offering != nil && w.Lasting && w.AtLeast() > 0 && w.MadeBy == nil && w.Kind != kubernetes.Static &&
		slices.ContainsFunc(offeringsOf(at), func(o *responsibility.Offering) bool { return builtIn(o, w) != nil })
}

// builtIn is what an offering has in place of a workload; nil for none.
func builtIn(o *responsibility.Offering, w *kubernetes.Workload) *responsibility.BuiltIn {
	has := fields.OfWorkload(w)
	for k := range o.BuiltIn {
		b := &o.BuiltIn[k]
		if slices.ContainsFunc(b.Any, func(r responsibility.BuiltInRule) bool {
			_, ok := has.Match(responsibility.Rule{All: r.All})
			return ok
		}) {
			return b
		}
	}
	return nil
}

// addonsNotDoubled says of an add-on whether anything is there that it is for. It is needed
// for nodes of other offerings, wherever there are some, and for what only it serves.
func addonsNotDoubled(p *check.Pass, i int) {
	w, at := &p.Estate.Kubernetes.Workloads[i], p.Places.Workloads[i]
	j := check.Judgement{Verdict: finding.Held, Position: w.Position, Place: at, Index: i, Subject: subject(w.Ref)}
	b := builtIn(at.Offering, w)
	others := slices.DeleteFunc(p.Places.Offerings(), func(o *responsibility.Offering) bool { return o == at.Offering })
	switch {
	case len(others) > 0 || b == nil:
		j.Message = "is an add-on for nodes of " + titlesOf(others)
	case keptOff(&w.Template, at.Offering):
		j.Message = "its node affinity keeps it off the nodes of " + at.Offering.Title
	case neededBy(p.Estate.Kubernetes, b) != "":
		j.Message = "is needed for " + neededBy(p.Estate.Kubernetes, b)
	case b.For != "":
		j.Verdict = finding.Unknown
		j.Message = small(b.Is) + "; this is needed for no more than " + b.For + ", and whether there are any was not read"
		j.Fix = &finding.Fix{Summary: small(strings.TrimSuffix(b.Cure, "."))}
	case at.Basis != locate.Asked && len(p.Estate.Kubernetes.Nodes) == 0:
		j.Verdict = finding.Unknown
		j.Message = small(b.Is) + "; this is needed for nodes of another kind alone, and whether there are any was not read"
		j.Fix = &finding.Fix{Summary: "where there are none, " + small(strings.TrimSuffix(b.Cure, "."))}
	default:
		j.Verdict = finding.Broken
		j.Message = small(b.Is) + ", and every node that was read is one"
		if at.Basis == locate.Asked {
			j.Message = small(b.Is)
		}
		j.Consequence = "It has nothing to do there but what is done already, and stays yours to update with each upgrade of the cluster."
		j.Fix = &finding.Fix{Summary: small(strings.TrimSuffix(b.Cure, "."))}
	}
	report(p, sure(p, j, i, nil))
}

// neededBy is the first object that only the customer's own add-on serves; empty for none.
func neededBy(e *kubernetes.Estate, b *responsibility.BuiltIn) string {
	for _, r := range b.NeededBy {
		rule := responsibility.Rule{All: r.All}
		meets := func(f fields.Fields) bool { _, ok := f.Match(rule); return ok }
		switch r.On {
		case "object":
			if k := slices.IndexFunc(e.Objects, func(o kubernetes.Object) bool { return meets(fields.OfObject(&o)) }); k >= 0 {
				_, kind, _ := strings.Cut(e.Objects[k].API, "/")
				return kind + " " + e.Objects[k].Name
			}
		case "pool":
			if k := slices.IndexFunc(e.Pools, func(o kubernetes.Pool) bool { return meets(fields.OfPool(&o)) }); k >= 0 {
				return "NodePool " + e.Pools[k].Name
			}
		case "service":
			if k := slices.IndexFunc(e.Services, func(o kubernetes.Service) bool { return meets(fields.OfService(&o)) }); k >= 0 {
				return "Service " + e.Services[k].Name
			}
		}
	}
	return ""
}

// keptOff reports whether every term of the node affinity that pods require rules out nodes
// of an offering, by a label that they are known by.
func keptOff(t *kubernetes.PodTemplate, o *responsibility.Offering) bool {
	if t.Affinity == nil || t.Affinity.NodeAffinity == nil || t.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return false
	}
	terms := t.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	known := knownBy(o)
	return len(terms) > 0 && !slices.ContainsFunc(terms, func(term corev1.NodeSelectorTerm) bool {
		return !slices.ContainsFunc(term.MatchExpressions, func(x corev1.NodeSelectorRequirement) bool {
			value, is := known[x.Key]
			if !is {
				return false
			}
			has := slices.Contains(x.Values, value)
			return x.Operator == corev1.NodeSelectorOpDoesNotExist ||
				x.Operator == corev1.NodeSelectorOpNotIn && has || x.Operator == corev1.NodeSelectorOpIn && !has
		})
	})
}

// knownBy are the labels of which one value alone shows a node to be of an offering.
func knownBy(o *responsibility.Offering) map[string]string {
	known := map[string]string{}
	for _, r := range o.Evidence {
		if r.On != "node" || len(r.All) != 1 {
			continue
		}
		if c := r.All[0]; c.Field == "label" && c.Key != "" && len(c.In) == 1 {
			known[c.Key] = c.In[0]
		}
	}
	return known
}
