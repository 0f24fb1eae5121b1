package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// disk is a volume that pods mount, as far as it matters where else it is mounted.
type disk struct {
	claim  string
	driver int32 // in volumeSlots.drivers; noDriver for one of which nodes take any number
	once   bool  // one node at a time can have it
	onePod bool  // one pod at a time can, wherever others are
}

const noDriver = -1

// noLimit is how many volumes a node takes whose CSINode names no number.
const noLimit = int32(1 << 30)

// volumeSlots is how many volumes nodes take, by driver.
type volumeSlots struct {
	drivers []string  // of which some node takes so many and no more
	taken   [][]int32 // by node at the start, and by driver: how many it takes at the most
	anew    [][]int32 // the same by shape, of the nodes that are started
	unknown int       // claims of which it is not known what serves them
}

// at is how many volumes of each driver a node takes; nil where that is not limited.
func (v *volumeSlots) at(x *nodeState) []int32 {
	switch {
	case x.initial >= 0 && int(x.initial) < len(v.taken):
		return v.taken[x.initial]
	case int(x.shape) < len(v.anew):
		return v.anew[x.shape]
	}
	return nil
}

// mounts are which disks nodes have.
type mounts struct {
	holders  [][]holder // by disk: the nodes whose pods mount it
	attached [][]int32  // by node and driver: how many of these disks there are
}

// holder is a node that has a disk, and how many of its pods mount it.
type holder struct{ node, pods int32 }

// mount counts a pod's disks in or out on a node.
func (s *state) mount(tie, n, by int32) {
	if tie == untied {
		return
	}
	for _, d := range s.ties[tie].disks {
		all := s.mounts.holders[d]
		k := slices.IndexFunc(all, func(h holder) bool { return h.node == n })
		if k < 0 {
			k, all = len(all), append(all, holder{node: n})
			s.attach(d, n, 1)
		}
		if all[k].pods += by; all[k].pods == 0 {
			all = slices.Delete(all, k, k+1)
			s.attach(d, n, -1)
		}
		s.mounts.holders[d] = all
	}
}

// attach counts a disk in or out among those that take a slot of a node.
func (s *state) attach(d, n, by int32) {
	driver := s.disks[d].driver
	if driver == noDriver {
		return
	}
	for int(n) >= len(s.mounts.attached) {
		s.mounts.attached = append(s.mounts.attached, nil)
	}
	if s.mounts.attached[n] == nil {
		s.mounts.attached[n] = make([]int32, len(s.slots.drivers))
	}
	s.mounts.attached[n][driver] += by
}

// hasSlots reports whether a node takes the disks of a pod that it does not have already.
// Karpenter knows how many it takes once the node is there, and not before.
//
// Source: CSILimits.Filter in pkg/scheduler/framework/plugins/nodevolumelimits/csi.go of
// Kubernetes 1.36; ExistingNode.CanAdd with VolumeUsage.ExceedsLimits of Karpenter 1.14.
func (s *state) hasSlots(tie, n int32, karpenter bool) bool {
	if tie == untied || len(s.slots.drivers) == 0 || len(s.ties[tie].disks) == 0 {
		return true
	}
	x := &s.nodes[n]
	limits := s.slots.at(x)
	if limits == nil || karpenter && x.state == nodeLaunching {
		return true
	}
	for driver, limit := range limits {
		more, has := int32(0), int32(0)
		for _, d := range s.ties[tie].disks {
			if s.disks[d].driver == int32(driver) && !s.isOn(d, n) {
				more++
			}
		}
		if int(n) < len(s.mounts.attached) && s.mounts.attached[n] != nil {
			has = s.mounts.attached[n][driver]
		}
		if more > 0 && has+more > limit {
			return false
		}
	}
	return true
}

func (s *state) isOn(d, n int32) bool {
	return slices.ContainsFunc(s.mounts.holders[d], func(h holder) bool { return h.node == n })
}

// inUse reports whether another pod has a volume that one pod at a time can have: no node is
// one for a pod until then. Karpenter does not look at that.
//
// Source: VolumeRestrictions.PreFilter in
// pkg/scheduler/framework/plugins/volumerestrictions of Kubernetes 1.36.
func (s *state) inUse(tie int32) bool {
	return s.forOnePod(tie) &&
		slices.ContainsFunc(s.ties[tie].disks, func(d int32) bool { return s.disks[d].onePod && len(s.mounts.holders[d]) > 0 })
}

// forOnePod reports whether one of the volumes can be mounted by one pod at a time.
func (w *World) forOnePod(tie int32) bool { return tie != untied && w.ties[tie].onePod }

// findSlots finds how many volumes nodes take.
func (b *volumeTies) findSlots() {
	of := map[string]map[string]int{}
	for i := range b.estate.VolumeLimits {
		v := &b.estate.VolumeLimits[i]
		if _, there := b.nodeOf[v.Node]; !there {
			continue
		}
		of[v.Node] = v.Volumes
		for driver := range v.Volumes {
			if !slices.Contains(b.slots.drivers, driver) {
				b.slots.drivers = append(b.slots.drivers, driver)
			}
		}
	}
	slices.Sort(b.slots.drivers)
	b.storage.Add(b.estate.Objects)
	if len(b.slots.drivers) == 0 {
		return
	}
	b.slots.taken = make([][]int32, len(b.estate.Nodes))
	for i := range b.estate.Nodes {
		b.slots.taken[i] = b.limitsBy(of[b.estate.Nodes[i].Name])
	}
}

// limitsBy are limits by driver; nil for none.
func (b *volumeTies) limitsBy(volumes map[string]int) []int32 {
	if len(volumes) == 0 {
		return nil
	}
	limits := make([]int32, len(b.slots.drivers))
	for k, driver := range b.slots.drivers {
		limits[k] = noLimit
		if n, limited := volumes[driver]; limited {
			limits[k] = int32(n)
		}
	}
	return limits
}

// slotsAnew says how many volumes nodes take that are started: as many as that which takes
// fewest of those like it. It is not known of what is unlike all there are.
func (b *volumeTies) slotsAnew() {
	if len(b.slots.drivers) == 0 {
		return
	}
	b.slots.anew = make([][]int32, len(b.shapes))
	for i := range b.nodes {
		shape := b.shapes[b.nodes[i].shape].anew
		own := b.slots.taken[i]
		switch known := b.slots.anew[shape]; {
		case own == nil:
		case known == nil:
			b.slots.anew[shape] = slices.Clone(own)
		default:
			for k := range known {
				known[k] = min(known[k], own[k])
			}
		}
	}
}

// disk is the disk of a claim, -1 where it does not matter where it is mounted.
func (b *volumeTies) disk(v *kubernetes.VolumeClaim) int32 {
	x := disk{claim: v.Name, driver: b.driverOf(v), once: b.attaches(v), onePod: v.OncePod}
	if x.driver == noDriver && !x.once && !x.onePod {
		return -1
	}
	key := v.Namespace + "/" + v.Name
	d, known := b.diskOf[key]
	if !known || d < 0 { // it was noted that nobody knows what serves it
		d = int32(len(b.disks))
		b.diskOf[key] = d
		b.disks = append(b.disks, x)
	}
	return d
}

// attaches reports whether the volume of a claim is attached to one node at a time, as far as
// that is known: what serves it has been read, and is none whose volumes are not attached.
func (b *volumeTies) attaches(v *kubernetes.VolumeClaim) bool {
	all := b.storage.Serves(b.estate, v)
	return v.Once && !v.Local && len(all) > 0 && !slices.Contains(all, "")
}

// driverOf is the driver of a claim's volume, among those of which nodes take so many. What
// is not known to be of one is not counted by the scheduler either: a claim that is bound
// is of its volume's driver, and another one of its class's.
func (b *volumeTies) driverOf(v *kubernetes.VolumeClaim) int32 {
	if len(b.slots.drivers) == 0 {
		return noDriver
	}
	all := b.storage.Serves(b.estate, v)
	if len(all) != 1 || all[0] == "" {
		b.unserved(v.Namespace + "/" + v.Name)
		return noDriver
	}
	return int32(slices.Index(b.slots.drivers, kubernetes.Driver(all[0])))
}

// unserved notes a claim of which it is not known what serves it.
func (b *volumeTies) unserved(claim string) {
	if _, known := b.diskOf[claim]; !known && len(b.slots.drivers) > 0 {
		b.diskOf[claim] = -1
		b.slots.unknown++
	}
}

// slotsMayLack reports whether nodes may have no slot for a pod's volume: there are more
// volumes than the node takes that takes fewest.
func (w *World) slotsMayLack() bool {
	volumes := make([]int32, len(w.slots.drivers))
	for k := range volumes {
		volumes[k] = int32(w.slots.unknown)
	}
	for i := range w.disks {
		if d := w.disks[i].driver; d != noDriver {
			volumes[d]++
		}
	}
	for _, limits := range w.slots.taken {
		for driver, limit := range limits {
			if volumes[driver] > limit {
				return true
			}
		}
	}
	return false
}
