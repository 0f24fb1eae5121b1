package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/words"
)

// nothingToCheck is the answer to input that holds nothing that a check is
// about, lest silence be taken for green. Each section says what it holds.
func nothingToCheck(c *responsibility.Catalog, e *estate.Whole) error {
	unread := e.Unread()
	told, made := ofClusters(c, e)
	switch {
	case told || e.Checked() || len(unread) > 0 && e.Objects() > 0 || makesSomething(e) || builtInPart(e):
		return nil
	case len(unread) > 0:
		return nothingRead(unread, "nothing of the cluster")
	case len(e.Unreadable) > 0:
		return unreadable(e.Unreadable)
	case made != nil:
		_, kind, _ := strings.Cut(made.API, "/")
		return usage("give what runs in it, too, or its version",
			"nothing to check: %s: %s %s makes a cluster, and its version is not known here", made.Position, kind, made.Name)
	case e.Objects() > 0:
		return noWorkloads(e)
	}
	return nothingKnown(e, "nothing to check")
}

// ofClusters is compute.OfClusters for all that was read.
func ofClusters(c *responsibility.Catalog, e *estate.Whole) (told bool, made *kubernetes.Object) {
	for _, u := range e.Units {
		of, one := compute.OfClusters(c, u.Kubernetes.Objects)
		told = told || of
		if made == nil {
			made = one
		}
	}
	return told, made
}

// noWorkloads is the answer to input whose objects are others than those that are checked.
func noWorkloads(e *estate.Whole) error {
	return usage("give the workloads and PodDisruptionBudgets too", "nothing to check: %s",
		noneOf(e, func(a origin.Account) string { return a.ToCheck }))
}

// nothingChecked is the answer to input of which nothing was checked, while what there may be
// to check could not be read: the report says what, and is no green. Told says that the
// report has a verdict on something.
func nothingChecked(e *estate.Whole, told bool) error {
	deployed := slices.DeleteFunc(slices.Clone(e.Unreadable), func(f origin.Fault) bool { return !f.Lacks.Deployed() })
	rest := slices.DeleteFunc(slices.Clone(e.Unreadable), func(f origin.Fault) bool { return f.Lacks.Deployed() })
	switch {
	case !told && len(deployed) > 0:
		return usage("", "nothing could be checked: what is deployed could not be read (%s)", others(slices.Concat(deployed, rest)))
	case told:
		return nil
	}
	var lost []origin.Unread
	for _, u := range e.Units {
		for _, hidden := range append(u.Kubernetes.HidesPods(), u.Kubernetes.Hides(kubernetes.BudgetKinds)...) {
			if hidden.Cause == origin.Unreadable {
				lost = append(lost, hidden)
			}
		}
	}
	kinds := notJudged(e)
	switch {
	case len(lost) > 0:
		return usage("", "nothing could be checked: what may hold workloads or PDBs could not be read (%s: %s)", lost[0].Of, lost[0].Reason)
	case !e.Checked() && builtInPart(e) && !makesSomething(e):
		return noWorkloads(e)
	case len(e.Unreadable) > 0:
		return usage("", "nothing could be checked: what there may be to check could not be read (%s)", others(e.Unreadable))
	case !e.Checked() && len(kinds) > 0:
		return usage("", "nothing could be checked: no operator of the custom resources is known (%s)", words.First(kinds, mostNamed))
	}
	return nil
}

// notJudged are the kinds of custom resources of which it is not known what they make.
func notJudged(e *estate.Whole) []string {
	var all []string
	for _, u := range e.Units {
		all = append(all, u.Kubernetes.NotJudged...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// others are the first fault of the kind that there is most of, and how many more there are.
func others(faults []origin.Fault) string {
	most, first := 0, 0
	for i := range faults {
		if n := alike(faults, i); n > most {
			most, first = n, i
		}
	}
	said := faults[first].At() + ": " + faults[first].Reason
	if more := len(faults) - 1; more > 0 {
		said += fmt.Sprintf("; and %d more", more)
	}
	return said
}

// alike are how many faults lack the same kind of thing as one, or are for the same reason.
func alike(faults []origin.Fault, one int) int {
	n := 0
	for i := range faults {
		if faults[i].Lacks.What == faults[one].Lacks.What && (faults[i].Lacks.What != "" || faults[i].Reason == faults[one].Reason) {
			n++
		}
	}
	return n
}

// makesSomething reports whether the input holds objects of which others make what
// there would be to check: the report names them.
func makesSomething(e *estate.Whole) bool {
	return slices.ContainsFunc(e.Units, func(u *estate.Unit) bool { return len(u.Kubernetes.Elsewhere)+len(u.Kubernetes.NotJudged) > 0 })
}

// builtInPart reports whether a unit was built and something of it could not be, as
// where a chart that it depends on is not there: the report says what.
func builtInPart(e *estate.Whole) bool {
	return slices.ContainsFunc(e.Units, func(u *estate.Unit) bool {
		return u.Kind != estate.Files && u.Kubernetes.Seen.Objects > 0 && len(u.Unreadable) > 0
	})
}

// nothingToSimulate is the answer to input with nothing to watch.
func nothingToSimulate(e *estate.Whole) error {
	unread := e.Unread()
	switch {
	case len(e.Simulated()) > 0:
		return nil
	case len(unread) > 0:
		return nothingRead(unread, "no workload of the cluster")
	case len(e.Unreadable) > 0:
		return unreadable(e.Unreadable)
	case e.Objects() > 0:
		return usage("give the workloads too: deployments, statefulsets and the like", "nothing to simulate: %s",
			noneOf(e, func(a origin.Account) string { return a.ToSimulate }))
	}
	return nothingKnown(e, "nothing to simulate")
}

// unreadable is the answer to input that cannot be read: the first fault, and how
// many more there are.
func unreadable(faults []origin.Fault) error {
	first := faults[0]
	said := first.String()
	if more := len(faults) - 1; more > 0 {
		said += fmt.Sprintf(" (and %s)", words.Count(more, "more fault"))
	}
	return usage(first.Hint, "%s", said)
}

// severalUnits is the answer to input of several units where one is simulated.
func severalUnits(units []*estate.Unit) error {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
	}
	return usage("simulate one of them: --unit "+names[0], "the input has %s, each an estate of its own: %s",
		words.Count(len(units), "unit"), words.First(names, mostNamed))
}

// noneOf says that none of the objects of any section is what was wanted.
func noneOf(e *estate.Whole, wanted func(origin.Account) string) string {
	var all []string
	for _, a := range e.Accounts() {
		if a.Objects > 0 {
			all = append(all, fmt.Sprintf("of %s none is %s", words.Count(a.Objects, a.Object), wanted(a)))
		}
	}
	return strings.Join(all, "; ")
}

// nothingKnown is the answer to input of which no object was read at all.
func nothingKnown(e *estate.Whole, what string) error {
	const hint = "give YAML or JSON with Kubernetes objects"
	skipped := e.Seen().Skipped
	switch {
	case e.Aside.Files > 0:
		of := " of " + words.And(e.Aside.Holds) + " (" + words.And(e.Aside.Folders) + ") "
		return usage("give such a folder itself", "%s: no Kubernetes object was read; %s not", what,
			words.Count(e.Aside.Files, "file"+of+"was", "files"+of+"were"))
	case e.Seen().Encrypted > 0:
		return usage("give it decrypted", "%s: no Kubernetes object was read, and %s encrypted", what,
			words.Count(e.Seen().Encrypted, "file or document is", "files or documents are"))
	case e.NoReader[source.HelmTemplate] > 0:
		return usage("render it first: helm template CHART | onus check -", "%s: onus does not read %s yet", what, forms(e.NoReader))
	case len(e.NoReader) > 0:
		return usage(hint, "%s: onus does not read %s yet", what, forms(e.NoReader))
	case skipped > 0:
		return usage(hint, "%s: no Kubernetes object was read, and %s skipped", what,
			words.Count(skipped, "file or document was", "files or documents were"))
	}
	return usage(hint, "%s: no Kubernetes object was read", what)
}

// nothingRead is the answer to a cluster of which nothing could be read that
// there is to look at.
func nothingRead(unread []origin.Unread, what string) error {
	first := unread[0]
	said := first.Plural()
	if first.Reason != "" {
		said += ": " + first.Reason
	}
	if more := len(unread) - 1; more > 0 {
		said += fmt.Sprintf("; and so for %s more", words.Count(more, "kind"))
	}
	exit := &exitError{status: exitUnfinished, err: fmt.Errorf("%s could be read: %s", what, said)}
	if first.Cause == origin.Forbidden {
		exit.hint = "allow list on " + first.Resource + "; docs/rbac.yaml has all that is needed"
	}
	return exit
}
