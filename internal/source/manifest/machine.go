package manifest

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// machinePool reads a pool of machines: of the Cluster API, of OpenShift or of
// HyperShift.
func (r poolReader) machinePool(doc *document.Document, k *kubernetes.Kind) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Strategy machineStrategy `json:"strategy"` // of the Cluster API before v1beta2
			Paused   bool            `json:"paused"`
			Rollout  struct {
				Strategy machineStrategy `json:"strategy"`
			} `json:"rollout"`
			hyperShiftPool
			Template struct {
				Metadata meta        `json:"metadata"`
				Spec     machineSpec `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	t := &o.Spec.Template
	if kubernetes.CloudPool(kubernetes.ClusterAPIPools + "/" + t.Spec.Infrastructure.Kind) {
		return nil // the pool of a cloud replaces the nodes, and is an object of its own
	}
	p := kubernetes.Pool{
		API: k.API(), Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Labels: o.Metadata.Labels,
		Position: r.at(doc),
	}
	switch {
	case k.Group == "cluster.x-k8s.io":
		p.MachineLabels, p.Deletion = t.Metadata.Labels, kubernetes.DeletionBy(t.Metadata.Annotations)
		p.Paused = kubernetes.PausedBy(o.Metadata.Annotations) || o.Spec.Paused
		p.DrainTimeout = timeout(t.Spec.DrainTimeout, t.Spec.Deletion.DrainTimeoutSeconds)
		p.Detach = detach(timeout(t.Spec.DetachTimeout, t.Spec.Deletion.DetachTimeoutSeconds))
		o.Spec.Strategy.into(&p)
		o.Spec.Rollout.Strategy.into(&p)
	case k.Group == "hypershift.openshift.io":
		o.Spec.into(&p)
	}
	p.Least = kubernetes.LeastSize(o.Metadata.Annotations)
	r.into.Pools = append(r.into.Pools, p)
	return nil
}

// machine reads a single machine, for how it is deleted. Hooks whose owner is an operator of
// OpenShift are taken off by that.
func (r poolReader) machine(doc *document.Document, k *kubernetes.Kind) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			LifecycleHooks struct {
				PreDrain     []machineHook `json:"preDrain"`
				PreTerminate []machineHook `json:"preTerminate"`
			} `json:"lifecycleHooks"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	m := kubernetes.Machine{API: k.API(), Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, UID: o.Metadata.UID,
		Deletion: kubernetes.DeletionBy(o.Metadata.Annotations), Position: r.at(doc)}
	for _, h := range slices.Concat(o.Spec.LifecycleHooks.PreDrain, o.Spec.LifecycleHooks.PreTerminate) {
		if !strings.HasPrefix(h.Owner, "clusteroperator/") {
			m.Deletion.Hooks = append(m.Deletion.Hooks, h.Name)
		}
	}
	r.into.Machines = append(r.into.Machines, m)
	return nil
}

// machineHook is one of OpenShift's.
//
// Source: LifecycleHook in machine/v1beta1/types_machine.go of the OpenShift API.
type machineHook struct {
	Name  string `json:"name"`
	Owner string `json:"owner"`
}

// machineSpec is what the Cluster API says of the machines of a pool: in v1beta1
// as durations, in v1beta2 in seconds. Its nodeDeletionTimeout is not read: by then
// the machine is off, and its pods with it.
//
// Source: MachineSpec in api/core/v1beta1/machine_types.go, and
// MachineDeletionSpec in api/core/v1beta2/machine_types.go of the Cluster API.
type machineSpec struct {
	DrainTimeout  string `json:"nodeDrainTimeout"`
	DetachTimeout string `json:"nodeVolumeDetachTimeout"`
	Deletion      struct {
		DrainTimeoutSeconds  int64 `json:"nodeDrainTimeoutSeconds"`
		DetachTimeoutSeconds int64 `json:"nodeVolumeDetachTimeoutSeconds"`
	} `json:"deletion"`
	Infrastructure struct {
		Kind string `json:"kind"`
	} `json:"infrastructureRef"`
}

// timeout is what is written as a duration or in seconds; 0 where it is neither.
func timeout(written string, inSeconds int64) time.Duration {
	d, _ := time.ParseDuration(written)
	return max(d, seconds(inSeconds))
}

// detach is for how long volumes are waited for: a timeout of 0 is no limit.
func detach(timeout time.Duration) time.Duration {
	if timeout > 0 {
		return timeout
	}
	return contract.Forever
}

// machineStrategy is how a MachineDeployment or a NodePool of HyperShift replaces
// machines.
//
// Source: MachineDeploymentStrategy in api/core/v1beta1/machinedeployment_types.go
// of the Cluster API, and MaxUnavailable and MaxSurge in
// internal/controllers/machinedeployment/mdutil/util.go.
type machineStrategy struct {
	Type          string         `json:"type"`
	Strategy      string         `json:"strategy"` // what HyperShift calls the type
	RollingUpdate rollingNumbers `json:"rollingUpdate"`
}

type rollingNumbers struct {
	MaxSurge       *intstr.IntOrString `json:"maxSurge"`
	MaxUnavailable *intstr.IntOrString `json:"maxUnavailable"`
}

func (s *machineStrategy) into(p *kubernetes.Pool) {
	p.OnDelete = p.OnDelete || s.Type == "OnDelete" || s.Strategy == "OnDelete"
	if u := &s.RollingUpdate; u.MaxSurge != nil || u.MaxUnavailable != nil {
		p.Rolling = contract.Rolling{Surge: amount(u.MaxSurge), Unavailable: amount(u.MaxUnavailable)}
	}
}

// amount is a number of nodes or a percentage of them; none where it is not set or
// is neither, which no API server takes.
func amount(n *intstr.IntOrString) contract.Pace {
	if n == nil {
		return contract.Pace{}
	}
	p, _ := contract.ParseAmount(n.String())
	return p
}

// hyperShiftPool is what a NodePool of HyperShift says of its machines.
//
// Source: NodePoolSpec, NodePoolManagement and InPlaceUpgrade in
// api/hypershift/v1beta1/nodepool_types.go of HyperShift.
type hyperShiftPool struct {
	DrainTimeout  string `json:"nodeDrainTimeout"`
	DetachTimeout string `json:"nodeVolumeDetachTimeout"`
	Management    struct {
		UpgradeType string          `json:"upgradeType"`
		Replace     machineStrategy `json:"replace"`
		InPlace     rollingNumbers  `json:"inPlace"`
	} `json:"management"`
}

func (h *hyperShiftPool) into(p *kubernetes.Pool) {
	p.DrainTimeout = timeout(h.DrainTimeout, 0)
	p.Detach = detach(timeout(h.DetachTimeout, 0))
	if p.InPlace = h.Management.UpgradeType == "InPlace"; p.InPlace {
		p.Rolling.Unavailable = amount(h.Management.InPlace.MaxUnavailable)
	} else {
		h.Management.Replace.into(p)
	}
}
