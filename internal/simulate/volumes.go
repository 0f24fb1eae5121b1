package simulate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// tie is where the volumes of a pod can be mounted: in one of some zones, on one
// node, or both. A new node is another machine, whatever its name: what lies on
// a local disk went with the old one.
//
// Source: the filter plugin VolumeBinding of the scheduler of Kubernetes 1.36,
// which holds the node affinity of a bound PersistentVolume against each node.
type tie struct {
	zones []int32 // sorted; nil for any
	host  int32   // in World.nodes; anyHost for any, noHost for one that is not there
	// seen is the host that Karpenter goes by. It does not look at that of volumes of
	// the kinds local and hostPath, and takes their pods to run on any other node.
	//
	// Source: getPersistentVolumeRequirements in
	// pkg/controllers/provisioning/scheduling/volumetopology.go of Karpenter 1.14.
	seen int32
	// disks are the volumes themselves, sorted, where other pods or other volumes on a node
	// matter to them. place is the same tie without them.
	disks  []int32
	place  int32
	onePod bool // one of these is for one pod at a time
}

const (
	anyHost = -1
	noHost  = -2
)

// untied is the index of pods that no volume ties to anything.
const untied = -1

// tied reports whether a node is where the volumes of a pod can be mounted, or where
// Karpenter takes it that they can.
func (st *state) tied(t, n int32, karpenter bool) bool {
	if t == untied {
		return true
	}
	x := &st.ties[t]
	host := x.host
	if karpenter {
		host = x.seen
	}
	return (host == anyHost || host >= 0 && st.nodes[n].initial == host) && x.inZone(st.shapes[st.nodes[n].shape].domains[st.zoned])
}

// tiedToNew reports whether Karpenter takes a new node of some shape for such a node.
func (w *World) tiedToNew(t, shape int32) bool {
	return t == untied || w.ties[t].seen == anyHost && w.ties[t].inZone(w.shapes[shape].domains[w.zoned])
}

// places reports whether it matters to the volumes on which node they are, whatever others
// there are.
func (t *tie) places() bool { return t.zones != nil || t.host != anyHost || t.seen != anyHost }

func (t *tie) inZone(zone int32) bool { return t.zones == nil || slices.Contains(t.zones, zone) }

// volumeTies are where the volumes of pods can be mounted.
type volumeTies struct {
	*builder
	claims  map[string]*kubernetes.VolumeClaim
	ids     map[string]int32
	diskOf  map[string]int32
	storage kubernetes.Storage
}

// bind ties a workload's pods to where their volumes are.
func (b *volumeTies) bind(workload int) {
	w := &b.estate.Workloads[workload]
	l := &b.workloads[b.workloadOf[workload]]
	if c := b.estate.Shared(w, b.claim); c != nil {
		l.shares = c.Name
	}
	for _, name := range w.VolumeClaimTemplates {
		for n := range max(l.replicas, len(w.Pods)) {
			for len(l.ties) <= n {
				l.ties = append(l.ties, untied)
			}
			l.ties[n] = b.both(l.ties[n], b.of(w.Namespace, w.ClaimName(name, n)))
		}
	}
}

// shared is the tie of the volumes that all pods of a workload mount.
func (b *volumeTies) shared(w *kubernetes.Workload) int32 {
	t := int32(untied)
	for _, name := range w.Template.VolumeClaims {
		t = b.both(t, b.of(w.Namespace, name))
	}
	return t
}

// claim finds one by its name, nil for one that was not read.
func (b *volumeTies) claim(namespace, name string) *kubernetes.VolumeClaim {
	if b.claims == nil {
		b.claims = map[string]*kubernetes.VolumeClaim{}
		for i := range b.estate.VolumeClaims {
			v := &b.estate.VolumeClaims[i]
			b.claims[v.Namespace+"/"+v.Name] = v
		}
	}
	return b.claims[namespace+"/"+name]
}

// of is where a claim can be used.
func (b *volumeTies) of(namespace, claim string) int32 {
	v := b.claim(namespace, claim)
	if v == nil {
		b.unserved(namespace + "/" + claim)
		return untied
	}
	t := tie{host: anyHost, seen: anyHost}
	if d := b.disk(v); d >= 0 {
		t.disks = []int32{d}
	}
	if len(v.Zones) == 0 && v.Host == "" && len(t.disks) == 0 {
		return untied
	}
	for _, z := range v.Zones {
		d := b.topology.domain(int32(b.zoned), z)
		if b.volumeZones == nil {
			b.volumeZones = map[int32]string{}
		}
		b.volumeZones[d] = z
		t.zones = append(t.zones, d)
	}
	slices.Sort(t.zones)
	switch n, there := b.nodeOf[v.Host]; {
	case v.Host == "":
	case there:
		t.host = n
	case len(b.estate.Nodes) > 0:
		t.host = noHost
	default: // the nodes are made up, and each may be it
		b.note("volumes lie on the disks of nodes that were not read: pods are taken to follow them anywhere")
	}
	if !v.OnDisk {
		t.seen = t.host
	}
	return b.intern(t)
}

// both is where a pod can be that has two ties.
func (b *volumeTies) both(x, y int32) int32 {
	if x == untied || x == y {
		return y
	}
	if y == untied {
		return x
	}
	p, q := &b.ties[x], &b.ties[y]
	t := tie{zones: p.zones, host: oneHost(p.host, q.host), seen: oneHost(p.seen, q.seen), disks: slices.Concat(p.disks, q.disks)}
	slices.Sort(t.disks)
	t.disks = slices.Compact(t.disks)
	if q.zones != nil {
		if t.zones == nil {
			t.zones = q.zones
		}
		t.zones = slices.DeleteFunc(slices.Clone(t.zones), func(z int32) bool { return !q.inZone(z) })
	}
	return b.intern(t)
}

// oneHost is the host that is both of two.
func oneHost(x, y int32) int32 {
	switch {
	case x == anyHost || x == y:
		return y
	case y == anyHost:
		return x
	}
	return noHost
}

// intern finds a tie among those there are, or adds it.
func (b *volumeTies) intern(t tie) int32 {
	key := fmt.Sprint(t.zones, t.host, t.seen, t.zones == nil, t.disks)
	id, ok := b.ids[key]
	if !ok {
		place := int32(untied)
		if len(t.disks) > 0 && t.places() {
			place = b.intern(tie{zones: t.zones, host: t.host, seen: t.seen})
		}
		id = int32(len(b.ties))
		if t.place = place; len(t.disks) == 0 {
			t.place = id
		}
		t.onePod = slices.ContainsFunc(t.disks, func(d int32) bool { return b.disks[d].onePod })
		b.ids[key] = id
		b.ties = append(b.ties, t)
	}
	return id
}
