package manifest

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// jobSpec are the fields of a Job that decide how many pods it runs, and how
// long they stay after that.
type jobSpec struct {
	Parallelism *int32 `json:"parallelism"`
	Completions *int32 `json:"completions"`
	Suspend     bool   `json:"suspend"`
	TTL         *int32 `json:"ttlSecondsAfterFinished"`
	Deadline    *int64 `json:"activeDeadlineSeconds"`

	BackoffLimit *int32            `json:"backoffLimit"`
	PerIndex     *int32            `json:"backoffLimitPerIndex"`
	Failures     *podFailurePolicy `json:"podFailurePolicy"`
}

// podFailurePolicy says which ends of a Job's pods count, and how.
type podFailurePolicy struct {
	Rules []struct {
		Action     string `json:"action"`
		Conditions []struct {
			Type   string `json:"type"`
			Status string `json:"status"`
		} `json:"onPodConditions"`
	} `json:"rules"`
}

// retry is what the Job says of pods that are evicted: whether they count against its
// limit, and how many may. Rules are asked in their order, and the first that fits counts.
//
// Source: matchPodFailurePolicy in pkg/controller/job/pod_failure_policy.go of Kubernetes 1.36.
func (j jobSpec) retry() kubernetes.Retry {
	r := kubernetes.Retry{}
	if j.BackoffLimit != nil && j.PerIndex == nil {
		r.Limit, r.Limited = int(*j.BackoffLimit), true
	}
	if j.Failures == nil {
		return r
	}
	for _, rule := range j.Failures.Rules {
		for _, c := range rule.Conditions {
			if c.Type == string(corev1.DisruptionTarget) && (c.Status == "" || c.Status == string(corev1.ConditionTrue)) {
				r.Spared, r.Fails = rule.Action == "Ignore", rule.Action == "FailJob"
				return r
			}
		}
	}
	return r
}

// soon is how long finished pods may stay and still count as gone: drains
// wait for longer than that anyway.
const soon = 10 * time.Minute

// pods is how many the Job runs at a time.
func (j jobSpec) pods() int {
	n := 1
	if j.Parallelism != nil {
		n = int(*j.Parallelism)
	}
	if j.Completions != nil {
		n = min(n, int(*j.Completions))
	}
	if j.Suspend {
		n = 0
	}
	return n
}

// transient reports whether nothing is left of the Job soon after it ended.
func (j jobSpec) transient() bool {
	return j.TTL != nil && time.Duration(*j.TTL)*time.Second <= soon
}

// atMost is how long a run of it may take: the Job ends its pods then, or one ends by itself; 0
// where neither says so.
func (j jobSpec) atMost(pod *corev1.PodSpec) time.Duration {
	var most time.Duration
	for _, of := range []*int64{j.Deadline, pod.ActiveDeadlineSeconds} {
		if of != nil && *of > 0 && (most == 0 || seconds(*of) < most) {
			most = seconds(*of)
		}
	}
	return most
}

// jobStatus tells whether a Job has ended.
type jobStatus struct {
	Conditions []struct {
		Type   string `json:"type"`
		Status string `json:"status"`
	} `json:"conditions"`
}

func (s jobStatus) over() bool {
	for _, c := range s.Conditions {
		if (c.Type == "Complete" || c.Type == "Failed") && c.Status == "True" {
			return true
		}
	}
	return false
}

// cronJob counts as a workload whose pods come and go.
func (r podReader) cronJob(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Suspend     bool `json:"suspend"`
			JobTemplate struct {
				Spec struct {
					Template corev1.PodTemplateSpec `json:"template"`
					jobSpec
				} `json:"spec"`
			} `json:"jobTemplate"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	job := o.Spec.JobTemplate.Spec
	if err := r.checkPod(doc, "/spec/jobTemplate/spec/template/spec", &job.Template.Spec); err != nil {
		return err
	}
	if err := job.check(r.objectReader, doc, "/spec/jobTemplate/spec"); err != nil {
		return err
	}
	w := kubernetes.Workload{
		Ref:   kubernetes.Ref{Namespace: namespaceOf(o.Metadata.Namespace), Kind: "CronJob", Name: o.Metadata.Name},
		Group: "batch", UID: o.Metadata.UID, Replicas: job.pods(), ReplicasSet: true, Evictable: true,
		Transient: job.transient(), Retry: job.retry(), RunsAtMost: job.atMost(&job.Template.Spec),
		Template: Template(job.Template.Labels, job.Template.Annotations, &job.Template.Spec), Position: r.at(doc),
	}
	if o.Spec.Suspend {
		w.Replicas = 0
	}
	r.into.Workloads = append(r.into.Workloads, kubernetes.RawWorkload{Workload: w})
	return nil
}
