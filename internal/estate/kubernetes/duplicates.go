package kubernetes

import (
	"reflect"
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// last are the indices of what counts of all: of several with one key the
// last, in the place of the first. What has no name, and so no key that ends
// in one, counts each. Each replaced is called with the place among those that
// count, what goes and what takes it.
func last[T any](all []T, key func(*T) string, replaced ...func(place int, before, after *T)) []int {
	at := make(map[string]int, len(all))
	counts := make([]int, 0, len(all))
	for i := range all {
		k := key(&all[i])
		if k == "" || strings.HasSuffix(k, "/") {
			counts = append(counts, i)
			continue
		}
		if place, ok := at[k]; ok {
			for _, f := range replaced {
				f(place, &all[counts[place]], &all[i])
			}
			counts[place] = i
			continue
		}
		at[k] = len(counts)
		counts = append(counts, i)
	}
	return counts
}

// deduplicated is a copy of all with what last leaves of it.
func deduplicated[T any](all []T, key func(*T) string, replaced ...func(place int, before, after *T)) []T {
	counts := last(all, key, replaced...)
	if len(counts) == 0 {
		return nil
	}
	kept := make([]T, len(counts))
	for place, i := range counts {
		kept[place] = all[i]
	}
	return kept
}

// conflicts are, by the place of what counts, where another one of its name
// stands that differs from it.
type conflicts map[int]*origin.Position

// note compares what goes with what takes its place, both without what blank
// takes out. Of those that are alike each differs from what the one before
// differed from.
func note[T any](c conflicts, blank func(*T), position func(*T) origin.Position) func(place int, before, after *T) {
	return func(place int, before, after *T) {
		x, y := *before, *after
		blank(&x)
		blank(&y)
		if !reflect.DeepEqual(x, y) {
			c[place] = new(position(before))
		}
	}
}

// unless is the key of an object, or none where its name is yet to be made.
func unless(generated bool, key string) string {
	if generated {
		return ""
	}
	return key
}
