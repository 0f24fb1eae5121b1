package manifest

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
)

// objectReader adds Kubernetes objects to an estate.
type objectReader struct {
	file string
	into *estate.Estate
}

// object adds one object. api and kind hold for a list element without its own.
func (r *objectReader) object(doc *document.Document, api, kind string) error {
	if k := doc.String("kind"); k != "" {
		kind = k
		api = doc.String("apiVersion")
	}
	if isList(kind) {
		if items, ok := doc.Items("items"); ok {
			for _, item := range items {
				if err := r.object(item, api, listed(kind)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	if api == "" || kind == "" {
		r.into.Seen.Skipped++
		return nil
	}
	r.into.Seen.Objects++
	group, version, found := strings.Cut(api, "/")
	if !found {
		group, version = "", api
	}
	read, known := readers[group+"/"+kind]
	if !known {
		if shape, ok := templated[group+"/"+kind]; ok {
			return r.workload(doc, group, kind, shape)
		}
		return r.other(doc, group, kind)
	}
	return read(r, doc, version)
}

// readers has one entry for each kind that is read in a way of its own.
var readers = map[string]func(r *objectReader, doc *document.Document, version string) error{
	"/Pod":                                (*objectReader).pod,
	"/Node":                               (*objectReader).node,
	"/Service":                            (*objectReader).service,
	"batch/CronJob":                       (*objectReader).cronJob,
	"policy/PodDisruptionBudget":          (*objectReader).budget,
	"autoscaling/HorizontalPodAutoscaler": (*objectReader).autoscaler,
	"keda.sh/ScaledObject":                (*objectReader).scaledObject,
	"karpenter.sh/NodePool":               (*objectReader).karpenterPool,
	"karpenter.sh/NodeClaim":              (*objectReader).nodeClaim,
	"cluster.x-k8s.io/MachineDeployment":  (*objectReader).machinePool,
	"cluster.x-k8s.io/MachinePool":        (*objectReader).machinePool,
	"hypershift.openshift.io/NodePool":    (*objectReader).machinePool,
	"machine.openshift.io/MachineSet":     (*objectReader).machinePool,
}

// shape says how pods of a kind with a pod template behave.
type shape struct{ scaled, evictable, lasting bool }

// templated are the kinds with spec.template. Whether a kind has a scale
// subresource decides if percentages of a budget can be counted over it.
var templated = map[string]shape{
	"apps/Deployment":                    {true, true, true},
	"apps/StatefulSet":                   {true, true, true},
	"apps/ReplicaSet":                    {true, true, true},
	"apps/DaemonSet":                     {false, false, true},
	"/ReplicationController":             {true, true, true},
	"batch/Job":                          {false, true, false},
	"argoproj.io/Rollout":                {true, true, true},
	"apps.openshift.io/DeploymentConfig": {true, true, true},
	"apps.kruise.io/CloneSet":            {true, true, true},
	"apps.kruise.io/StatefulSet":         {true, true, true},
	"apps.kruise.io/DaemonSet":           {false, false, true},
}

// builtin groups hold no custom resources.
func builtin(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io")
}

func (r *objectReader) other(doc *document.Document, group, kind string) error {
	r.into.Seen.Unrelated++
	if builtin(group) {
		return nil
	}
	var o struct {
		Metadata struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	// What a custom resource says of itself is not ours to judge.
	if err := doc.Decode(&o); err != nil {
		return nil
	}
	r.into.Customs = append(r.into.Customs, estate.Custom{API: group + "/" + kind, Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name})
	return nil
}

func (r *objectReader) decode(doc *document.Document, into any) error {
	if err := doc.Decode(into); err != nil {
		return faultIn(r.file, err)
	}
	return nil
}

func (r *objectReader) fault(doc *document.Document, pointer jsontext.Pointer, msg string) *Error {
	return &Error{File: r.file, Line: doc.Line(pointer), Field: document.Field(pointer), Msg: msg}
}

func (r *objectReader) at(doc *document.Document) estate.Position {
	return estate.Position{File: r.file, Line: doc.First()}
}

// meta are the fields of ObjectMeta that matter, so that large managedFields
// are passed over and not built.
type meta struct {
	Name            string                  `json:"name"`
	GenerateName    string                  `json:"generateName"`
	Namespace       string                  `json:"namespace"`
	UID             string                  `json:"uid"`
	Labels          map[string]string       `json:"labels"`
	Annotations     map[string]string       `json:"annotations"`
	Created         metav1.Time             `json:"creationTimestamp"`
	Deleted         *metav1.Time            `json:"deletionTimestamp"`
	OwnerReferences []metav1.OwnerReference `json:"ownerReferences"`
}

func (m meta) controller() *metav1.OwnerReference {
	for i := range m.OwnerReferences {
		if c := m.OwnerReferences[i].Controller; c != nil && *c {
			return &m.OwnerReferences[i]
		}
	}
	return nil
}

// live notes that an object carries what only a cluster writes.
func (r *objectReader) live(m meta) {
	if m.UID != "" {
		r.into.Live = true
	}
}

func namespaceOf(written string) string { return cmp.Or(written, metav1.NamespaceDefault) }

func (r *objectReader) workload(doc *document.Document, group, kind string, s shape) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Replicas    *int32                 `json:"replicas"`
			Selector    jsontext.Value         `json:"selector"`
			Template    corev1.PodTemplateSpec `json:"template"`
			ServiceName string                 `json:"serviceName"`
			Parallelism *int32                 `json:"parallelism"`
			TTL         *int32                 `json:"ttlSecondsAfterFinished"`
			WorkloadRef *target                `json:"workloadRef"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	selector, err := r.selector(doc, kind, o.Spec.Selector)
	if err != nil {
		return err
	}
	// A patch of kustomize, or what one server-side apply owns, has the kind and
	// name of a workload but only some of its fields. No API server takes it
	// for a workload, and here it would stand in for the whole one of that name.
	if selector == nil && len(o.Spec.Template.Spec.Containers) == 0 && o.Spec.WorkloadRef == nil {
		r.into.Seen.Unrelated++
		return nil
	}
	w := estate.Workload{
		Ref:   estate.Ref{Namespace: namespaceOf(o.Metadata.Namespace), Kind: kind, Name: cmp.Or(o.Metadata.Name, o.Metadata.GenerateName)},
		Group: group, UID: o.Metadata.UID, Labels: o.Metadata.Labels, Replicas: 1, Scaled: s.scaled, Evictable: s.evictable, Lasting: s.lasting,
		Selector: selector, Template: template(o.Spec.Template.Labels, o.Spec.Template.Annotations, &o.Spec.Template.Spec),
		ServiceName: o.Spec.ServiceName, Position: r.at(doc),
	}
	if o.Spec.Replicas != nil {
		if *o.Spec.Replicas < 0 {
			return r.fault(doc, "/spec/replicas", "is "+strconv.Itoa(int(*o.Spec.Replicas))+", wants 0 or more")
		}
		w.Replicas, w.Own = int(*o.Spec.Replicas), true
	}
	if kind == "Job" {
		if o.Spec.Parallelism != nil {
			w.Replicas = int(*o.Spec.Parallelism)
		}
		w.Transient = o.Spec.TTL != nil || strings.Contains(o.Metadata.Annotations["helm.sh/hook-delete-policy"], "hook-succeeded")
	}
	if ref := o.Spec.WorkloadRef; ref != nil {
		w.TemplateOf = &estate.Ref{Namespace: w.Namespace, Kind: ref.Kind, Name: ref.Name}
	}
	w.Namespaced = o.Metadata.Namespace != ""
	if owner := o.Metadata.controller(); owner != nil {
		w.Owner = &estate.Owner{API: owner.APIVersion, Kind: owner.Kind, Name: owner.Name}
	}
	r.into.Workloads = append(r.into.Workloads, w)
	return nil
}

// selector reads a workload's own selector: a label selector, or for the old
// kinds a plain map.
func (r *objectReader) selector(doc *document.Document, kind string, raw jsontext.Value) (*metav1.LabelSelector, error) {
	if len(raw) == 0 || raw.Kind() == 'n' {
		return nil, nil
	}
	const at = jsontext.Pointer("/spec/selector")
	s := &metav1.LabelSelector{}
	var into any = s
	if kind == "ReplicationController" || kind == "DeploymentConfig" {
		into = &s.MatchLabels
	}
	if err := doc.DecodePart(at, raw, into); err != nil {
		return nil, faultIn(r.file, err)
	}
	if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
		return nil, r.fault(doc, at, err.Error())
	}
	return s, nil
}

// cronJob counts as a workload whose pods come and go.
func (r *objectReader) cronJob(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			JobTemplate struct {
				Spec struct {
					Template corev1.PodTemplateSpec `json:"template"`
				} `json:"spec"`
			} `json:"jobTemplate"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	t := o.Spec.JobTemplate.Spec.Template
	r.into.Workloads = append(r.into.Workloads, estate.Workload{
		Ref:   estate.Ref{Namespace: namespaceOf(o.Metadata.Namespace), Kind: "CronJob", Name: o.Metadata.Name},
		Group: "batch", UID: o.Metadata.UID, Replicas: 1, Evictable: true,
		Template: template(t.Labels, t.Annotations, &t.Spec), Position: r.at(doc),
	})
	return nil
}

func (r *objectReader) pod(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta           `json:"metadata"`
		Spec     corev1.PodSpec `json:"spec"`
		Status   struct {
			Phase      string                `json:"phase"`
			Conditions []corev1.PodCondition `json:"conditions"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	p := estate.Pod{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: cmp.Or(o.Metadata.Name, o.Metadata.GenerateName),
		Labels: o.Metadata.Labels, Node: o.Spec.NodeName, Phase: o.Status.Phase,
		Deleting: o.Metadata.Deleted != nil, Workload: -1, Position: r.at(doc),
		Template: new(template(o.Metadata.Labels, o.Metadata.Annotations, &o.Spec)),
	}
	for _, c := range o.Status.Conditions {
		if c.Type == corev1.PodReady {
			p.Ready = c.Status == corev1.ConditionTrue
		}
	}
	if owner := o.Metadata.controller(); owner != nil {
		p.Owner = &estate.Owner{API: owner.APIVersion, Kind: owner.Kind, Name: owner.Name}
	}
	r.into.Pods = append(r.into.Pods, p)
	return nil
}

// template keeps of a pod what decides where it runs and how it leaves.
func template(labels, annotations map[string]string, spec *corev1.PodSpec) estate.PodTemplate {
	t := estate.PodTemplate{Labels: labels, Annotations: annotations, NodeSelector: spec.NodeSelector, HostNetwork: spec.HostNetwork, Grace: corev1.DefaultTerminationGracePeriodSeconds * time.Second}
	if spec.TerminationGracePeriodSeconds != nil {
		t.Grace = time.Duration(*spec.TerminationGracePeriodSeconds) * time.Second
	}
	for _, tol := range spec.Tolerations {
		t.Tolerations = append(t.Tolerations, estate.Toleration{Key: tol.Key, Value: tol.Value, Effect: string(tol.Effect)})
	}
	for _, c := range spec.Containers {
		t.Ports = t.Ports || len(c.Ports) > 0
		t.Readiness = t.Readiness || c.ReadinessProbe != nil
	}
	if a := spec.Affinity; a != nil && a.NodeAffinity != nil {
		t.NodeSelector = withRequired(t.NodeSelector, a.NodeAffinity)
	}
	return t
}

// withRequired adds to a node selector what required node affinity pins to one
// value, where it has a single term.
func withRequired(selector map[string]string, a *corev1.NodeAffinity) map[string]string {
	required := a.RequiredDuringSchedulingIgnoredDuringExecution
	if required == nil || len(required.NodeSelectorTerms) != 1 {
		return selector
	}
	merged := make(map[string]string, len(selector))
	for _, e := range required.NodeSelectorTerms[0].MatchExpressions {
		if e.Operator == corev1.NodeSelectorOpIn && len(e.Values) == 1 {
			merged[e.Key] = e.Values[0]
		}
	}
	for k, v := range selector {
		merged[k] = v
	}
	return merged
}

func (r *objectReader) service(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Selector map[string]string `json:"selector"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	if len(o.Spec.Selector) > 0 { // without one it routes to endpoints that somebody else keeps
		r.into.Services = append(r.into.Services, estate.Service{
			Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Selector: o.Spec.Selector, Position: r.at(doc),
		})
	}
	return nil
}

func (r *objectReader) node(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ProviderID string         `json:"providerID"`
			Taints     []corev1.Taint `json:"taints"`
		} `json:"spec"`
		Status struct {
			NodeInfo struct {
				KubeletVersion string `json:"kubeletVersion"`
				OSImage        string `json:"osImage"`
			} `json:"nodeInfo"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	n := estate.Node{
		Name: o.Metadata.Name, Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations,
		ProviderID: o.Spec.ProviderID, KubeletVersion: o.Status.NodeInfo.KubeletVersion, OSImage: o.Status.NodeInfo.OSImage,
		Created: o.Metadata.Created.Time, Position: r.at(doc),
	}
	for _, t := range o.Spec.Taints {
		if n.Taints == nil {
			n.Taints = map[string]string{}
		}
		n.Taints[t.Key] = t.Value
	}
	r.into.Nodes = append(r.into.Nodes, n)
	return nil
}

func (r *objectReader) budget(doc *document.Document, version string) error {
	var o struct {
		Metadata meta                                `json:"metadata"`
		Spec     policyv1.PodDisruptionBudgetSpec    `json:"spec"`
		Status   *policyv1.PodDisruptionBudgetStatus `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	if o.Metadata.UID == "" {
		// A misspelt field is a budget of something else: matchLabel for
		// matchLabels selects every pod. kubectl refuses it, and so does this;
		// what a cluster stored may have fields newer than ours.
		var written struct {
			Spec jsontext.Value `json:"spec"`
		}
		if err := r.decode(doc, &written); err != nil {
			return err
		}
		if written.Spec.Kind() == '{' {
			if err := doc.DecodePart("/spec", written.Spec, &policyv1.PodDisruptionBudgetSpec{}, json.RejectUnknownMembers(true)); err != nil {
				return faultIn(r.file, err)
			}
		}
	}
	r.live(o.Metadata)
	b := estate.Budget{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations,
		Namespaced: o.Metadata.Namespace != "", Spelled: o.Spec.Selector, MinAvailable: o.Spec.MinAvailable, MaxUnavailable: o.Spec.MaxUnavailable,
		Position: r.at(doc), Spec: r.at(doc),
	}
	if p := o.Spec.UnhealthyPodEvictionPolicy; p != nil {
		b.Unhealthy = string(*p)
		if *p != policyv1.IfHealthyBudget && *p != policyv1.AlwaysAllow {
			return r.fault(doc, "/spec/unhealthyPodEvictionPolicy", "is "+strconv.Quote(b.Unhealthy)+", wants IfHealthyBudget or AlwaysAllow")
		}
	}
	if b.MinAvailable != nil && b.MaxUnavailable != nil {
		fault := r.fault(doc, "/spec", "minAvailable and maxUnavailable cannot both be set; the API server refuses it")
		fault.Line = max(doc.Line("/spec/minAvailable"), doc.Line("/spec/maxUnavailable"))
		return fault
	}
	if b.MinAvailable != nil || b.MaxUnavailable != nil {
		at := jsontext.Pointer("/spec/minAvailable")
		if b.MinAvailable == nil {
			at = "/spec/maxUnavailable"
		}
		if msg := refused(cmp.Or(b.MinAvailable, b.MaxUnavailable)); msg != "" {
			return r.fault(doc, at, msg)
		}
		b.Spec.Line = doc.Line(at)
	}
	selector, err := metav1.LabelSelectorAsSelector(o.Spec.Selector)
	if err != nil {
		return r.fault(doc, "/spec/selector", err.Error())
	}
	if version == "v1beta1" && o.Spec.Selector != nil && selector.Empty() {
		selector = labels.Nothing() // in v1beta1 the empty selector selects no pod
	}
	b.Selector = selector
	if o.Status != nil && o.Metadata.UID != "" {
		b.Status = &estate.BudgetStatus{
			Allowed: int(o.Status.DisruptionsAllowed), Healthy: int(o.Status.CurrentHealthy),
			Desired: int(o.Status.DesiredHealthy), Expected: int(o.Status.ExpectedPods),
		}
		for _, c := range o.Status.Conditions {
			if c.Type == policyv1.DisruptionAllowedCondition && c.Reason == policyv1.SyncFailedReason {
				b.Status.SyncFailed = c.Message
			}
		}
	}
	r.into.Budgets = append(r.into.Budgets, b)
	return nil
}

// refused says why the API server refuses a number of a budget, or "".
// Source: ValidatePositiveIntOrPercent and IsNotMoreThan100Percent in
// pkg/apis/apps/validation.
func refused(v *intstr.IntOrString) string {
	if v.Type == intstr.Int {
		if v.IntVal < 0 {
			return "is " + strconv.Itoa(int(v.IntVal)) + ", wants 0 or more"
		}
		return ""
	}
	digits, percent := strings.CutSuffix(v.StrVal, "%")
	n, err := strconv.Atoi(digits)
	if !percent || err != nil || n < 0 || strings.ContainsAny(digits, "+-") {
		return "is " + strconv.Quote(v.StrVal) + ", wants a whole number or a percentage such as 50%"
	}
	if n > 100 {
		return "is " + v.StrVal + ", wants no more than 100%"
	}
	return ""
}

func (r *objectReader) autoscaler(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ScaleTargetRef target `json:"scaleTargetRef"`
			MinReplicas    *int32 `json:"minReplicas"`
			MaxReplicas    int32  `json:"maxReplicas"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	minimum := int32(1)
	if o.Spec.MinReplicas != nil {
		minimum = *o.Spec.MinReplicas
	}
	r.scaler(doc, "HorizontalPodAutoscaler", o.Metadata, o.Spec.ScaleTargetRef, minimum, o.Spec.MaxReplicas, minimum == 0)
	return nil
}

func (r *objectReader) scaledObject(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ScaleTargetRef   target `json:"scaleTargetRef"`
			MinReplicaCount  *int32 `json:"minReplicaCount"`
			IdleReplicaCount *int32 `json:"idleReplicaCount"`
			MaxReplicaCount  *int32 `json:"maxReplicaCount"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	// KEDA's defaults: 0 to 100. While idle it runs with idleReplicaCount, which
	// is below the minimum and in practice 0, and never in between.
	minimum, maximum := int32(0), int32(100)
	if o.Spec.MinReplicaCount != nil {
		minimum = *o.Spec.MinReplicaCount
	}
	toZero := minimum == 0
	if idle := o.Spec.IdleReplicaCount; idle != nil {
		toZero = *idle == 0
		if *idle > 0 {
			minimum = min(minimum, *idle)
		}
	}
	if o.Spec.MaxReplicaCount != nil {
		maximum = *o.Spec.MaxReplicaCount
	}
	o.Spec.ScaleTargetRef.Kind = cmp.Or(o.Spec.ScaleTargetRef.Kind, "Deployment")
	r.scaler(doc, "ScaledObject", o.Metadata, o.Spec.ScaleTargetRef, minimum, maximum, toZero)
	return nil
}

type target struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

func (r *objectReader) scaler(doc *document.Document, kind string, m meta, t target, minimum, maximum int32, toZero bool) {
	if t.Name == "" { // a patch of one
		r.into.Seen.Unrelated++
		return
	}
	namespace := namespaceOf(m.Namespace)
	r.into.Scalers = append(r.into.Scalers, estate.Scaler{
		Ref:    estate.Ref{Namespace: namespace, Kind: kind, Name: m.Name},
		Target: estate.Ref{Namespace: namespace, Kind: t.Kind, Name: t.Name},
		Min:    max(1, int(minimum)), Max: int(maximum), ToZero: toZero, Position: r.at(doc),
	})
}

func (r *objectReader) karpenterPool(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Disruption poolDisruption `json:"disruption"`
			Template   struct {
				Metadata meta `json:"metadata"`
				Spec     struct {
					NodeClassRef           classRef       `json:"nodeClassRef"`
					Taints                 []corev1.Taint `json:"taints"`
					ExpireAfter            string         `json:"expireAfter"`
					TerminationGracePeriod string         `json:"terminationGracePeriod"`
				} `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	t := o.Spec.Template
	p := estate.Pool{
		API: "karpenter.sh/NodePool", Name: o.Metadata.Name, Labels: o.Metadata.Labels, NodeLabels: t.Metadata.Labels,
		NodeClass:   t.Spec.NodeClassRef.Group + "/" + t.Spec.NodeClassRef.Kind,
		ExpireAfter: t.Spec.ExpireAfter, Grace: t.Spec.TerminationGracePeriod, Paced: o.Spec.Disruption.Budgets != nil, Position: r.at(doc),
	}
	if err := r.nodeBudgets(doc, o.Spec.Disruption, &p); err != nil {
		return err
	}
	for _, taint := range t.Spec.Taints {
		if p.Taints == nil {
			p.Taints = map[string]string{}
		}
		p.Taints[taint.Key] = taint.Value
	}
	r.into.Pools = append(r.into.Pools, p)
	return nil
}

type classRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

func (r *objectReader) nodeClaim(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ExpireAfter            string `json:"expireAfter"`
			TerminationGracePeriod string `json:"terminationGracePeriod"`
		} `json:"spec"`
		Status struct {
			NodeName string `json:"nodeName"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	c := estate.Claim{Name: o.Metadata.Name, Node: o.Status.NodeName, Created: o.Metadata.Created.Time}
	c.ExpireAfter, _ = time.ParseDuration(o.Spec.ExpireAfter) // Never is no duration
	c.Grace, _ = time.ParseDuration(o.Spec.TerminationGracePeriod)
	r.into.Claims = append(r.into.Claims, c)
	return nil
}

func (r *objectReader) machinePool(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta `json:"metadata"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	group, _, _ := strings.Cut(doc.String("apiVersion"), "/")
	r.into.Pools = append(r.into.Pools, estate.Pool{
		API: group + "/" + doc.String("kind"), Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name,
		Labels: o.Metadata.Labels, Position: r.at(doc),
	})
	return nil
}
