package source

import (
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/gitops"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/terraform"
)

// terraformKinds are kinds of objects by what Terraform's provider for Kubernetes calls them;
// _v1 and the like may follow.
//
// Source: registry.terraform.io/providers/hashicorp/kubernetes/latest/docs.
var terraformKinds = map[string]string{
	"deployment": "Deployment", "stateful_set": "StatefulSet", "daemonset": "DaemonSet", "daemon_set": "DaemonSet", "pod": "Pod",
	"job": "Job", "cron_job": "CronJob", "replication_controller": "ReplicationController", "service": "Service",
	"pod_disruption_budget": "PodDisruptionBudget", "horizontal_pod_autoscaler": "HorizontalPodAutoscaler", "manifest": "",
}

// terraformed names objects of Kubernetes that Terraform makes as what was not read: such a PDB
// may cover what stands beside it.
func (r *reading) terraformed(o kubernetes.Object) {
	resource, is := strings.CutPrefix(o.API, terraform.Group+"kubernetes_")
	if !is {
		return
	}
	if at := strings.LastIndex(resource, "_v"); at > 0 && strings.Trim(resource[at+2:], "0123456789beta") == "" {
		resource = resource[:at]
	}
	kind, known := terraformKinds[resource]
	if !known {
		return
	}
	if kind == "" {
		kind = o.Values["manifest.kind"]
	}
	if !restsOn(o.Values["manifest.apiVersion"], kind) {
		return
	}
	f := origin.Fault{
		File: o.Position.File, Line: o.Position.Line, Unit: r.unitName(),
		Reason: "is an object of Kubernetes that Terraform makes, and onus does not read these", Hint: "apply it, and check the cluster",
	}
	r.faults = append(r.faults, f)
	r.kubernetes.Hidden = append(r.kubernetes.Hidden, origin.Unread{
		Of: f.At(), Kind: kind, Cause: origin.Unreadable, Reason: f.Reason, Scope: r.scope(f.File),
	})
}

// installs names the charts that Terraform installs and that are not in the input, and hides what
// they may hold; the others are units of their own.
func (r *reading) installs() {
	for _, x := range r.modules.Releases() {
		if r.applied[gitops.TerraformAt(x)] {
			continue
		}
		f := r.deployedBy(x.Position.File).TerraformNotHere(x)
		f.Unit = r.unitName()
		r.faults = append(r.faults, f)
		r.kubernetes.Elsewhere = append(r.kubernetes.Elsewhere, terraform.Group+terraform.ReleaseType)
		if x.Namespace != "" {
			r.kubernetes.Hidden = append(r.kubernetes.Hidden, origin.Unread{
				Of: "release " + x.Name, Cause: origin.Made, Reason: "its chart stands elsewhere and was not read",
				Scope: origin.Scope{Namespace: x.Namespace},
			})
		}
	}
}

// restsOn reports whether a verdict on what stands beside it may rest on an object of a kind; of
// what version it is, or which kind, may not be known. What is no kind of Kubernetes itself may
// make pods.
func restsOn(version, kind string) bool {
	switch kind {
	case "", "PodDisruptionBudget", "Service", "HorizontalPodAutoscaler":
		return true
	}
	return kubernetes.MakesPods(kind) && (version == "" || manifest.Matters(version, kind))
}
