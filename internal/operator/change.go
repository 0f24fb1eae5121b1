package operator

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// enough says which field sets how many pods a workload has, and how many are
// enough to lose one, with what switches the budget of so many on; empty where no
// field does.
func (o object) enough(w responsibility.MadeWorkload, budgets []responsibility.MadeBudget) string {
	if w.Replicas.Path == "" {
		return ""
	}
	pods := cmp.Or(w.Replicas.Enough, 2)
	said := field(w.ForEach, w.Replicas.Path) + ": " + strconv.Itoa(pods)
	for _, b := range budgets {
		if off := o.switchedOff(b, w.Replicas.Path, pods); off != "" {
			return field(b.ForEach, off) + ": true and " + said
		}
	}
	return said
}

// switchedOff is the field of a resource that keeps its operator from making a budget
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
		case c.Is == true && off == "":
			off = c.Path
		default:
			return ""
		}
	}
	return off
}

// budgeted says which fields to set, as few as there are, so that the operator makes a
// budget for a workload with some labels: those that switch one on, and how many of its
// pods may be missing; empty where it makes one, or no such fields are known.
func (o object) budgeted(w responsibility.MadeWorkload, pods map[string]string, budgets []responsibility.MadeBudget) string {
	var fewest []string
	for _, b := range budgets {
		selected, ok := o.labels(b.Labels)
		if !ok || b.ForEach != "" && b.ForEach != w.ForEach || !labels.SelectorFromSet(selected).Matches(labels.Set(pods)) {
			continue
		}
		set, ok := o.missing(b)
		switch {
		case ok && len(set) == 0:
			return ""
		case ok && (fewest == nil || len(set) < len(fewest)):
			fewest = set
		}
	}
	return words.And(fewest)
}

// missing are the settings that a budget lacks to be made; ok is false where they are
// not known.
func (o object) missing(b responsibility.MadeBudget) (set []string, ok bool) {
	for _, c := range b.When {
		switch {
		case o.holds(c):
		case c.Is == true:
			set = append(set, field(b.ForEach, c.Path)+": true")
		case c.There != nil && *c.There && b.MaxUnavailable != nil && b.MaxUnavailable.Path == c.Path:
			set = append(set, field(b.ForEach, c.Path)+": 1")
		case c.There != nil && !*c.There && c.Is == nil && c.IsNot == nil && c.AtLeast == nil && c.Below == nil:
			set = append(set, field(b.ForEach, c.Path)+": null")
		default:
			return nil, false
		}
	}
	return set, true
}

// change says which fields make of a budget one that allows an eviction.
func change(b responsibility.MadeBudget) string {
	var all []string
	for _, c := range b.Change {
		all = append(all, field(b.ForEach, c.Path)+": "+c.To)
	}
	if len(all) > 0 {
		return words.Or(all)
	}
	for _, a := range []*responsibility.Amount{b.MinAvailable, b.MaxUnavailable, b.AllBut} {
		if a != nil && a.Path != "" {
			return field(b.ForEach, a.Path)
		}
	}
	return ""
}

// field is a path as people write it: spec.instances, or, in the elements of a
// list, spec.nodeSets[].count.
func field(list, path string) string {
	rest, inItem := strings.CutPrefix(path, "item")
	if !inItem {
		return document.Field(jsontext.Pointer(path))
	}
	return document.Field(jsontext.Pointer(list)) + "[]." + document.Field(jsontext.Pointer(rest))
}
