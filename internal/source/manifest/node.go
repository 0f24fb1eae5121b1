package manifest

import (
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r *objectReader) node(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ProviderID string         `json:"providerID"`
			Taints     []corev1.Taint `json:"taints"`
			Cordoned   bool           `json:"unschedulable"`
		} `json:"spec"`
		Status struct {
			Allocatable corev1.ResourceList `json:"allocatable"`
			Capacity    corev1.ResourceList `json:"capacity"`
			Conditions  []nodeCondition     `json:"conditions"`
			NodeInfo    struct {
				KubeletVersion string `json:"kubeletVersion"`
				OSImage        string `json:"osImage"`
			} `json:"nodeInfo"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	n := kubernetes.Node{
		Name: o.Metadata.Name, Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations,
		ProviderID: o.Spec.ProviderID, KubeletVersion: o.Status.NodeInfo.KubeletVersion, OSImage: o.Status.NodeInfo.OSImage,
		Allocatable: resources(o.Status.Allocatable), Cordoned: o.Spec.Cordoned, Taints: taints(o.Spec.Taints),
		Created: o.Metadata.Created.Time, Deleted: o.Metadata.Deleted.Time, Position: r.at(doc),
	}
	n.Capacity = resources(o.Status.Capacity)
	if o.Status.Allocatable == nil { // the API server's default
		n.Allocatable = resources(o.Status.Capacity)
	}
	for _, c := range o.Status.Conditions {
		r.happened(c.LastTransitionTime.Time)
		r.happened(c.LastHeartbeatTime.Time)
		n.NotReady = n.NotReady || c.Type == string(corev1.NodeReady) && c.Status != string(corev1.ConditionTrue)
	}
	r.into.Nodes = append(r.into.Nodes, n)
	return nil
}

// nodeCondition also carries when the kubelet last said so.
type nodeCondition struct {
	condition
	LastHeartbeatTime instant `json:"lastHeartbeatTime"`
}

func taints(written []corev1.Taint) []kubernetes.Taint {
	var all []kubernetes.Taint
	for _, t := range written {
		all = append(all, kubernetes.Taint{Key: t.Key, Value: t.Value, Effect: string(t.Effect)})
	}
	return all
}

func (r *objectReader) karpenterPool(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Disruption poolDisruption      `json:"disruption"`
			Weight     *int                `json:"weight"`
			Limits     corev1.ResourceList `json:"limits"`
			Replicas   *int64              `json:"replicas"`
			Template   struct {
				Metadata meta `json:"metadata"`
				Spec     struct {
					NodeClassRef           classRef                         `json:"nodeClassRef"`
					Taints                 []corev1.Taint                   `json:"taints"`
					Requirements           []corev1.NodeSelectorRequirement `json:"requirements"`
					ExpireAfter            string                           `json:"expireAfter"`
					TerminationGracePeriod string                           `json:"terminationGracePeriod"`
				} `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	t := o.Spec.Template
	p := kubernetes.Pool{
		API: kubernetes.KarpenterPool, Name: o.Metadata.Name, Labels: o.Metadata.Labels,
		NodeClass:  t.Spec.NodeClassRef.Group + "/" + t.Spec.NodeClassRef.Kind,
		NodeLabels: t.Metadata.Labels, Requirements: t.Spec.Requirements, Taints: taints(t.Spec.Taints),
		Limits: resources(o.Spec.Limits), Closed: closed(o.Spec.Limits), Static: o.Spec.Replicas != nil,
		ExpireAfter: t.Spec.ExpireAfter, Grace: t.Spec.TerminationGracePeriod, Position: r.at(doc),
	}
	if n := o.Spec.Replicas; n != nil {
		p.Replicas = int(*n)
	}
	if w := o.Spec.Weight; w != nil {
		if *w < 1 || *w > 100 { // the CRD's bounds
			return r.fault(doc, "/spec/weight", "is "+strconv.Itoa(*w)+", wants 1 to 100")
		}
		p.Weight = *w
	}
	if err := r.nodeBudgets(doc, o.Spec.Disruption, &p); err != nil {
		return err
	}
	r.into.Pools = append(r.into.Pools, p)
	return nil
}

// closed reports whether a limit of 0 stands on what every node has.
func closed(limits corev1.ResourceList) bool {
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourcePods, "nodes"} {
		if q, ok := limits[name]; ok && q.Sign() <= 0 {
			return true
		}
	}
	return false
}

type classRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

func (r *objectReader) nodeClaim(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ExpireAfter            string `json:"expireAfter"`
			TerminationGracePeriod string `json:"terminationGracePeriod"`
		} `json:"spec"`
		Status struct {
			NodeName         string  `json:"nodeName"`
			LastPodEventTime instant `json:"lastPodEventTime"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	c := kubernetes.NodeClaim{Name: o.Metadata.Name, Node: o.Status.NodeName, Created: o.Metadata.Created.Time, LastPodEvent: o.Status.LastPodEventTime.Time}
	r.happened(c.LastPodEvent)
	c.ExpireAfter, _ = time.ParseDuration(o.Spec.ExpireAfter)
	if o.Spec.ExpireAfter == "Never" {
		c.ExpireAfter = kubernetes.Never
	}
	c.Grace, _ = time.ParseDuration(o.Spec.TerminationGracePeriod)
	r.into.NodeClaims = append(r.into.NodeClaims, c)
	return nil
}
