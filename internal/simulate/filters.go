package simulate

// Filter is what keeps a pod off a node.
type Filter string

// The filters, in the order in which a node is asked.
const (
	OffUnready  Filter = "not-ready"
	OffAside    Filter = "set-aside" // cordoned, or on its way out
	OffName     Filter = "name"      // the pod asks for another node by its name
	OffAffinity Filter = "node-affinity"
	OffVolume   Filter = "volume"
	OffInUse    Filter = "volume-in-use" // by another pod, and it is for one at a time
	OffSlots    Filter = "volume-limit"  // it takes so many volumes of a driver, and has them
	OffAnti     Filter = "anti-affinity"
	OffPods     Filter = "pod-affinity"
	OffSpread   Filter = "spread"
	OffCapacity Filter = "capacity"
)

// keptOff is what keeps a pod off all nodes, in words, and by which filters.
type keptOff struct {
	text    string
	filters []Filter
}
