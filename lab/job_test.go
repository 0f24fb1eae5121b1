package lab

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// account is who the Job of docs/apply-job.yaml is.
const account = "system:serviceaccount:onus:onus-apply"

// notDone is any status but 0.
const notDone = -1

// logged is a line of its log.
type logged struct{ Msg, Step, Says string }

// container is that of docs/apply-job.yaml: its arguments, and the user that it runs as.
func container(t *testing.T) (args []string, user uint32) {
	t.Helper()
	data, err := os.ReadFile("../docs/apply-job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var job batchv1.Job
	if err := yaml.UnmarshalStrict(data[strings.LastIndex(string(data), "\n---\n")+5:], &job); err != nil {
		t.Fatal(err)
	}
	pod := job.Spec.Template.Spec
	return pod.Containers[0].Args, uint32(*pod.SecurityContext.RunAsUser)
}

// volumes are a folder with what the container has: the program, a plan, and a journal that its user alone may write to.
func (x *carrier) volumes(t *testing.T, plan string, user uint32) (in func(string) string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "onus-job-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	in = func(name string) string { return filepath.Join(dir, name) }
	err = errors.Join(os.Chmod(dir, 0o755), os.Mkdir(in("journal"), 0o700), os.Mkdir(in("zones"), 0o755),
		os.Link(x.program, in("onus"))) // which is large
	if os.Getuid() == 0 {
		err = errors.Join(err, os.Chown(in("journal"), int(user), int(user)))
	}
	if zones := filepath.Join(x.dir, "zones"); err == nil {
		err = os.CopyFS(in("zones"), os.DirFS(zones))
	}
	for from, to := range map[string]string{plan: "plan.json", x.config: "kubeconfig"} {
		data, read := os.ReadFile(from)
		err = errors.Join(err, read, os.WriteFile(in(to), data, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// job runs the container of docs/apply-job.yaml as nearly as can be without a kubelet: the program with those arguments, as
// the user of the Job, with nothing to write to but the journal, and as the service account, by a token for it. It gives
// each line of its log, and ends with a status.
func (x *carrier) job(t *testing.T, plan string, status int) iter.Seq[logged] {
	t.Helper()
	args, user := container(t)
	in := x.volumes(t, plan, user)
	paths := strings.NewReplacer("/plan/plan.json", in("plan.json"), "/journal/", in("journal")+"/", ":9090", "127.0.0.1:0")
	for i := range args {
		args[i] = paths.Replace(args[i])
	}
	cmd := exec.Command(in("onus"), append(args, "--kubeconfig", in("kubeconfig"))...)
	cmd.Env = []string{"HOME=/nonexistent", "TMPDIR=" + in("nowhere"), "ZONEINFO=" + in("zones")}
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	}
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return func(yield func(logged) bool) {
		lines := bufio.NewScanner(said)
		for going := true; going && lines.Scan(); {
			t.Log(lines.Text())
			var line logged
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				line.Msg = lines.Text()
			}
			going = yield(line)
		}
		_ = cmd.Wait()
		if is := cmd.ProcessState.ExitCode(); is != status && (status != notDone || is == 0) {
			t.Errorf("the Job ended with %d", is)
		}
	}
}

// right is what one rule of a role grants, for one verb and one kind of objects.
type right struct{ role, group, resource, verb string }

func (r right) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%s %s.%s", r.verb, r.resource, r.group), ".")
}

// optional are rights that only some clusters and some plans take, and what for. docs/rbac-apply.yaml says so of those that
// change something.
var optional = map[string]string{
	"get replicationcontrollers":               "workloads of this kind",
	"get daemonsets.apps":                      "a floor of this kind",
	"get statefulsets.apps":                    "workloads of this kind",
	"get horizontalpodautoscalers.autoscaling": "workloads that are scaled by one",
	"get clonesets.apps.kruise.io":             "workloads of this kind",
	"get daemonsets.apps.kruise.io":            "workloads of this kind",
	"get statefulsets.apps.kruise.io":          "workloads of this kind",
	"get deploymentconfigs.apps.openshift.io":  "workloads of this kind",
	"get rollouts.argoproj.io":                 "workloads of this kind",
	"get machines.cluster.x-k8s.io":            "nodes of the Cluster API",
	"delete machines.cluster.x-k8s.io":         "nodes of the Cluster API",
	"get machines.machine.openshift.io":        "nodes of OpenShift",
	"delete machines.machine.openshift.io":     "nodes of OpenShift",
}

// granted are the rights of docs/rbac-apply.yaml, one by one, and its roles.
func granted(t *testing.T) (all []right, roles map[string][]rbacv1.PolicyRule) {
	t.Helper()
	data, err := os.ReadFile("../docs/rbac-apply.yaml")
	if err != nil {
		t.Fatal(err)
	}
	roles = map[string][]rbacv1.PolicyRule{}
	for part := range strings.SplitSeq(string(data), "\n---\n") {
		var role rbacv1.ClusterRole // a Role has the same fields
		if err := yaml.Unmarshal([]byte(part), &role); err != nil {
			t.Fatal(err)
		}
		name := strings.ToLower(role.Kind)
		roles[name] = role.Rules
		for _, rule := range role.Rules {
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, verb := range rule.Verbs {
						all = append(all, right{name, group, resource, verb})
					}
				}
			}
		}
	}
	return all, roles
}

// used are the rights that the Job has made use of, by the audit log, and what was refused to it.
func (x *carrier) used(t *testing.T) (all map[string]bool, refused []string) {
	t.Helper()
	log, err := x.c.Audited()
	if err != nil {
		t.Fatal(err)
	}
	all = map[string]bool{}
	for _, a := range log {
		if a.User.Username != account || a.ObjectRef.Resource == "" || a.ObjectRef.APIGroup == "authorization.k8s.io" {
			continue
		}
		r := right{group: a.ObjectRef.APIGroup, resource: a.ObjectRef.Resource, verb: a.Verb}
		if a.ObjectRef.Subresource != "" {
			r.resource += "/" + a.ObjectRef.Subresource
		}
		if r.group == "policy" && r.resource == "pods/eviction" { // an eviction is of the group policy, and the right is of pods
			r.group = ""
		}
		if a.ResponseStatus.Code == 403 {
			refused = append(refused, r.String())
			continue
		}
		all[r.String()] = true
	}
	return all, refused
}

// needsItsRights holds docs/rbac-apply.yaml against what the Job has asked for until now: a pool drained, in two windows,
// with --surge, and escalated. Nothing was refused but the deletion of pods, before docs/rbac-escalate.yaml granted that. What
// nobody asked for is optional, and without each of the others a plan does not get through.
func (x *carrier) needsItsRights(t *testing.T, config string) {
	all, roles := granted(t)
	used, refused := x.used(t)
	if slices.ContainsFunc(refused, func(r string) bool { return r != "delete pods" }) {
		t.Errorf("refused: %v", refused)
	}
	x.kubectl("", "delete", "pdb", "web-too", "--ignore-not-found")
	var needed []right
	for _, r := range all {
		why, may := optional[r.String()]
		switch {
		case may && used[r.String()]:
			t.Errorf("%s is asked for, and is said to be optional: %s", r, why)
		case !may && !used[r.String()]:
			t.Errorf("%s is granted, and nobody asks for it", r)
		case !may:
			needed = append(needed, r)
		}
	}
	t.Logf("asked for %v", slices.Sorted(maps.Keys(used)))
	for i, r := range needed {
		x.without(t, config, fmt.Sprintf("without-%d.json", i), r, roles)
	}
	t.Logf("%d rights are granted: %d are needed, %d optional", len(all), len(needed), len(all)-len(needed))
}

// without carries a plan out without a right: it is not, and says which one is missing.
func (x *carrier) without(t *testing.T, config, name string, r right, roles map[string][]rbacv1.PolicyRule) {
	t.Helper()
	file := filepath.Join(x.dir, name)
	args, node := []string{"--config", config, "--drain-timeout", "20s"}, x.nodes()[0]
	if r.String() == "patch deployments.apps" {
		args = append(args, "--surge")
		node = x.kubectl("", "get", "pods", "--selector=app=solo", "--output=jsonpath={.items[0].spec.nodeName}")
	}
	x.plannedBy(t, file, append(args, "--target", "nodes="+node)...)
	x.kubectl("", "delete", "lease", "onus-apply", "--namespace=kube-system", "--ignore-not-found")
	x.grant(t, r.role, lessOne(roles[r.role], r))
	defer x.grant(t, r.role, roles[r.role])
	x.can(t, r, false)
	var said []string
	for line := range x.job(t, file, notDone) {
		said = append(said, line.Msg+" "+line.Says)
	}
	if !strings.Contains(strings.Join(said, "\n"), "forbidden") && !strings.Contains(strings.Join(said, "\n"), "may not") {
		t.Errorf("without %s: %s", r, strings.Join(said, "\n"))
	}
	x.grant(t, r.role, roles[r.role])
	x.can(t, r, true)
	x.kubectl("", "uncordon", node) // which may be left where that is what it may not do
	x.kubectl("", "annotate", "node", node, "onus.dev/plan-")
}

func lessOne(rules []rbacv1.PolicyRule, r right) (all []rbacv1.PolicyRule) {
	for _, rule := range rules {
		if !slices.Contains(rule.APIGroups, r.group) || !slices.Contains(rule.Resources, r.resource) || !slices.Contains(rule.Verbs, r.verb) {
			all = append(all, rule)
			continue
		}
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				one := rule
				one.APIGroups, one.Resources = []string{group}, []string{resource}
				one.Verbs = slices.DeleteFunc(slices.Clone(rule.Verbs), func(verb string) bool {
					return group == r.group && resource == r.resource && verb == r.verb
				})
				if len(one.Verbs) > 0 {
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// grant has a role grant these rights.
func (x *carrier) grant(t *testing.T, role string, rules []rbacv1.PolicyRule) {
	t.Helper()
	data, err := json.Marshal([]map[string]any{{"op": "replace", "path": "/rules", "value": rules}})
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"patch", role, "onus-apply", "--type=json", "--patch", string(data)}
	if role == "role" {
		args = append(args, "--namespace=kube-system")
	}
	x.kubectl("", args...)
}

// can waits until the Job has a right, or has not.
func (x *carrier) can(t *testing.T, r right, want bool) {
	t.Helper()
	args := []string{"auth", "can-i", r.verb, strings.TrimSuffix(r.resource+"."+r.group, "."), "--as=" + account, "--namespace=kube-system"}
	if resource, sub, is := strings.Cut(r.resource, "/"); is {
		args[3] = resource
		args = append(args, "--subresource="+sub)
	}
	switch {
	case r.resource == "namespaces":
		args[3] = "namespaces/kube-system"
	case r.resource == "leases" && r.verb != "create":
		args[3] = "leases.coordination.k8s.io/onus-apply"
	}
	for range 100 {
		_, err := x.c.Kubectl(t.Context(), nil, args...)
		if (err == nil) == want {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%v stays as it is", args)
}
