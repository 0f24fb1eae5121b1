package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// What onus is timed with: estates of any size, as people and kubectl write them.

// workload and budget are one Deployment and its PodDisruptionBudget.
const (
	workloadText = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-%[1]d
  namespace: team-%[2]d
  labels:
    app.kubernetes.io/name: web-%[1]d
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: web-%[1]d
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web-%[1]d
        app.kubernetes.io/part-of: team-%[2]d
    spec:
      containers:
        - name: web
          image: registry.example/web-%[1]d:1.0
          ports:
            - containerPort: 8080
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
          readinessProbe:
            httpGet:
              path: /healthz
              port: 8080
`
	budgetText = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web-%[1]d
  namespace: team-%[2]d
spec:
  %[3]s
  selector:
    matchLabels:
      app.kubernetes.io/name: web-%[1]d
`
)

// documentsOf are n Deployments, each with a budget of its own, in n/100 namespaces;
// every tenth budget never allows an eviction.
func documentsOf(i int) (workload, budget string) {
	number := "minAvailable: 2"
	if i%10 == 0 {
		number = "minAvailable: 90%"
	}
	return fmt.Sprintf(workloadText, i, i/100), fmt.Sprintf(budgetText, i, i/100, number)
}

// oneFile writes them into one file.
func oneFile(t testing.TB, n int) string {
	var out bytes.Buffer
	for i := range n {
		workload, budget := documentsOf(i)
		out.WriteString(workload + "---\n" + budget + "---\n")
	}
	return inFolder(t, "estate.yaml", out.Bytes())
}

// filesOf writes them into so many files.
func filesOf(t testing.TB, n, files int) string {
	dir := t.TempDir()
	texts := make([]bytes.Buffer, files)
	for i := range n {
		workload, budget := documentsOf(i)
		texts[i%files].WriteString(workload + "---\n" + budget + "---\n")
	}
	for i := range texts {
		path := filepath.Join(dir, fmt.Sprintf("team-%d", i/100), fmt.Sprintf("app-%d.yaml", i))
		writeTo(t, path, texts[i].Bytes())
	}
	return dir
}

// overlapping writes n Deployments of one namespace and a tenth as many budgets, each
// over half of them.
func overlapping(t testing.TB, n int) string {
	var out bytes.Buffer
	for i := range n {
		fmt.Fprintf(&out, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-%[1]d, namespace: shop}\nspec:\n  replicas: 3\n"+
			"  selector: {matchLabels: {app: web-%[1]d}}\n  template:\n    metadata: {labels: {app: web-%[1]d, half: h%[2]d}}\n"+
			"    spec: {containers: [{name: web, image: 'registry.example/web:1.0'}]}\n---\n", i, i%2)
	}
	for i := range n / 10 {
		fmt.Fprintf(&out, "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: half-%d, namespace: shop}\n"+
			"spec: {maxUnavailable: 1, selector: {matchLabels: {half: h%d}}}\n---\n", i, i%2)
	}
	return inFolder(t, "overlap.yaml", out.Bytes())
}

// poolsOf writes n node pools, each with two budgets, and a workload of each.
func poolsOf(t testing.TB, n int) string {
	var out bytes.Buffer
	for i := range n {
		fmt.Fprintf(&out, "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: pool-%[1]d}\nspec:\n  disruption:\n"+
			"    consolidateAfter: 1m\n"+
			"    budgets:\n    - {nodes: \"10%%\"}\n    - {nodes: \"0\", schedule: \"0 9 * * 1-5\", duration: 8h}\n  template:\n    spec:\n"+
			"      expireAfter: 720h\n      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}\n"+
			"      taints: [{key: pool, value: p%[1]d, effect: NoSchedule}]\n      requirements: []\n---\n"+
			"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-%[1]d, namespace: shop}\nspec:\n  replicas: 2\n"+
			"  selector: {matchLabels: {app: web-%[1]d}}\n  template:\n    metadata: {labels: {app: web-%[1]d}}\n    spec:\n"+
			"      nodeSelector: {karpenter.sh/nodepool: pool-%[1]d}\n      tolerations: [{key: pool, value: p%[1]d}]\n"+
			"      containers: [{name: web, image: 'registry.example/web:1.0', resources: {requests: {cpu: 100m}}}]\n---\n", i)
	}
	return inFolder(t, "pools.yaml", out.Bytes())
}

// unitsOf writes n small units: kustomizations with an overlay, and every fourth a chart.
func unitsOf(t testing.TB, n int) string {
	dir := t.TempDir()
	put := func(path, text string) { writeTo(t, filepath.Join(dir, path), []byte(text)) }
	for i := range n {
		workload, budget := documentsOf(i)
		app := fmt.Sprintf("team-%d/app-%d", i/50, i)
		if i%4 == 3 {
			put(app+"/Chart.yaml", fmt.Sprintf("apiVersion: v2\nname: app-%d\nversion: 1.0.0\n", i))
			put(app+"/values.yaml", "replicas: 3\nminAvailable: 2\nimage:\n  tag: \"1.0\"\n")
			put(app+"/templates/web.yaml", workload+"---\n"+budget)
			put(app+"/templates/job.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-worker\n"+
				"spec:\n  replicas: {{ .Values.replicas }}\n  selector:\n    matchLabels: {app: worker}\n  template:\n    metadata:\n"+
				"      labels: {app: worker}\n    spec:\n      containers:\n      - name: worker\n"+
				"        image: registry.example/worker:{{ .Values.image.tag }}\n")
			continue
		}
		put(app+"/base/kustomization.yaml", "resources: [web.yaml, pdb.yaml]\n")
		put(app+"/base/web.yaml", workload)
		put(app+"/base/pdb.yaml", budget)
		put(app+"/production/kustomization.yaml",
			fmt.Sprintf("resources: [../base]\nnamePrefix: prod-\nreplicas:\n- {name: web-%d, count: 5}\n", i))
	}
	return dir
}

// dumpOf writes what kubectl get -o json prints of a cluster of Karpenter with so many
// nodes, 30 pods on each, in Deployments of so many; as jq -c makes of that.
func dumpOf(t testing.TB, nodes, podsEach int) string {
	path := filepath.Join(t.TempDir(), "cluster.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	d := dump{out: out}
	_, _ = out.WriteString("{\"apiVersion\":\"v1\",\"items\":[\n")
	d.nodes(nodes)
	for k := range max(1, 30*nodes/podsEach) {
		d.workload(k, podsEach, nodes)
	}
	_, _ = out.WriteString("\n],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"}}\n")
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	return path
}

// dump writes objects.
type dump struct {
	out   *bufio.Writer
	begun bool
}

func (d *dump) object(format string, args ...any) {
	if d.begun {
		_, _ = d.out.WriteString(",\n")
	}
	d.begun = true
	_, _ = fmt.Fprintf(d.out, format, args...)
}

func (d *dump) nodes(n int) {
	d.object(`{"apiVersion":"karpenter.sh/v1","kind":"NodePool","metadata":{"creationTimestamp":"2026-11-22T06:00:00Z","name":"default",` +
		`"uid":"p-1"},"spec":{"disruption":{"budgets":[{"nodes":"10%%"}],"consolidateAfter":"1m"},"template":{"spec":{"expireAfter":"720h",` +
		`"nodeClassRef":{"group":"karpenter.k8s.aws","kind":"EC2NodeClass","name":"default"},"requirements":[]}}}}`)
	for i := range n {
		d.object(`{"apiVersion":"v1","kind":"Node","metadata":{"creationTimestamp":"2026-11-22T06:00:00Z","labels":{`+
			`"kubernetes.io/arch":"amd64",`+
			`"karpenter.sh/nodepool":"default","kubernetes.io/hostname":"node-%05[1]d","topology.kubernetes.io/zone":"zone-%[2]d"},`+
			`"name":"node-%05[1]d","uid":"n-%05[1]d"},"spec":{"providerID":"aws:///zone-%[2]d/i-%05[1]d"},"status":{"allocatable":{"cpu":"16",`+
			`"memory":"64Gi","pods":"110"},"capacity":{"cpu":"16","memory":"64Gi","pods":"110"},"conditions":[{"lastHeartbeatTime":`+
			`"2026-11-22T07:00:00Z","lastTransitionTime":"2026-11-22T06:00:30Z","status":"True","type":"Ready"}],`+
			`"nodeInfo":{"kubeletVersion":"v1.36.0","osImage":"Bottlerocket OS"}}}`, i, i%3)
	}
}

// workload writes a Deployment with its ReplicaSet and pods, and every second time a budget.
func (d *dump) workload(k, pods, nodes int) {
	ns, cpu := k/50, []int{250, 250, 500, 1000}[k%4]
	spec := fmt.Sprintf(`{"containers":[{"image":"registry.example/app-%05[1]d:1.0","name":"app","resources":{"requests":{"cpu":"%[2]dm",`+
		`"memory":"%[2]dMi"}}}],"terminationGracePeriodSeconds":30`, k, cpu)
	of := fmt.Sprintf(`"spec":{"replicas":%[3]d,"selector":{"matchLabels":{"app":"app-%05[1]d"}},`+
		`"template":{"metadata":{"labels":{"app":"app-%05[1]d"}},"spec":%[2]s}}}}`, k, spec, pods)
	d.object(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app-%05[1]d","namespace":"team-%03[2]d","uid":"d-%05[1]d"},`+
		`%[3]s`, k, ns, of)
	d.object(`{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"app-%05[1]d-rs","namespace":"team-%03[2]d","uid":"r-%05[1]d",`+
		`"ownerReferences":[{"apiVersion":"apps/v1","controller":true,"kind":"Deployment","name":"app-%05[1]d","uid":"d-%05[1]d"}]},`+
		`%[3]s`, k, ns, of)
	if k%2 == 0 {
		d.object(`{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"app-%05[1]d","namespace":"team-%03[2]d"},`+
			`"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"app-%05[1]d"}}}}`, k, ns)
	}
	for j := range pods {
		n := k*pods + j
		d.object(`{"apiVersion":"v1","kind":"Pod","metadata":{"creationTimestamp":"2026-11-22T06:01:00Z","labels":{"app":"app-%05[1]d"},`+
			`"name":"app-%05[1]d-rs-%[3]d","namespace":"team-%03[2]d","ownerReferences":[{"apiVersion":"apps/v1","controller":true,`+
			`"kind":"ReplicaSet","name":"app-%05[1]d-rs","uid":"r-%05[1]d"}],"uid":"%08[6]x-%04[3]x"},"spec":%[4]s,"nodeName":"node-%05[5]d"},`+
			`"status":{"conditions":[{"lastTransitionTime":"2026-11-22T06:01:15Z","status":"True","type":"Ready"}],"phase":"Running",`+
			`"startTime":"2026-11-22T06:01:00Z"}}`, k, ns, j, spec, n*7919%nodes, n*2654435761%(1<<32))
	}
}

func inFolder(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	writeTo(t, path, data)
	return path
}

func writeTo(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
