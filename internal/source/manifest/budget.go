package manifest

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// sizeReader reads what limits pods: how many there may be or go, what they ask for, and the
// volumes that they have.
type sizeReader struct{ *objectReader }

// budget reads a PodDisruptionBudget.
func (r sizeReader) budget(doc *document.Document, version string) error {
	var o struct {
		Metadata meta                                `json:"metadata"`
		Spec     policyv1.PodDisruptionBudgetSpec    `json:"spec"`
		Status   *policyv1.PodDisruptionBudgetStatus `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	if o.Metadata.UID == "" { // what a cluster stored may have fields newer than ours
		if err := r.knownFields(doc); err != nil {
			return err
		}
	}
	r.live(o.Metadata)
	b := kubernetes.Budget{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, UID: o.Metadata.UID,
		Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations,
		Namespaced:    o.Metadata.Namespace != "",
		LabelSelector: o.Spec.Selector, MinAvailable: o.Spec.MinAvailable, MaxUnavailable: o.Spec.MaxUnavailable,
		Unserved: version == "v1beta1" && o.Status == nil, Position: r.at(doc), Spec: r.at(doc),
	}
	if p := o.Spec.UnhealthyPodEvictionPolicy; p != nil {
		b.Unhealthy = string(*p)
		if *p != policyv1.IfHealthyBudget && *p != policyv1.AlwaysAllow {
			return r.fault(doc, "/spec/unhealthyPodEvictionPolicy", "is "+strconv.Quote(b.Unhealthy)+", wants IfHealthyBudget or AlwaysAllow")
		}
	}
	if err := r.budgetSize(doc, &b); err != nil {
		return err
	}
	b.Open = r.from.heldSelector(o.Spec.Selector)
	selector, err := metav1.LabelSelectorAsSelector(o.Spec.Selector)
	if err != nil {
		return r.fault(doc, "/spec/selector", err.Error())
	}
	if version == "v1beta1" && o.Spec.Selector != nil && selector.Empty() {
		selector = labels.Nothing() // in v1beta1 the empty selector selects no pod
	}
	b.Selector = selector
	if owner := o.Metadata.controller(); owner != nil { // who made it makes it again
		group, _, _ := strings.Cut(owner.APIVersion, "/")
		b.MadeBy = &kubernetes.Maker{
			Ref: kubernetes.Ref{Namespace: b.Namespace, Kind: owner.Kind, Name: owner.Name}, API: group + "/" + owner.Kind,
		}
	}
	if o.Status != nil && o.Metadata.UID != "" {
		b.Status = budgetStatus(o.Status)
	}
	r.into.Budgets = append(r.into.Budgets, b)
	return nil
}

// budgetSize looks at how many pods a budget wants, or lets go, and notes where
// that stands.
func (r sizeReader) budgetSize(doc *document.Document, b *kubernetes.Budget) error {
	at := jsontext.Pointer("/spec/minAvailable")
	switch {
	case b.MinAvailable != nil && b.MaxUnavailable != nil:
		fault := r.fault(doc, "/spec", "minAvailable and maxUnavailable cannot both be set; the API server refuses it")
		fault.Line = max(doc.Line(at), doc.Line("/spec/maxUnavailable"))
		return fault
	case b.MaxUnavailable != nil:
		at = "/spec/maxUnavailable"
	case b.MinAvailable == nil:
		return nil
	}
	if msg := refused(cmp.Or(b.MinAvailable, b.MaxUnavailable)); msg != "" {
		return r.fault(doc, at, msg)
	}
	b.Spec = r.position(doc.Line(at))
	return nil
}

// knownFields refuses a field of a budget's spec that no API server knows, as
// kubectl does. A misspelt one makes a budget of something else: matchLabel for
// matchLabels selects every pod.
func (r sizeReader) knownFields(doc *document.Document) error {
	var written struct {
		Spec jsontext.Value `json:"spec"`
	}
	if err := r.decode(doc, &written); err != nil {
		return err
	}
	if written.Spec.Kind() != '{' {
		return nil
	}
	if err := doc.DecodePart("/spec", written.Spec, &policyv1.PodDisruptionBudgetSpec{}, json.RejectUnknownMembers(true)); err != nil {
		return document.In(r.file, err)
	}
	return nil
}

// budgetStatus is what the disruption controller wrote.
func budgetStatus(s *policyv1.PodDisruptionBudgetStatus) *kubernetes.BudgetStatus {
	status := &kubernetes.BudgetStatus{
		Allowed: int(s.DisruptionsAllowed), Healthy: int(s.CurrentHealthy), Desired: int(s.DesiredHealthy), Expected: int(s.ExpectedPods),
	}
	for _, c := range s.Conditions {
		if c.Type == policyv1.DisruptionAllowedCondition && c.Reason == policyv1.SyncFailedReason {
			status.SyncFailed = c.Message
		}
	}
	return status
}

// refused says why the API server refuses a number of a budget, or "".
// Source: ValidatePositiveIntOrPercent and IsNotMoreThan100Percent in
// pkg/apis/apps/validation.
func refused(v *intstr.IntOrString) string {
	if msg := malformed(v); msg != "" {
		return msg
	}
	if digits, percent := strings.CutSuffix(v.StrVal, "%"); percent && v.Type == intstr.String {
		if n, err := strconv.Atoi(digits); err != nil || n > 100 {
			return "is " + v.StrVal + ", wants no more than 100%"
		}
	}
	return ""
}

// malformed is refused for numbers of which there may be more than all.
func malformed(v *intstr.IntOrString) string {
	if v.Type == intstr.Int {
		if v.IntVal < 0 {
			return "is " + strconv.Itoa(int(v.IntVal)) + ", wants 0 or more"
		}
		return ""
	}
	digits, percent := strings.CutSuffix(v.StrVal, "%")
	if n, err := strconv.Atoi(digits); !percent || err != nil || n < 0 || strings.ContainsAny(digits, "+-") {
		return "is " + strconv.Quote(v.StrVal) + ", wants a whole number or a percentage such as 50%"
	}
	return ""
}
