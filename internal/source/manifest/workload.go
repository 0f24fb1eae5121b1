package manifest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// workloadObject is a controller of pods as it is written.
type workloadObject struct {
	Metadata meta `json:"metadata"`
	Spec     struct {
		Replicas    *int32                 `json:"replicas"`
		Selector    jsontext.Value         `json:"selector"`
		Template    corev1.PodTemplateSpec `json:"template"`
		ServiceName string                 `json:"serviceName"`
		WorkloadRef *target                `json:"workloadRef"`
		Volumes     []claimTemplate        `json:"volumeClaimTemplates"`
		Triggers    []imageChange          `json:"triggers"`
		rolloutSpec
		jobSpec
	} `json:"spec"`
	Status jobStatus `json:"status"`
}

// whole reports whether it is a workload. A patch of kustomize, or what one
// server-side apply owns, has the kind and name of a workload but only some of
// its fields. No API server takes it for a workload, and here it would stand in
// for the whole one of that name. A patch may name containers, to set an image,
// but has no need of a selector or of labels for the pods. Jobs need neither.
func (o *workloadObject) whole(kind string, selector *metav1.LabelSelector) bool {
	t := &o.Spec.Template
	return selector != nil || len(t.Spec.Containers) > 0 && (len(t.Labels) > 0 || kind == "Job") || o.Spec.WorkloadRef != nil
}

// asMade puts into the template of the pods what controllers do.
func (o *workloadObject) asMade() {
	o.ownClaims()
	o.withImages()
}

// ownClaims leaves out volumes of the pods that a claim of each pod's own stands
// in place of, by its name.
//
// Source: updateStorage in pkg/controller/statefulset/stateful_set_utils.go.
func (o *workloadObject) ownClaims() {
	spec := &o.Spec.Template.Spec
	for _, own := range o.Spec.Volumes {
		spec.Volumes = slices.DeleteFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == own.Metadata.Name })
	}
}

func (r podReader) workload(doc *document.Document, k *kubernetes.Kind) error {
	group, kind := k.Group, k.Name
	var o workloadObject
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	selector, err := r.selector(doc, kind, o.Spec.Selector)
	if err != nil {
		return err
	}
	if !o.whole(kind, selector) {
		r.into.Seen.Unrelated++
		return nil
	}
	if err := r.checkPod(doc, "/spec/template/spec", &o.Spec.Template.Spec); err != nil {
		return err
	}
	if err := o.Spec.check(r.objectReader, doc, "/spec"); err != nil {
		return err
	}
	o.asMade()
	w := kubernetes.RawWorkload{Workload: kubernetes.Workload{
		Ref:   kubernetes.Ref{Namespace: namespaceOf(o.Metadata.Namespace), Kind: kind, Name: cmp.Or(o.Metadata.Name, o.Metadata.GenerateName)},
		Group: group, UID: o.Metadata.UID, Labels: o.Metadata.Labels, Replicas: 1, Scaled: k.Pods.Scaled, Evictable: k.Pods.Evictable,
		Lasting: k.Pods.Lasting, Selector: selector,
		Template: r.podTemplate(&o.Spec.Template),
		Calls:    calls(&o.Spec.Template.Spec), Connections: connections(&o.Spec.Template.Spec),
		ServiceName: o.Spec.ServiceName, Position: r.at(doc),
	}}
	if o.Spec.Replicas != nil {
		if *o.Spec.Replicas < 0 {
			return r.fault(doc, "/spec/replicas", "is "+strconv.Itoa(int(*o.Spec.Replicas))+", wants 0 or more")
		}
		w.Replicas, w.ReplicasSet = int(*o.Spec.Replicas), true
	}
	if w.Rollout, err = r.rollout(doc, group, kind, o.Spec.rolloutSpec); err != nil {
		return err
	}
	for _, v := range o.Spec.Volumes {
		class := v.class()
		if class != "" && class != kubernetes.NoClass {
			r.shown(doc, k.API(), meta{Name: o.Metadata.Name}, storageClass(class))
		}
		w.VolumeClaimTemplates = append(w.VolumeClaimTemplates, v.Metadata.Name)
		w.ClaimClasses = append(w.ClaimClasses, class)
	}
	o.ofKind(&w)
	w.Generated = o.Metadata.Name == ""
	if ref := o.Spec.WorkloadRef; ref != nil {
		w.TemplateOf = &kubernetes.Ref{Namespace: w.Namespace, Kind: ref.Kind, Name: ref.Name}
	}
	w.Namespaced = o.Metadata.Namespace != ""
	if owner := o.Metadata.controller(); owner != nil {
		w.Owner = &kubernetes.Owner{API: owner.APIVersion, Kind: owner.Kind, Name: owner.Name}
	}
	r.into.Workloads = append(r.into.Workloads, w)
	return nil
}

// ofKind adds what its controller does in a way of its own: how many pods a Job
// runs, and the labels that Jobs and DeploymentConfigs give their pods.
func (o *workloadObject) ofKind(w *kubernetes.RawWorkload) {
	switch w.Kind {
	case "Job":
		w.Replicas, w.ReplicasSet = o.Spec.pods(), true
		if o.Status.over() {
			w.Replicas = 0
		}
		w.Retry, w.Hook = o.Spec.retry(), kubernetes.Hook(o.Metadata.Annotations)
		w.RunsAtMost = o.Spec.atMost(&o.Spec.Template.Spec)
		w.Transient = o.Spec.transient() || strings.Contains(o.Metadata.Annotations["helm.sh/hook-delete-policy"], "hook-succeeded")
		w.Template.Labels = withLabels(w.Template.Labels, "batch.kubernetes.io/job-name", w.Name, "job-name", w.Name)
	case "DeploymentConfig":
		w.Template.Labels = withLabels(w.Template.Labels, "deploymentconfig", w.Name)
	}
}

// claimTemplate is what the volumes of a StatefulSet's pods are claimed by.
type claimTemplate struct {
	Metadata struct {
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		StorageClassName *string `json:"storageClassName"`
	} `json:"spec"`
}

// class is the one that it names: none at all, the one without a name, or another.
func (t *claimTemplate) class() string {
	switch c := namedClass(t.Metadata.Annotations, t.Spec.StorageClassName); {
	case c == nil:
		return ""
	case *c == "":
		return kubernetes.NoClass
	default:
		return *c
	}
}

// selector reads a workload's own selector: a label selector, or for the old
// kinds a plain map.
func (r podReader) selector(doc *document.Document, kind string, raw jsontext.Value) (*metav1.LabelSelector, error) {
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
		return nil, document.In(r.file, err)
	}
	r.from.heldSelector(s)
	if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
		return nil, r.fault(doc, at, err.Error())
	}
	return s, nil
}

// withLabels adds the labels that a controller puts on the pods it makes.
func withLabels(of map[string]string, pairs ...string) map[string]string {
	all := make(map[string]string, len(of)+len(pairs)/2)
	for k, v := range of {
		all[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}
