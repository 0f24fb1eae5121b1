package simulate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// unplayedParts are what takes nodes and pods and no run plays.
type unplayedParts struct{ *builder }

// findUnplayed notes who takes nodes by rules that are not played. Of nodes that no Karpenter
// drains nothing is then proved that rests on evictions.
func (b unplayedParts) findUnplayed() {
	others := false
	takers := responsibility.Takers()
	for i := range takers {
		t := &takers[i]
		if t.Waits {
			continue
		}
		past := t.Past || t.Flag != "" && b.forced(t.Image)
		for _, name := range b.taking(t) {
			others = others || t.Drains && (past || t.Flag == "")
			switch {
			case t.Evicts:
				b.evictor.or(taker{name, past})
			case t.Drains && t.Image != "":
				b.drainer.or(taker{name, past})
			}
			b.note("%s %s, which is not played", name, t.Says)
		}
	}
	b.findEvictors()
	if !others {
		return
	}
	for i := range b.pools {
		o := b.pools[i].offering
		if o != nil && o.Contract != nil && o.Contract.Drainer != contract.KarpenterDrain {
			b.pools[i].settings.Unplayed = true
		}
	}
}

// findEvictors finds whose pods some custom resource has evicted by rules of its own.
func (b unplayedParts) findEvictors() {
	b.evictedBy = make([]taker, len(b.workloads))
	for i := range b.estate.Evictors {
		e := &b.estate.Evictors[i]
		var of []string
		for k, l := range b.workloadOf {
			if l < 0 || !b.workloads[l].watched || !e.Takes(&b.estate.Workloads[k], b.workloads[l].replicas) {
				continue
			}
			b.evictedBy[l].or(taker{e.By, e.Past})
			of = append(of, b.workloads[l].Name)
		}
		if len(of) > 0 {
			b.note("%s %s, such as those of %s: this is not played", e.By, e.Says, words.Few(of))
		}
	}
}

// taker takes pods by rules of its own, within their PDBs or past them; empty for nobody.
type taker struct {
	name string
	past bool
}

// or has another one stand for it who leaves fewer pods.
func (t *taker) or(other taker) {
	if other.name != "" && (t.name == "" || other.past && !t.past) {
		*t = other
	}
}

// forced reports whether some container with such an image is told to take pods past PDBs.
func (b unplayedParts) forced(image string) bool {
	forces := func(c kubernetes.Container) bool { return c.Image == image && c.Forces }
	return slices.ContainsFunc(b.estate.Workloads, func(w kubernetes.Workload) bool {
		return slices.ContainsFunc(w.Template.Containers, forces)
	})
}

// findOperated finds the workloads whose pods an operator may move.
func (b unplayedParts) findOperated() {
	b.operated = map[kubernetes.Ref]string{}
	for i := range b.estate.Workloads {
		switch w := &b.estate.Workloads[i]; {
		case w.Rewritten != "":
			b.operated[w.Ref] = w.Rewritten
			b.note("%s, which is not simulated", w.Rewritten)
		case w.Operated():
			b.operated[w.Ref] = "its operator may move it"
		}
	}
}

// noteDevices says whose pods ask for devices, of which it is not known which nodes have them.
func (b unplayedParts) noteDevices() {
	var of []string
	for k, l := range b.workloadOf {
		if w := &b.estate.Workloads[k]; l >= 0 && w.Template.Devices && b.workloads[l].kind != daemon && b.workloads[l].kind != static {
			of = append(of, w.Name)
		}
	}
	if len(of) > 0 {
		b.note("pods of %s ask for devices by resource claims: which nodes have some was not read, and the scheduler is played as if all had; "+
			"Karpenter makes no node for such pods", words.Few(of))
	}
}

// awaiting is what pods wait for, in words, and before what: they get a node, are Ready.
type awaiting struct{ who, before string }

const (
	beforeNode  = "get a node"
	beforeReady = "are Ready"
)

// findGated finds whose pods wait for somebody: to take a scheduling gate off them, one of their
// template or of who has pods of workloads with some label wait; or to have them serve.
func (b unplayedParts) findGated() {
	b.gatedBy = map[kubernetes.Ref]awaiting{}
	by := map[awaiting][]string{}
	for k, l := range b.workloadOf {
		w := &b.estate.Workloads[k]
		if l < 0 || b.workloads[l].kind == daemon || b.workloads[l].kind == static || b.workloads[l].kind == bare {
			continue
		}
		if wait := b.waitsFor(w); wait.who != "" {
			b.gatedBy[w.Ref], by[wait] = wait, append(by[wait], w.Name)
		}
	}
	for _, wait := range slices.SortedFunc(maps.Keys(by), func(a, b awaiting) int { return cmp.Compare(a.who, b.who) }) {
		b.note("pods of %s wait for %s before they %s: it is played as if that came at once", words.Few(by[wait]), wait.who, wait.before)
	}
}

// waitsFor is what pods of a workload wait for; the zero value for nothing.
func (b unplayedParts) waitsFor(w *kubernetes.Workload) awaiting {
	if len(w.Template.Gates) > 0 {
		gates := words.Agree(len(w.Template.Gates), "gate", "gates")
		return awaiting{"whoever takes off the scheduling " + gates + " " + words.Few(w.Template.Gates), beforeNode}
	}
	takers := responsibility.Takers()
	for i := range takers {
		t := &takers[i]
		queue := cmp.Or(w.Labels[t.Label], w.Template.Labels[t.Label])
		if t.Waits && queue != "" && slices.Contains(t.Kinds, w.Kind) {
			return awaiting{t.Title + " (label " + t.Label + ") " + t.Says, beforeNode}
		}
	}
	for i := range w.Template.Containers {
		if c := &w.Template.Containers[i]; c.Awaits != "" && !b.told(w, c.Unless) {
			return awaiting{c.Awaits, beforeReady}
		}
	}
	return awaiting{}
}

// told reports whether a ConfigMap of a workload has a block that begins so.
func (b unplayedParts) told(w *kubernetes.Workload, block string) bool {
	return slices.ContainsFunc(b.estate.Configs, func(c kubernetes.Config) bool {
		return c.Namespace == w.Namespace && slices.Contains(w.Template.ConfigMaps, c.Name) && slices.Contains(c.Blocks, block)
	})
}

// taking are the objects of the estate that are such a taker of nodes, by kind and name.
func (b unplayedParts) taking(t *responsibility.Taker) []string {
	var all []string
	for i := range b.estate.CustomResources {
		if c := &b.estate.CustomResources[i]; c.API == t.Custom && !t.Evicts {
			all = append(all, c.API[strings.IndexByte(c.API, '/')+1:]+" "+c.Name)
		}
	}
	runs := func(c kubernetes.Container) bool { return t.Image != "" && c.Image == t.Image }
	for i := range b.estate.Workloads {
		if w := &b.estate.Workloads[i]; (w.Kind == "DaemonSet" || t.Evicts) && slices.ContainsFunc(w.Template.Containers, runs) {
			all = append(all, w.Kind+" "+w.Name+" ("+t.Image+")")
		}
	}
	return all
}
