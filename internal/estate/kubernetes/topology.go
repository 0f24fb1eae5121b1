package kubernetes

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/origin"
)

// Topology is a Cluster of the Cluster API that has its pools of machines made by a
// ClusterClass.
type Topology struct {
	Namespace, Name string
	Class           string // NAMESPACE/NAME of its ClusterClass
	Paused          bool
	Pools           []TopologyPool
	Position        origin.Position
}

// TopologyClass is a ClusterClass: what pools of its classes have that say nothing else.
type TopologyClass struct {
	Namespace, Name string
	Pools           []TopologyPool
}

// TopologyPool is what a topology says of one of its pools, or a ClusterClass of all of one
// class; nil where it says nothing.
type TopologyPool struct {
	API, Name, Class    string
	Drain, Detach       *time.Duration
	Rolling             *contract.Rolling
	OnDelete            bool // said beside Rolling
	Labels, Annotations map[string]string
	Naming              string // the template of the names of what is made, of a class
	Infrastructure      string // the kind of its machines, of a class
}

// The labels by which what a topology made says of which part it is.
//
// Source: ClusterNameLabel, ClusterTopologyMachineDeploymentNameLabel and
// ClusterTopologyMachinePoolNameLabel in api/core/v1beta2/common_types.go of the Cluster API.
const (
	clusterName = "cluster.x-k8s.io/cluster-name"
	ofTopology  = "topology.cluster.x-k8s.io/owned"
)

var topologyLabels = map[string]string{
	"cluster.x-k8s.io/MachineDeployment": "topology.cluster.x-k8s.io/deployment-name",
	"cluster.x-k8s.io/MachinePool":       "topology.cluster.x-k8s.io/pool-name",
}

// topologies are the pools that topologies have made, where the objects themselves were not
// read: what a pool of a topology says of itself goes before what its class says.
//
// Source: computeMachineDeployment and computeMachinePool in
// exp/topology/desiredstate/desired_state.go, and MergeMap in util/util.go of the Cluster API
// 1.13.
func (l *linker) topologies() {
	all := deduplicated(l.raw.Topologies, func(t *Topology) string { return t.Namespace + "/" + t.Name })
	l.replaced(len(l.raw.Topologies), len(all))
	classes := map[string]*TopologyClass{}
	for i := range l.raw.TopologyClasses {
		c := &l.raw.TopologyClasses[i]
		classes[c.Namespace+"/"+c.Name] = c
	}
	for i := range all {
		t := &all[i]
		for _, own := range t.Pools {
			of, unread := TopologyPool{}, classes[t.Class] == nil
			if !unread {
				for _, c := range classes[t.Class].Pools {
					if c.API == own.API && c.Class == own.Class {
						of = c
					}
				}
			}
			if p, ok := t.pool(own, of); ok && !l.made(t, &own) {
				if unread && own.Drain == nil {
					p.Unread = "ClusterClass " + t.Class
				}
				l.Pools = append(l.Pools, p)
			}
		}
	}
}

// made reports whether the object was read that a topology has made for one of its pools.
func (l *linker) made(t *Topology, own *TopologyPool) bool {
	return slices.ContainsFunc(l.raw.Pools, func(p Pool) bool {
		return p.API == own.API && p.Namespace == t.Namespace && p.Labels[clusterName] == t.Name && p.Labels[topologyLabels[p.API]] == own.Name
	})
}

// pool is what a topology makes for one of its pools by a class; false where a cloud has it.
func (t *Topology) pool(own, class TopologyPool) (Pool, bool) {
	if CloudPool(ClusterAPIPools + "/" + class.Infrastructure) {
		return Pool{}, false
	}
	labels, annotations := over(own.Labels, class.Labels), over(own.Annotations, class.Annotations)
	p := Pool{
		API: own.API, Namespace: t.Namespace, Name: t.Name + "-" + own.Name, Labels: labels, Position: t.Position,
		MachineLabels: maps.Clone(labels), Deletion: DeletionBy(annotations), Least: LeastSize(annotations),
		Paused: t.Paused || PausedBy(annotations), Detach: contract.Forever, names: namesOf(t.Name, own.Name, class.Naming),
	}
	p.MachineLabels[clusterName], p.MachineLabels[ofTopology], p.MachineLabels[topologyLabels[own.API]] = t.Name, "", own.Name
	if d := cmp.Or(own.Drain, class.Drain); d != nil {
		p.DrainTimeout = *d
	}
	if d := cmp.Or(own.Detach, class.Detach); d != nil && *d > 0 {
		p.Detach = *d
	}
	switch {
	case own.Rolling != nil:
		p.Rolling, p.OnDelete = *own.Rolling, own.OnDelete
	case class.Rolling != nil:
		p.Rolling, p.OnDelete = *class.Rolling, class.OnDelete
	}
	return p, true
}

// over are labels or annotations of which the first go before the second.
func over(first, second map[string]string) map[string]string {
	all := maps.Clone(second)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, first)
	return all
}

// inName is what the template of a name may ask for.
var inName = regexp.MustCompile(`\{\{-?\s*\.(cluster\.name|machineDeployment\.topologyName|machinePool\.topologyName|random)\s*-?\}\}`)

// namesOf matches the names of what is made for a pool of a topology: that of the cluster,
// that of the pool and some letters, where its class has no template of its own.
//
// Source: MachineDeploymentNameGenerator in internal/topology/names/names.go of the Cluster
// API 1.13.
func namesOf(cluster, pool, template string) *regexp.Regexp {
	template = cmp.Or(template, "{{ .cluster.name }}-{{ .machinePool.topologyName }}-{{ .random }}")
	said, last := "^", 0
	for _, at := range inName.FindAllStringSubmatchIndex(template, -1) {
		said += regexp.QuoteMeta(template[last:at[0]])
		switch template[at[2]:at[3]] {
		case "cluster.name":
			said += regexp.QuoteMeta(cluster)
		case "random":
			said += "[a-z0-9]+"
		default:
			said += regexp.QuoteMeta(pool)
		}
		last = at[1]
	}
	return regexp.MustCompile(said + regexp.QuoteMeta(template[last:]) + "$")
}
