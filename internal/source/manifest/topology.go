package manifest

import (
	"cmp"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// topologyPool is what a Cluster of the Cluster API says of a pool of its topology, or a
// ClusterClass of one of its classes: in v1beta1 as durations, in v1beta2 in seconds. What is
// not set is nil, since 0 is no limit, whatever the class says.
//
// Source: MachineDeploymentTopology and MachinePoolTopology in cluster_types.go,
// MachineDeploymentClass and MachinePoolClass in clusterclass_types.go, each in
// api/core/v1beta1 and api/core/v1beta2 of the Cluster API 1.13.
type topologyPool struct {
	Class         string           `json:"class"`
	Name          string           `json:"name"`
	Metadata      meta             `json:"metadata"`
	DrainTimeout  *string          `json:"nodeDrainTimeout"`        // v1beta1
	DetachTimeout *string          `json:"nodeVolumeDetachTimeout"` // v1beta1
	Strategy      *machineStrategy `json:"strategy"`
	Deletion      struct {
		DrainTimeoutSeconds  *int64 `json:"nodeDrainTimeoutSeconds"`
		DetachTimeoutSeconds *int64 `json:"nodeVolumeDetachTimeoutSeconds"`
	} `json:"deletion"`
	Rollout struct {
		Strategy *machineStrategy `json:"strategy"`
	} `json:"rollout"`
	Naming struct {
		Template string `json:"template"`
	} `json:"naming"`
	NamingStrategy struct {
		Template string `json:"template"`
	} `json:"namingStrategy"`
	Infrastructure infrastructure `json:"infrastructure"` // v1beta2
	Template       struct {
		Metadata       meta           `json:"metadata"`
		Infrastructure infrastructure `json:"infrastructure"`
	} `json:"template"`
}

// infrastructure is the template of the machines of a class.
type infrastructure struct {
	Ref struct {
		Kind string `json:"kind"`
	} `json:"ref"`
	TemplateRef struct {
		Kind string `json:"kind"`
	} `json:"templateRef"`
}

type topologyWorkers struct {
	Deployments []topologyPool `json:"machineDeployments"`
	Pools       []topologyPool `json:"machinePools"`
}

// topology reads a Cluster of the Cluster API that has a topology, or a ClusterClass; false
// where it is neither, or cannot be read, which is not ours to judge.
func (r poolReader) topology(doc *document.Document, api string) bool {
	if api != "cluster.x-k8s.io/Cluster" && api != "cluster.x-k8s.io/ClusterClass" {
		return false
	}
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Paused   bool            `json:"paused"`
			Workers  topologyWorkers `json:"workers"` // of a ClusterClass
			Topology *struct {
				Class          string `json:"class"` // v1beta1
				ClassNamespace string `json:"classNamespace"`
				ClassRef       struct {
					Name      string `json:"name"`
					Namespace string `json:"namespace"`
				} `json:"classRef"`
				Workers topologyWorkers `json:"workers"`
			} `json:"topology"`
		} `json:"spec"`
	}
	if doc.Decode(&o) != nil {
		return false
	}
	namespace, t := namespaceOf(o.Metadata.Namespace), o.Spec.Topology
	switch {
	case api == "cluster.x-k8s.io/ClusterClass":
		r.into.TopologyClasses = append(r.into.TopologyClasses, kubernetes.TopologyClass{
			Namespace: namespace, Name: o.Metadata.Name, Pools: o.Spec.Workers.all()})
		return true
	case t == nil:
		return false
	}
	r.into.Topologies = append(r.into.Topologies, kubernetes.Topology{
		Namespace: namespace, Name: o.Metadata.Name, Paused: o.Spec.Paused || kubernetes.PausedBy(o.Metadata.Annotations),
		Class: cmp.Or(t.ClassRef.Namespace, t.ClassNamespace, namespace) + "/" + cmp.Or(t.ClassRef.Name, t.Class),
		Pools: t.Workers.all(), Position: r.at(doc)})
	return true
}

func (w *topologyWorkers) all() []kubernetes.TopologyPool {
	var all []kubernetes.TopologyPool
	for i := range w.Deployments {
		all = append(all, w.Deployments[i].of("cluster.x-k8s.io/MachineDeployment"))
	}
	for i := range w.Pools {
		all = append(all, w.Pools[i].of("cluster.x-k8s.io/MachinePool"))
	}
	return all
}

func (t *topologyPool) of(api string) kubernetes.TopologyPool {
	metadata := t.Metadata
	if t.Template.Metadata.Labels != nil || t.Template.Metadata.Annotations != nil { // a class of v1beta1
		metadata = t.Template.Metadata
	}
	kind := cmp.Or(t.Infrastructure.TemplateRef.Kind, t.Template.Infrastructure.Ref.Kind)
	p := kubernetes.TopologyPool{
		API: api, Name: t.Name, Class: t.Class, Labels: metadata.Labels, Annotations: metadata.Annotations,
		Drain:          limit(t.DrainTimeout, t.Deletion.DrainTimeoutSeconds),
		Detach:         limit(t.DetachTimeout, t.Deletion.DetachTimeoutSeconds),
		Naming:         cmp.Or(t.Naming.Template, t.NamingStrategy.Template),
		Infrastructure: strings.TrimSuffix(kind, "Template"),
	}
	if s := cmp.Or(t.Strategy, t.Rollout.Strategy); s != nil {
		var by kubernetes.Pool
		s.into(&by)
		p.Rolling, p.OnDelete = &by.Rolling, by.OnDelete
	}
	return p
}

// limit is a duration or seconds; nil where neither is set.
func limit(written *string, inSeconds *int64) *time.Duration {
	switch {
	case written != nil:
		return new(timeout(*written, 0))
	case inSeconds != nil:
		return new(max(0, seconds(*inSeconds)))
	}
	return nil
}
