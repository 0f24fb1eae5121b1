package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// alone are what a workload of several pods keeps and that misses each single pod which has
// it: what has one copy, and what is written only while all copies are there.
func alone(w *kubernetes.Workload) []kubernetes.MadeShare {
	if w.MadeBy == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(w.MadeBy.Shares), func(s kubernetes.MadeShare) bool {
		return s.Copies == 0 || s.Copies > 1 && s.Least < s.Copies
	})
}

// ofShares says of a workload of several pods that what it keeps is on one of them each, or
// can be written only while all that have it are there.
func ofShares(w *kubernetes.Workload) check.Judgement {
	n, all := w.AtLeast(), alone(w)
	j := check.Judgement{
		Verdict: finding.Broken, Severity: "medium", Because: "what else its pods keep stays up", Position: all[0].Position,
		Evidence: []finding.Evidence{size(w)},
	}
	var single, full []string
	for _, s := range all {
		said := fmt.Sprintf("%s %s: 1 replica", s.Kind, s.Name)
		if s.Copies == 1 {
			single = append(single, s.Name)
		} else {
			full = append(full, s.Name)
			said = fmt.Sprintf("%s %s: %d replicas, and %d have to be there for a write", s.Kind, s.Name, s.Copies, s.Least)
		}
		j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: s.Position})
	}
	var follows, change []string
	called := all[0].Called
	if len(single) > 0 {
		j.Message = fmt.Sprintf("runs %d pods, but %s has 1 replica", n, these(called, single))
		if len(single) > 1 {
			j.Message = fmt.Sprintf("runs %d pods, but %s have 1 replica each", n, these(called, single))
		}
		away := "Each eviction of a pod takes away what it has of " + words.Few(single) + " until it is back"
		if w.MadeBy.Loses != "" {
			away += ", and loses it: it is on an emptyDir"
		}
		follows = append(follows, away+".")
		change = append(change, fmt.Sprintf("set %d replicas for %s: %s", min(n, 3), words.Few(single), all[0].Change))
	} else {
		j.Message = fmt.Sprintf("runs %d pods, but %s cannot be written while one of its replicas is away", n, these(called, full))
	}
	if len(full) > 0 {
		follows = append(follows, "Writes to "+words.Few(full)+" that wait for all replicas fail while one of them is away.")
		change = append(change, "have fewer replicas of "+words.Few(full)+" be there for a write than it has")
	}
	j.Consequence = strings.Join(follows, " ")
	j.Fix = &finding.Fix{Summary: strings.Join(change, "; ")}
	return j
}

// these are some names after a noun in their number: topics a and b.
func these(noun string, names []string) string {
	if len(names) > 1 {
		noun = words.Plural(noun)
	}
	return noun + " " + words.Few(names)
}
