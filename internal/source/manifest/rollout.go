package manifest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// rolloutSpec is what a workload says of how its pods are replaced. What a
// strategy looks like differs by kind.
type rolloutSpec struct {
	Strategy       jsontext.Value `json:"strategy"`       // of a Deployment
	UpdateStrategy jsontext.Value `json:"updateStrategy"` // of a StatefulSet or DaemonSet
	PodManagement  string         `json:"podManagementPolicy"`
	MinReady       int32          `json:"minReadySeconds"`
	Progress       *int32         `json:"progressDeadlineSeconds"` // of a Deployment
	Paused         bool           `json:"paused"`                  // of a Deployment
}

// defaultProgress is the progressDeadlineSeconds of a Deployment that sets none.
//
// Source: SetDefaults_Deployment in pkg/apis/apps/v1/defaults.go of Kubernetes 1.36.
const defaultProgress = 10 * time.Minute

type strategy struct {
	Type          string         `json:"type"`
	RollingUpdate *rollingUpdate `json:"rollingUpdate"`
}

type rollingUpdate struct {
	MaxUnavailable *intstr.IntOrString `json:"maxUnavailable"`
	MaxSurge       *intstr.IntOrString `json:"maxSurge"`
	Partition      *int32              `json:"partition"`
}

// strategies are the types that a kind knows beside RollingUpdate.
var strategies = map[string]string{"Deployment": "Recreate", "StatefulSet": "OnDelete", "DaemonSet": "OnDelete"}

// rollout reads how the pods of a workload are replaced. What custom resources
// say of that is written in many ways, and not ours to judge.
func (r podReader) rollout(doc *document.Document, group, kind string, s rolloutSpec) (kubernetes.Rollout, error) {
	into := kubernetes.Rollout{
		MinReady: time.Duration(max(0, s.MinReady)) * time.Second,
		Parallel: s.PodManagement == string(appsv1.ParallelPodManagement),
	}
	if group != "apps" {
		return into, nil
	}
	if s.MinReady < 0 {
		return into, r.fault(doc, "/spec/minReadySeconds", "is "+strconv.Itoa(int(s.MinReady))+", wants 0 or more")
	}
	at, raw := jsontext.Pointer("/spec/updateStrategy"), s.UpdateStrategy
	switch kind {
	case "Deployment":
		if into.Progress = defaultProgress; s.Progress != nil {
			into.Progress = time.Duration(max(0, *s.Progress)) * time.Second
		}
		at, raw, into.Paused = "/spec/strategy", s.Strategy, s.Paused
	case "StatefulSet":
		if p := s.PodManagement; p != "" && !into.Parallel && p != string(appsv1.OrderedReadyPodManagement) {
			return into, r.fault(doc, "/spec/podManagementPolicy", "is "+strconv.Quote(p)+", wants OrderedReady or Parallel")
		}
	case "DaemonSet":
	default: // a ReplicaSet replaces none
		return into, nil
	}
	if len(raw) == 0 {
		return into, nil
	}
	var written strategy
	if err := doc.DecodePart(at, raw, &written); err != nil {
		return into, document.In(r.file, err)
	}
	err := r.strategy(doc, at, kind, written, &into)
	return into, err
}

// strategy reads a strategy which the API server would take.
//
// Source: ValidateDeploymentStrategy, ValidateStatefulSetSpec and
// ValidateDaemonSetUpdateStrategy in pkg/apis/apps/validation.
func (r podReader) strategy(doc *document.Document, at jsontext.Pointer, kind string, s strategy, into *kubernetes.Rollout) error {
	into.Strategy = s.Type
	if known := []string{"", "RollingUpdate", strategies[kind]}; !slices.Contains(known, s.Type) {
		return r.fault(doc, at+"/type", "is "+strconv.Quote(s.Type)+", wants "+words.Or(known[1:]))
	}
	u := s.RollingUpdate
	switch rolling := s.Type == "" || s.Type == "RollingUpdate"; {
	case u == nil:
		return nil
	case !rolling && kind == "DaemonSet": // the API server does not look at it, nor does the controller
		return nil
	case !rolling:
		return r.fault(doc, at+"/rollingUpdate", "cannot be set with the type "+s.Type+"; the API server refuses it")
	}
	at += "/rollingUpdate"
	if u.MaxUnavailable != nil {
		if msg := refused(u.MaxUnavailable); msg != "" {
			return r.fault(doc, at+"/maxUnavailable", msg)
		}
		into.MaxUnavailable = u.MaxUnavailable
	}
	if kind == "StatefulSet" {
		if zero(u.MaxUnavailable) {
			return r.fault(doc, at+"/maxUnavailable", "is "+u.MaxUnavailable.String()+", wants 1 or more")
		}
		if p := u.Partition; p != nil {
			if *p < 0 {
				return r.fault(doc, at+"/partition", "is "+strconv.Itoa(int(*p))+", wants 0 or more")
			}
			into.Partition = int(*p)
		}
		return nil
	}
	return r.surge(doc, at, kind, u, into)
}

// surge reads maxSurge. Pods are replaced by having one less for a while, or
// one more; a DaemonSet takes only one of the two ways, and without a word the
// first.
func (r podReader) surge(doc *document.Document, at jsontext.Pointer, kind string, u *rollingUpdate, into *kubernetes.Rollout) error {
	if s := u.MaxSurge; s != nil {
		msg := refused(s)
		if kind == "Deployment" { // which may have more than twice its pods
			msg = malformed(s)
		}
		if msg != "" {
			return r.fault(doc, at+"/maxSurge", msg)
		}
		into.MaxSurge = s
	}
	switch {
	case zero(u.MaxUnavailable) && (zero(u.MaxSurge) || u.MaxSurge == nil && kind == "DaemonSet"):
		return r.fault(doc, at+"/maxUnavailable", "is 0 and so is maxSurge, which leaves no way to replace a pod; the API server refuses it")
	case kind == "DaemonSet" && u.MaxSurge != nil && !zero(u.MaxSurge) && !zero(u.MaxUnavailable):
		return r.fault(doc, at+"/maxSurge", "is "+u.MaxSurge.String()+
			", for which a DaemonSet wants maxUnavailable: 0, which is 1 unless set; the API server refuses it")
	}
	return nil
}

// zero reports whether a number or percentage was written, and is none.
func zero(v *intstr.IntOrString) bool {
	if v == nil {
		return false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(v.String(), "%"))
	return err == nil && n == 0
}
