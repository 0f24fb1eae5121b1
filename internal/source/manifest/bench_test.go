package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// estateYAML is n Deployments, each with its budget, as people write them.
func estateYAML(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `---
# Source: chart/templates/app-%[1]d.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%[1]d
  namespace: team-%[2]d
  labels:
    app.kubernetes.io/name: app-%[1]d
    app.kubernetes.io/managed-by: Helm
spec:
  replicas: 3
  selector:
    matchLabels:
      app: app-%[1]d
  template:
    metadata:
      labels:
        app: app-%[1]d
    spec:
      terminationGracePeriodSeconds: 45
      nodeSelector:
        kubernetes.io/arch: amd64
      containers:
      - name: app
        image: registry.example.com/team/app:1.2.%[1]d
        ports:
        - containerPort: 8080
        resources:
          requests:
            cpu: 100m
            memory: "128Mi"
        readinessProbe:
          httpGet:
            path: /healthz
            port: 8080
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: app-%[1]d
  namespace: team-%[2]d
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: app-%[1]d
`, i, i%40)
	}
	return b.String()
}

// asList is a stream of documents as kubectl get writes it: one List, with
// its kind at the end.
func asList(documents string) string {
	var b strings.Builder
	b.WriteString("apiVersion: v1\nitems:\n")
	for doc := range strings.SplitSeq(documents, "---\n") {
		lead := "- "
		for line := range strings.Lines(doc) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			b.WriteString(lead + line)
			lead = "  "
		}
	}
	b.WriteString("kind: List\nmetadata:\n  resourceVersion: \"\"\n")
	return b.String()
}

// estateJSON is the same as kubectl get -o json writes it.
func estateJSON(n int) string {
	items := make([]any, 0, 2*n)
	for i := range n {
		meta := map[string]any{"name": fmt.Sprintf("app-%d", i), "namespace": fmt.Sprintf("team-%d", i%40)}
		labels := map[string]any{"app": meta["name"]}
		selector := map[string]any{"matchLabels": labels}
		items = append(items, map[string]any{
			"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta,
			"spec": map[string]any{"replicas": 3, "selector": selector, "template": map[string]any{
				"metadata": map[string]any{"labels": labels},
				"spec": map[string]any{"terminationGracePeriodSeconds": 45, "containers": []any{map[string]any{
					"name": "app", "image": fmt.Sprintf("registry.example.com/team/app:1.2.%d", i),
					"ports":          []any{map[string]any{"containerPort": 8080, "protocol": "TCP"}},
					"resources":      map[string]any{"requests": map[string]any{"cpu": "100m", "memory": "128Mi"}},
					"readinessProbe": map[string]any{"httpGet": map[string]any{"path": "/healthz", "port": 8080}},
				}}},
			}},
		}, map[string]any{
			"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta,
			"spec": map[string]any{"maxUnavailable": 1, "selector": selector},
		})
	}
	out, err := json.MarshalIndent(map[string]any{"apiVersion": "v1", "kind": "List", "items": items}, "", "    ")
	if err != nil {
		panic(err)
	}
	return string(out)
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{500, 5000} {
		documents := estateYAML(n)
		for _, form := range []struct{ name, text string }{
			{"yaml", documents}, {"yaml-list", asList(documents)}, {"json", estateJSON(n)},
		} {
			b.Run(fmt.Sprintf("%s/%d", form.name, n), func(b *testing.B) {
				b.SetBytes(int64(len(form.text)))
				b.ReportAllocs()
				for b.Loop() {
					e, err := readFrom(bytes.NewReader([]byte(form.text)))
					if err != nil || len(e.Workloads) != n || len(e.Budgets) != n {
						b.Fatal(err, len(e.Workloads), len(e.Budgets))
					}
				}
			})
		}
	}
}
