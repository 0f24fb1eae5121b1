package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// jobOf is what docs/apply-job.yaml has, read strictly.
func jobOf(t *testing.T) (claim corev1.PersistentVolumeClaim, job batchv1.Job) {
	t.Helper()
	data, err := os.ReadFile("../../docs/apply-job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(data), "\n---\n")
	if len(parts) != 2 {
		t.Fatalf("%d objects", len(parts))
	}
	for i, to := range []any{&claim, &job} {
		if err := yaml.UnmarshalStrict([]byte(parts[i]), to); err != nil {
			t.Fatal(err)
		}
	}
	return claim, job
}

// The Job that docs have runs as nobody, writes to its journal alone, which one pod has at a time, with the rights of
// rbac-apply.yaml.
func TestJob(t *testing.T) {
	claim, job := jobOf(t)
	pod := job.Spec.Template.Spec
	c := pod.Containers[0]
	switch {
	case claim.Kind != "PersistentVolumeClaim" || !slices.Equal(claim.Spec.AccessModes,
		[]corev1.PersistentVolumeAccessMode{corev1.ReadWriteOncePod}):
		t.Error("the journal is of more than one pod at a time")
	case job.Kind != "Job" || len(pod.Containers) != 1 || pod.RestartPolicy != corev1.RestartPolicyNever:
		t.Error("it is no Job of one container that is started anew as a pod")
	case !*pod.SecurityContext.RunAsNonRoot || *pod.SecurityContext.RunAsUser != 65532 || *pod.SecurityContext.FSGroup != 65532 ||
		pod.SecurityContext.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault:
		t.Error("it may run as root")
	case !*c.SecurityContext.ReadOnlyRootFilesystem || *c.SecurityContext.AllowPrivilegeEscalation ||
		!slices.Equal(c.SecurityContext.Capabilities.Drop, []corev1.Capability{"ALL"}):
		t.Error("it may do more than it has to")
	case *pod.TerminationGracePeriodSeconds < 60:
		t.Error("it has no time to undo what is in hand")
	}
	rights, err := os.ReadFile("../../docs/rbac-apply.yaml")
	account := "kind: ServiceAccount\nmetadata:\n  namespace: " + job.Namespace + "\n  name: " + pod.ServiceAccountName
	if err != nil || !strings.Contains(string(rights), account) {
		t.Errorf("no %q has rights: %v", account, err)
	}
	names := map[string]bool{}
	for _, v := range pod.Volumes {
		names[v.Name] = v.ConfigMap != nil || v.PersistentVolumeClaim.ClaimName == claim.Name
	}
	for _, m := range c.VolumeMounts {
		if !names[m.Name] || m.ReadOnly == (m.Name == "journal") {
			t.Errorf("%+v", m)
		}
	}
	var env []string
	for _, e := range c.Env {
		env = append(env, e.Name+"="+e.ValueFrom.FieldRef.FieldPath)
	}
	if !slices.Equal(env, []string{"POD_NAME=metadata.name", "POD_NAMESPACE=metadata.namespace"}) {
		t.Error(env)
	}
}

// onus finds nothing to say of its own Job, and carries a plan out by its arguments, with nowhere else to write to.
func TestJobRuns(t *testing.T) {
	var said bytes.Buffer
	files := []string{"../../docs/apply-job.yaml", "../../docs/rbac-apply.yaml"}
	check := append([]string{"check", "--no-config", "--as", "eks-auto-mode"}, files...)
	if got := Main(check, strings.NewReader(""), &said, &said); got != 0 {
		t.Error(got, said.String())
	}
	x := inACluster(t)
	_, job := jobOf(t)
	journal := t.TempDir()
	paths := strings.NewReplacer("/plan/plan.json", x.file(t), "/journal/", journal+"/", ":9090", "127.0.0.1:0")
	t.Setenv("TMPDIR", filepath.Join(x.dir, "nowhere"))
	t.Setenv("HOME", "/nonexistent")
	var args []string
	for _, a := range job.Spec.Template.Spec.Containers[0].Args {
		args = append(args, paths.Replace(a))
	}
	for range 2 { // and once more, as a pod that is started anew
		if got := Main(append(args, "--kubeconfig", x.config), strings.NewReader(""), io.Discard, &said); got != 0 {
			t.Error(got, said.String())
		}
	}
	if seen := x.server.Seen(); len(seen.Deleted) != 1 || len(seen.Cordoned) > 0 {
		t.Errorf("%+v", seen)
	}
	left, err := os.ReadDir(x.dir)
	if err != nil || len(left) != 2 { // the kubeconfig and the plan
		t.Error(left, err)
	}
}
