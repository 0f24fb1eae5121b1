package kubernetes

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Mover is an operator that moves pods of a kind to other nodes while what is in them runs, when
// somebody wants to evict them.
type Mover struct {
	Kind     string // of the pods' owner, as GROUP/KIND
	Operator string // what people call it
	// Ordinary are the beginnings of names of resources that each node has for it: who asks
	// for others is on a device of its node.
	Ordinary []string
	Change   string // what to set where it cannot, so that they may be evicted
}

// Move says of a workload that its operator moves its pods.
type Move struct {
	Operator string
	// Cannot says why it cannot, so that its pods hold their nodes; Unsure what is not known,
	// so that it may. Both are empty where it can.
	Cannot, Unsure string
}

// Can reports whether it moves them.
func (m *Move) Can() bool { return m != nil && m.Cannot == "" && m.Unsure == "" }

// moves finds which operators move the pods of workloads. Of pods that a cluster has, it moves
// those over which it keeps a budget.
func (l *linker) moves() {
	if len(l.raw.Movers) == 0 {
		return
	}
	kept := map[Ref]*Maker{}
	for i := range l.Budgets {
		if by := l.Budgets[i].MadeBy; by != nil {
			kept[by.Ref] = by
		}
	}
	for i := range l.Workloads {
		w := &l.Workloads[i]
		k := slices.IndexFunc(l.raw.Movers, func(m Mover) bool {
			_, kind, _ := strings.Cut(m.Kind, "/")
			return w.MadeBy != nil && w.MadeBy.Moves != nil && w.MadeBy.Operator == m.Operator || w.Inferred && w.Kind == kind && kept[w.Ref] != nil
		})
		if k < 0 {
			continue
		}
		w.Move = &Move{Operator: l.raw.Movers[k].Operator}
		if by := kept[w.Ref]; by != nil && by.Change == "" {
			by.Change = l.raw.Movers[k].Change
		}
		if w.MadeBy != nil {
			*w.Move = *w.MadeBy.Moves
		}
		if w.Move.Cannot == "" && w.Move.Unsure == "" {
			l.moved(w, &l.raw.Movers[k])
		}
	}
}

// rewritten notes which workloads have pods under a budget that its operator writes anew.
func (l *linker) rewritten() {
	for i := range l.Budgets {
		b := &l.Budgets[i]
		if b.Rewritten == "" || b.Selector == nil {
			continue
		}
		for k := range l.Workloads {
			if w := &l.Workloads[k]; w.Namespace == b.Namespace && b.Selector.Matches(labels.Set(w.Template.Labels)) {
				w.Rewritten = b.Rewritten
			}
		}
	}
}

// moved says whether a mover can move the pods of a workload: they share their volumes with the
// pods that come in their place for a while, and leave devices of their node behind.
func (l *linker) moved(w *Workload, m *Mover) {
	for _, name := range slices.Sorted(maps.Keys(w.Template.Requests.Other)) {
		ordinary := name == string(corev1.ResourceEphemeralStorage) || strings.HasPrefix(name, corev1.ResourceHugePagesPrefix) ||
			slices.ContainsFunc(m.Ordinary, func(start string) bool { return strings.HasPrefix(name, start) })
		if !ordinary {
			w.Move.Cannot = "it has a device of its node (" + name + ")"
			return
		}
	}
	for _, claim := range w.Template.VolumeClaims {
		i := slices.IndexFunc(l.VolumeClaims, func(c VolumeClaim) bool { return c.Namespace == w.Namespace && c.Name == claim })
		switch {
		case i < 0:
			if w.Move.Unsure == "" {
				w.Move.Unsure = "its claim " + claim + " was not read"
			}
		case l.VolumeClaims[i].Once:
			w.Move.Cannot = "its claim " + claim + " is for one node at a time (ReadWriteOnce)"
		case l.VolumeClaims[i].Host != "" || l.VolumeClaims[i].Local || l.VolumeClaims[i].OnDisk:
			w.Move.Cannot = "the volume of its claim " + claim + " is on a disk of its node"
		}
	}
}

// Operated reports whether an operator that is not known here keeps the pods, or one writes their
// budget anew: it may hand over, or move them itself, when their node is cordoned. Nobody moves those that run to an
// end.
func (w *Workload) Operated() bool {
	if w.Rewritten != "" {
		return true
	}
	if w.Move != nil && w.Move.Cannot != "" {
		return false
	}
	known := func(k Kind) bool { return k.Set == Controllers && k.Name == w.Kind }
	return w.Inferred && w.Lasting && !w.Bare && !slices.ContainsFunc(Kinds, known)
}
