package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// findDrainRules finds how drains of each pool of the Cluster API treat each class
// of pods.
func (b *builder) findDrainRules() {
	machines := map[int32]*kubernetes.Pool{}
	for i := range b.estate.Nodes {
		if b.estate.Nodes[i].Annotations["cluster.x-k8s.io/machine"] != "" {
			machines[b.shapes[b.nodes[i].shape].pool] = nil
		}
	}
	for i := range b.estate.Pools {
		if p := &b.estate.Pools[i]; p.Detach > 0 {
			machines[b.poolOf[p.Name]] = p
		}
	}
	for id, p := range machines {
		x := &b.pools[id]
		if x.offering == nil || x.offering.Contract == nil || x.offering.Contract.Drainer == contract.KarpenterDrain {
			continue
		}
		x.drained = make([]kubernetes.DrainTreatment, len(b.classes))
		unlike := false
		for c := range b.classes {
			w := &b.estate.Workloads[slices.Index(b.workloadOf, b.classes[c].workload)]
			x.drained[c] = b.estate.Drained(p, w.Namespace, w.Template.Labels)
			unlike = unlike || x.drained[c] != (kubernetes.DrainTreatment{})
			if t := &x.drained[c]; t.Unsure {
				b.note("whether %s is about pods of %s is not known: it is played as if it were not", t.By, w.Name)
			}
		}
		if !unlike {
			x.drained = nil
		}
	}
}

// drainedAs is how the drain of a node treats a pod of some class.
func (st *state) drainedAs(class, n int32) kubernetes.DrainTreatment {
	if n >= 0 {
		if all := st.World.pools[st.nodes[n].pool].drained; all != nil {
			return all[class]
		}
	}
	return kubernetes.DrainTreatment{}
}

// drainLeaves reports whether the drain of a node leaves a pod alone, without
// asking anybody.
func (dr *drainer) drainLeaves(p, n int32) bool {
	c := &dr.classes[dr.pods[p].class]
	return c.drain.DaemonSet || c.drain.Static || dr.drainedAs(dr.pods[p].class, n).Skipped
}

// modelDrainRules says which workloads drains may treat in another way than to
// evict their pods with all others, and whether there are any: then nothing is taken
// for granted of how long evictions take.
func (w *World) modelDrainRules(m *bound.Model) (some bool) {
	for i := range w.pools {
		for c, t := range w.pools[i].drained {
			if t.By == "" {
				continue
			}
			some = true
			x := &m.Workloads[w.classes[c].workload]
			if t.Skipped || t.Unsure {
				x.SkippedBy = t.By
			}
			if t.Awaited || t.Unsure {
				x.AwaitedBy = t.By
			}
		}
	}
	return some
}
