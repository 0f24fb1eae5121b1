package locate

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
)

// pool is one with where its nodes stand.
type pool struct {
	*kubernetes.Pool
	at   Place
	said []string // what else it says of its nodes
}

// pools are those of an estate that say which labels their nodes carry.
func (l *locator) pools(e *kubernetes.Estate) []pool {
	var all []pool
	for i := range e.Pools {
		if p := &e.Pools[i]; len(p.NodeLabels) > 0 {
			all = append(all, pool{Pool: p, at: l.place("pool", fields.OfPool(p))})
		}
	}
	return append(all, l.groups(e)...)
}

// labelled is where a workload stands that asks for nodes with a label which some
// pools of the input give theirs: on those, and on no other nodes. Pools that stand
// in a folder of tests or of samples are those of what runs there.
func (l *locator) labelled(u *Unit, w *kubernetes.Workload, places *Places) Place {
	if len(w.Template.NodeSelector) == 0 {
		return Place{}
	}
	all := u.pools(w)
	for i := range u.Estate.Pools {
		all = append(all, pool{Pool: &u.Estate.Pools[i], at: places.Pools[i]})
	}
	all = slices.DeleteFunc(append(all, u.own...), func(p pool) bool {
		_, ok := asked(w.Template.NodeSelector, p.NodeLabels)
		return !ok
	})
	var on []*responsibility.Offering
	evidence := ""
	for _, p := range nearest(all, directory(w.Position.File)) {
		if p.at.Offering == nil || p.at.Basis == Conflict {
			return Place{}
		}
		on = append(on, each(append([]*responsibility.Offering{p.at.Offering}, p.at.Also...))...)
		if evidence == "" {
			label, _ := asked(w.Template.NodeSelector, p.NodeLabels)
			evidence = "it asks for nodes with " + label + ", which pool " + p.Name + " makes"
			if len(p.said) > 0 {
				evidence += ", " + strings.Join(p.said, ", ")
			}
		}
	}
	if len(on) == 0 {
		return Place{}
	}
	return Place{Offering: l.oneOf(on), Basis: Hint, Evidence: Seen(evidence)}
}

// pools are those of other units that count for a workload.
func (u *Unit) pools(w *kubernetes.Workload) []pool {
	if u.Folders == nil {
		return u.around
	}
	return slices.DeleteFunc(slices.Clone(u.around), func(p pool) bool {
		what, folder := u.Folders.Of(path.Join(directory(p.Position.File), "pool.yaml"))
		return what != purpose.Deployed && !within(directory(w.Position.File), folder)
	})
}

// asked is a label that a workload asks for and the nodes of a pool carry; ok is
// false where they carry none of those, or another value of one.
func asked(selector, labels map[string]string) (label string, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(selector)) {
		switch value, has := labels[key]; {
		case has && value != selector[key]:
			return "", false
		case has && label == "":
			label = key + "=" + value
		}
	}
	return label, label != ""
}
