package operator

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// enough says which field sets how many pods a workload has, and how many are
// enough to lose one, with what switches the budget of so many on that selects its
// labels; empty where no field does.
func (o object) enough(w responsibility.MadeWorkload, its map[string]string, budgets []responsibility.MadeBudget) string {
	if w.Replicas.Path == "" {
		return ""
	}
	pods := cmp.Or(w.Replicas.Enough, 2)
	said := field(w.ForEach, w.Replicas.Path) + ": " + strconv.Itoa(pods)
	for _, b := range budgets {
		selected, ok := o.labels(b.Labels)
		if !ok || !labels.SelectorFromSet(selected).Matches(labels.Set(its)) {
			continue
		}
		if off := o.switchedOff(b, w.Replicas.Path, pods); off != "" {
			return off + " and " + said
		}
	}
	return said
}

// switchedOff is the setting of a resource that its operator wants, to make a budget
// which it would make of so many pods; empty where there is none, or more than that.
func (o object) switchedOff(b responsibility.MadeBudget, replicas string, pods int) string {
	off := ""
	for _, c := range b.When {
		switch {
		case c.Path == replicas:
			if c.AtLeast != nil && pods < *c.AtLeast || c.Below != nil && pods >= *c.Below {
				return ""
			}
		case o.holds(c):
		case (c.Is == true || c.Is == false) && off == "":
			off = set(b, c.Path, c.Is)
		default:
			return ""
		}
	}
	return off
}

// budgeted says which fields to set, as few as there are, so that the operator makes a
// budget for a workload with some labels: those that switch one on, and how many of its
// pods may be missing; empty where it makes one, or no such fields are known.
func (m *maker) budgeted(o object, w responsibility.MadeWorkload, pods map[string]string, budgets []responsibility.MadeBudget) string {
	var fewest []string
	for _, b := range budgets {
		selected, ok := o.labels(b.Labels)
		if !ok || b.ForEach != "" && b.ForEach != w.ForEach || !labels.SelectorFromSet(selected).Matches(labels.Set(pods)) {
			continue
		}
		lacks, ok := o.missing(b)
		if off, differs := switched(b, m.configured...); off || differs {
			continue // what its operator is told for all of its kind, it is told for a reason
		}
		switch {
		case ok && len(lacks) == 0:
			return ""
		case ok && (fewest == nil || len(lacks) < len(fewest)):
			fewest = lacks
		}
	}
	return words.And(fewest)
}

// missing are the settings that a budget lacks to be made; ok is false where they are
// not known.
func (o object) missing(b responsibility.MadeBudget) (settings []string, ok bool) {
	for _, c := range b.When {
		switch {
		case o.holds(c):
		case c.Is == true || c.Is == false:
			settings = append(settings, set(b, c.Path, c.Is))
		case c.There != nil && *c.There && b.MaxUnavailable != nil && b.MaxUnavailable.Path == c.Path:
			settings = append(settings, set(b, c.Path, 1))
		case c.There != nil && !*c.There && c.Is == nil && c.IsNot == nil && c.AtLeast == nil && c.Below == nil:
			settings = append(settings, set(b, c.Path, "null"))
		default:
			return nil, false
		}
	}
	if len(b.Unless) == 0 || !all(b.Unless, o.holds) {
		return settings, true
	}
	for _, c := range b.Unless {
		if on, is := c.Is.(bool); is {
			return append(settings, set(b, c.Path, !on)), true
		}
	}
	return nil, false
}

// set is a field of a budget's resource with a value, as people write it.
func set(b responsibility.MadeBudget, path string, to any) string {
	return fmt.Sprintf("%s: %v", field(b.ForEach, path), to)
}

// change says which fields make of a budget one that allows an eviction. Where a kind of
// pods keeps it from that, more of those come first.
func (o object) change(b responsibility.MadeBudget) string {
	var all, elsewhere []string
	for _, s := range b.Sole {
		if o.alone(s) {
			all = append(all, fmt.Sprintf("%d or more have %s", s.Enough, s.Of))
		}
	}
	if len(all) > 0 {
		all = []string{field(b.Sole[0].List, b.Sole[0].Pods.Path) + " so that " + words.And(all)}
	}
	for _, c := range b.Change {
		if said := field(b.ForEach, c.Path) + ": " + c.To; c.Of == "" {
			all = append(all, said)
		} else {
			elsewhere = append(elsewhere, said+" in "+c.Of)
		}
	}
	if len(all) > 0 {
		said := words.Or(all) + " in its " + o.ref().Kind
		return words.Or(append([]string{said}, elsewhere...))
	}
	for _, a := range []*responsibility.Amount{b.MinAvailable, b.MaxUnavailable, b.AllBut} {
		if a != nil && a.Path != "" {
			return field(b.ForEach, a.Path) + " in its " + o.ref().Kind
		}
	}
	return ""
}

// field is a path as people write it: spec.instances, or, in the elements of a
// list, spec.nodeSets[].count.
func field(list, path string) string {
	if before, after, ok := strings.Cut(path, "/"+anyElement); ok && after != "" {
		return field(list, before) + "[]." + document.Field(jsontext.Pointer(after))
	}
	rest, inItem := strings.CutPrefix(path, "item")
	if !inItem {
		return document.Field(jsontext.Pointer(path))
	}
	return document.Field(jsontext.Pointer(list)) + "[]." + document.Field(jsontext.Pointer(rest))
}
