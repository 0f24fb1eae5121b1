package lab

import (
	"path/filepath"
	"strings"
	"testing"
)

// toFix are a PDB that allows nothing, and a single pod that a Service routes to, with no PDB.
const toFix = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: c, image: registry.k8s.io/pause:3.10, resources: {requests: {cpu: 100m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {type: LoadBalancer, selector: {app: api}, ports: [{port: 80}]}
`

// What onus fix has for a real cluster is made by a plan with the rights of rbac-apply.yaml and rbac-fix.yaml, and taken back by abort:
// nothing of it is there any more, and a cluster that was changed meanwhile is left as it is.
func TestFixesByAPlan(t *testing.T) {
	x := carrierOf(t, strings.Replace(webs, "minAvailable: 3", "minAvailable: 100%", 1)+toFix)
	x.kubectl("", "wait", "--for=condition=Available", "deployment/api", "--timeout=60s")
	x.kubectl("", "apply", "--filename=../docs/rbac-fix.yaml")
	file := filepath.Join(x.dir, "fix.json")
	is := func() string {
		return x.kubectl("", "get", "deployment/api", "--output=jsonpath={.spec.replicas}") + " " +
			x.kubectl("", "get", "poddisruptionbudgets", "--output=jsonpath={range .items[*]}{.metadata.name}{.spec.minAvailable}/"+
				"{.spec.maxUnavailable} {.status.disruptionsAllowed},{end}")
	}
	before := is()
	fix := []string{"fix", "--kubeconfig", x.c.Kubeconfig, "--as", "eks-auto-mode", "--min-severity", "medium", "-f", file}
	out, _ := x.onus(t, []int{1}, fix...)
	for _, says := range []string{"restart before:", "second replica:", "kubectl create", "kubectl patch poddisruptionbudget web"} {
		if !strings.Contains(out, says) {
			t.Errorf("does not say %q:\n%s", says, out)
		}
	}
	if after := is(); after != before {
		t.Fatalf("a plan alone has it be %s, and it was %s", after, before)
	}
	in := []string{"--kubeconfig", x.config}
	_, said := x.onus(t, []int{0}, append([]string{"apply", file}, in...)...)
	if after := is(); !strings.HasPrefix(after, "2 api/1 1,web/1 1") {
		t.Errorf("it is %q after\n%s", after, said)
	}
	if out, _ := x.onus(t, []int{0}, append([]string{"check", "--only", "pdb-never-allows,pdb-missing,single-replica", "-n", "default", "--as",
		"eks-auto-mode", "--min-severity", "medium"}, "--kubeconfig", x.c.Kubeconfig)...); strings.Contains(out, "default/api Deployment\n") {
		t.Error(out)
	}
	x.onus(t, []int{0}, append([]string{"abort", file}, in...)...)
	if after := is(); !strings.HasPrefix(after, "1 web100%/") {
		t.Errorf("taken back it is %s", after)
	}
	if marks := x.kubectl("", "get", "deployments,poddisruptionbudgets", "--output=yaml"); strings.Contains(marks, "onus.dev/change") {
		t.Error("a mark is left:", marks)
	}
}
