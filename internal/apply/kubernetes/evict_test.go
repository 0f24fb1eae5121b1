package kubernetes

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// What the API server answers to an eviction is told apart by what it says of the cause, and
// not by its status alone.
func TestMeaning(t *testing.T) {
	status := func(code int32, message string, cause metav1.CauseType, causeSays string, retry int32) error {
		s := metav1.Status{Status: metav1.StatusFailure, Code: code, Message: message, Details: &metav1.StatusDetails{RetryAfterSeconds: retry}}
		if cause != "" {
			s.Details.Causes = []metav1.StatusCause{{Type: cause, Message: causeSays}}
		}
		return &apierrors.StatusError{ErrStatus: s}
	}
	budget := metav1.CauseType(policyv1.DisruptionBudgetCause)
	for _, test := range []struct {
		err  error
		want answer
		wait time.Duration
	}{
		{nil, accepted, 0},
		{status(404, `pods "x" not found`, "", "", 0), gone, 0},
		{status(409, "Precondition failed: UID in precondition: a, UID in object meta: b", "", "", 0), gone, 0},
		{status(409, "the object has been modified", "", "", 0), changed, time.Second},
		{status(429, "no", budget, "The disruption budget web needs 2 healthy pods and has 2 currently", 0), noBudget, poll},
		{status(429, "no", budget, "The disruption budget web is still being processed by the server.", 10), uncounted, 10 * time.Second},
		{status(429, "too many requests", "", "", 32), throttled, 32 * time.Second},
		{status(429, "too many requests", "", "", 0), throttled, time.Second},
		{status(500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", "", "", 0), overlap2, 0},
		{status(500, "etcdserver: request timed out", "", "", 0), unsure, 0},
		{status(403, `pods "x" is forbidden: disruptions allowed is negative`, "", "", 0), dead, 0},
		{status(403, "DisruptedPods map too big - too many evictions not confirmed by PDB controller", "", "", 0), dead, 0},
		{status(403, "forbidden: unable to create", "NamespaceTerminating", "namespace shop is being terminated", 0), ending, poll},
		{status(403, `User "x" cannot create resource "pods/eviction"`, "", "", 0), forbidden, 0},
		{status(504, "couldn't update PodDisruptionBudget", "", "", 10), busy, 10 * time.Second},
		{fmt.Errorf("dial: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}), unreached, pause},
		{errors.New("EOF"), unsure, 0},
		{status(403, `admission webhook "drain-cleaner.strimzi.io" denied the request: its operator rolls it`, "", "", 0), objected, slowly},
		{status(429, `admission webhook "virt" denied the request: it is migrated`, "", "", 30), objected, 30 * time.Second},
		{status(500, `admission webhook "x" denied the request`, "", "", 0), objected, slowly},
		{status(500, `Internal error occurred: failed calling webhook "x": context deadline exceeded`, "", "", 0), objected, slowly},
		{status(400, "the body is no Eviction", "", "", 0), invalid, slowly},
		{status(408, "timed out", "", "", 0), unsure, 0},
	} {
		if got, wait := meaning(test.err); got != test.want || wait != test.wait {
			t.Errorf("%v: %d after %v, want %d after %v", test.err, got, wait, test.want, test.wait)
		}
	}
}

// docs/rbac-apply.yaml grants what is asked of a cluster, and nothing else: nothing is made but
// evictions and the lease, no pod is deleted, and no Secret is read.
func TestRBAC(t *testing.T) {
	data, err := os.ReadFile("../../../docs/rbac-apply.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var granted []string
	for part := range strings.SplitSeq(string(data), "\n---\n") {
		var role struct {
			Kind  string
			Rules []struct{ APIGroups, Resources, ResourceNames, Verbs []string }
		}
		if err := yaml.Unmarshal([]byte(part), &role); err != nil {
			t.Fatal(err)
		}
		for _, rule := range role.Rules {
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					granted = append(granted, strings.TrimSpace(strings.Join(append([]string{role.Kind, group + "/" + resource,
						strings.Join(rule.Verbs, ",")}, rule.ResourceNames...), " ")))
				}
			}
		}
	}
	want := []string{
		"ClusterRole /namespaces get kube-system", "ClusterRole /nodes get,list,patch", "ClusterRole /pods get,list",
		"ClusterRole /pods/eviction create", "ClusterRole policy/poddisruptionbudgets get,list", "ClusterRole /replicationcontrollers get",
		"ClusterRole apps/daemonsets get", "ClusterRole apps/deployments get", "ClusterRole apps/deployments patch",
		"ClusterRole apps/replicasets get",
		"ClusterRole apps/statefulsets get", "ClusterRole autoscaling/horizontalpodautoscalers get", "ClusterRole apps.kruise.io/clonesets get",
		"ClusterRole apps.openshift.io/deploymentconfigs get",
		"ClusterRole apps.kruise.io/daemonsets get", "ClusterRole apps.kruise.io/statefulsets get", "ClusterRole argoproj.io/rollouts get",
		"ClusterRole karpenter.sh/nodeclaims get,delete",
		"ClusterRole cluster.x-k8s.io/machines get,delete",
		"ClusterRole machine.openshift.io/machines get,delete", "Role coordination.k8s.io/leases create",
		"Role coordination.k8s.io/leases get,update onus-apply",
	}
	slices.Sort(granted)
	slices.Sort(want)
	if !slices.Equal(granted, want) {
		t.Errorf("granted %q\nwant    %q", granted, want)
	}
}
