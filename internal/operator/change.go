package operator

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// enough says which field sets how many pods a workload has, and how many are
// enough to lose one; empty where no field does.
func enough(w responsibility.MadeWorkload) string {
	if w.Replicas.Path == "" {
		return ""
	}
	return field(w.ForEach, w.Replicas.Path) + ": " + strconv.Itoa(cmp.Or(w.Replicas.Enough, 2))
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
