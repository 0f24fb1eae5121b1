package custom

import (
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/subject"
)

// Workload is a workload as expressions see it. What is not known is empty.
type Workload struct {
	Namespace      string            `cel:"namespace"`
	Kind           string            `cel:"kind"`
	Name           string            `cel:"name"`
	Labels         map[string]string `cel:"labels"`       // its own, over those of its pods
	NodeSelector   map[string]string `cel:"nodeSelector"` // required node affinity with one value included
	Replicas       int64             `cel:"replicas"`
	MinReplicas    int64             `cel:"minReplicas"` // the fewest that its autoscaler leaves
	Autoscaled     bool              `cel:"autoscaled"`
	Lasting        bool              `cel:"lasting"` // its pods are meant to run on without end
	Grace          time.Duration     `cel:"grace"`   // terminationGracePeriodSeconds
	PriorityClass  string            `cel:"priorityClass"`
	ServiceAccount string            `cel:"serviceAccount"`
	Images         []string          `cel:"images"` // names without registry and tag; none of a snapshot
	Claims         []string          `cel:"claims"` // PersistentVolumeClaims that it mounts
	Budgets        []*Budget         `cel:"budgets"`
	Offering       string            `cel:"offering"`
	Owner          string            `cel:"owner"`
	File           string            `cel:"file"`
}

// Budget is a PodDisruptionBudget.
type Budget struct {
	Namespace      string            `cel:"namespace"`
	Name           string            `cel:"name"`
	Labels         map[string]string `cel:"labels"`
	MinAvailable   string            `cel:"minAvailable"` // as written: 2, 50%; empty where it is not set
	MaxUnavailable string            `cel:"maxUnavailable"`
	Unhealthy      string            `cel:"unhealthyPodEvictionPolicy"`
	Workloads      []string          `cel:"workloads"` // that it covers: Deployment/web
	File           string            `cel:"file"`
}

// Pool is a pool of nodes.
type Pool struct {
	Kind        string            `cel:"kind"` // GROUP/KIND
	Name        string            `cel:"name"`
	Labels      map[string]string `cel:"labels"`
	NodeLabels  map[string]string `cel:"nodeLabels"` // that its nodes will carry
	Expires     bool              `cel:"expires"`    // its nodes reach an age at which they go
	ExpireAfter time.Duration     `cel:"expireAfter"`
	Grace       time.Duration     `cel:"grace"` // its terminationGracePeriod; 0 for none
	Budgets     []*NodeBudget     `cel:"budgets"`
	Offering    string            `cel:"offering"`
	File        string            `cel:"file"`
}

// NodeBudget is an entry of a pool's node budgets.
type NodeBudget struct {
	Nodes    string        `cel:"nodes"`
	Schedule string        `cel:"schedule"`
	Duration time.Duration `cel:"duration"`
	Reasons  []string      `cel:"reasons"` // none for all
}

// offeringAt is the id of where something runs, as far as it is known.
func offeringAt(p locate.Place) string {
	if p.Offering == nil || p.Offering.Undecided() {
		return ""
	}
	return p.Offering.ID
}

func workloadOf(e *kubernetes.Estate, w *kubernetes.Workload, at locate.Place, owner string) *Workload {
	v := &Workload{
		Namespace: w.Namespace, Kind: w.Kind, Name: w.Name, Labels: map[string]string{}, NodeSelector: map[string]string{},
		Replicas: int64(w.Replicas), MinReplicas: int64(w.AtLeast()), Autoscaled: w.Scaler != nil, Lasting: w.Lasting, Grace: w.Template.Grace,
		PriorityClass: w.Template.PriorityClass, ServiceAccount: w.Template.ServiceAccount, Images: []string{},
		Claims: append([]string{}, w.Template.VolumeClaims...), Budgets: []*Budget{}, Offering: offeringAt(at), Owner: owner,
		File: w.Position.File,
	}
	for _, set := range []map[string]string{w.Template.Labels, w.Labels} {
		for key, value := range set {
			v.Labels[key] = value
		}
	}
	for key, value := range w.Template.NodeSelector {
		v.NodeSelector[key] = value
	}
	for i := range w.Template.Containers {
		if image := w.Template.Containers[i].Image; image != "" {
			v.Images = append(v.Images, image)
		}
	}
	for i := range e.Budgets {
		if subject.Covers(e, &e.Budgets[i], w) {
			v.Budgets = append(v.Budgets, budgetOf(e, &e.Budgets[i]))
		}
	}
	return v
}

func budgetOf(e *kubernetes.Estate, b *kubernetes.Budget) *Budget {
	v := &Budget{
		Namespace: b.Namespace, Name: b.Name, Labels: map[string]string{}, Unhealthy: b.Unhealthy, Workloads: []string{}, File: b.Position.File,
	}
	for key, value := range b.Labels {
		v.Labels[key] = value
	}
	if b.MinAvailable != nil {
		v.MinAvailable = b.MinAvailable.String()
	}
	if b.MaxUnavailable != nil {
		v.MaxUnavailable = b.MaxUnavailable.String()
	}
	for i := range e.Workloads {
		if subject.Covers(e, b, &e.Workloads[i]) {
			v.Workloads = append(v.Workloads, e.Workloads[i].Kind+"/"+e.Workloads[i].Name)
		}
	}
	return v
}

func poolOf(p *kubernetes.Pool, at locate.Place) *Pool {
	v := &Pool{
		Kind: p.API, Name: p.Name, Labels: map[string]string{}, NodeLabels: map[string]string{}, Grace: p.Grace, Budgets: []*NodeBudget{},
		Offering: offeringAt(at), File: p.Position.File,
	}
	for key, value := range p.Labels {
		v.Labels[key] = value
	}
	for key, value := range p.NodeLabels {
		v.NodeLabels[key] = value
	}
	var c *contract.Contract
	if at.Offering != nil {
		c = at.Offering.Contract
	}
	v.ExpireAfter, v.Expires = contract.NodeAge(p.ExpireAfter, contract.ExpireAfter{}, c).Finite()
	if strings.HasSuffix(p.API, "/NodePool") {
		for _, b := range p.NodeBudgets().Written() {
			v.Budgets = append(v.Budgets, &NodeBudget{b.Nodes, b.Schedule, b.Duration, append([]string{}, b.Reasons...)})
		}
	}
	return v
}
