package simulate

import (
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// machineNamespace is the annotation of a node that names the namespace of its
// Machine.
//
// Source: ClusterNamespaceAnnotation in api/core/v1beta2/common_types.go of the
// Cluster API 1.13.
const machineNamespace = "cluster.x-k8s.io/cluster-namespace"

// drainRules are how drains of pools treat pods, by rules of the cluster.
type drainRules struct{ *builder }

// findDrainRules finds how drains of each pool of the Cluster API treat each class
// of pods.
func (b drainRules) findDrainRules() {
	pools := b.machinePools()
	from := make([]*kubernetes.Workload, len(b.workloads))
	for i, l := range b.workloadOf {
		if l >= 0 {
			from[l] = &b.estate.Workloads[i]
		}
	}
	for _, id := range slices.Sorted(maps.Keys(pools)) {
		x := &b.pools[id]
		if x.offering == nil || x.offering.Contract == nil || x.offering.Contract.Drainer == contract.KarpenterDrain {
			continue
		}
		drains := b.estate.Drains(pools[id])
		drained := make([]kubernetes.DrainTreatment, len(b.classes))
		unlike := false
		for c := range b.classes {
			w := from[b.classes[c].workload]
			drained[c] = drains.Treat(w.Namespace, w.Template.Labels)
			unlike = unlike || drained[c] != (kubernetes.DrainTreatment{})
			if t := &drained[c]; t.Unsure {
				b.note("whether %s is about pods of %s is not known: it is played as if it were not", t.By, w.Name)
			}
		}
		if unlike {
			x.drained = drained
		}
	}
}

// machinePools are the pools of the Cluster API, by index.
func (b drainRules) machinePools() map[int32]kubernetes.Machines {
	pools := map[int32]kubernetes.Machines{}
	for i := range b.estate.Nodes {
		n := &b.estate.Nodes[i]
		if n.Annotations["cluster.x-k8s.io/machine"] == "" {
			continue
		}
		id, own := b.shapes[b.nodes[i].shape].pool, n.Annotations[machineNamespace]
		if before, known := pools[id]; known && before.Namespace != own {
			own = "" // not all of them are in one
		}
		pools[id] = kubernetes.Machines{Namespace: own, Unread: true}
	}
	for i := range b.estate.Pools {
		if p := &b.estate.Pools[i]; p.Detach > 0 {
			pools[b.nodeShapes.poolOf[p.Name]] = kubernetes.Machines{Namespace: p.Namespace, Labels: p.MachineLabels}
		}
	}
	return pools
}

// drainedAs is how the drain of a node treats a pod of some class: as all others,
// where it is not known whether a rule is about it.
func (st *state) drainedAs(class, n int32) kubernetes.DrainTreatment {
	if n >= 0 {
		if all := st.World.pools[st.nodes[n].pool].drained; all != nil && !all[class].Unsure {
			return all[class]
		}
	}
	return kubernetes.DrainTreatment{}
}

// drainLeaves reports whether the drain of a node leaves a pod alone, without
// asking anybody.
func (dr *drainer) drainLeaves(p, n int32) bool {
	c := &dr.classes[dr.pods[p].class]
	return c.ofNode || dr.drainedAs(dr.pods[p].class, n).Skipped
}

// modelDrainRules says which workloads drains may treat in another way than to
// evict their pods with all others, and whether there are any: then nothing is taken
// for granted of how long evictions take.
func (w boundModel) modelDrainRules(m *bound.Model) (some bool) {
	for p := range w.pools {
		for c, t := range w.pools[p].drained {
			x := &m.Workloads[w.classes[c].workload]
			if t.By == "" || slices.ContainsFunc(x.Treatments, func(y bound.Treatment) bool { return y.Pool == p }) {
				continue
			}
			some = true
			x.Treatments = append(x.Treatments, bound.Treatment{Pool: p, By: t.By, Skipped: t.Skipped, Awaited: t.Awaited, Order: t.Order,
				Unsure: t.Unsure})
		}
	}
	return some
}
