package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

func read(t *testing.T, paths ...string) (*kubernetes.Estate, error) {
	t.Helper()
	return Kubernetes(t.Context(), Input{Paths: paths})
}

// summary is what was read, an object a line, with the lines they stood on.
func summary(e *kubernetes.Estate) string {
	var b strings.Builder
	for _, w := range e.Workloads {
		fmt.Fprintf(&b, "%s@%d\n", w.Ref, w.Position.Line)
	}
	for _, p := range e.Budgets {
		fmt.Fprintf(&b, "%s@%d spec@%d\n", p.Ref(), p.Position.Line, p.Spec.Line)
	}
	for _, s := range e.Services {
		fmt.Fprintf(&b, "service %s/%s@%d\n", s.Namespace, s.Name, s.Position.Line)
	}
	for _, n := range e.Nodes {
		fmt.Fprintf(&b, "node %s@%d\n", n.Name, n.Position.Line)
	}
	for _, count := range []struct {
		n    int
		what string
	}{{e.Seen.Skipped, "skipped"}, {e.Seen.Unrelated, "unrelated"}, {e.Seen.Replaced, "replaced"}} {
		if count.n > 0 {
			fmt.Fprintf(&b, "%d %s\n", count.n, count.what)
		}
	}
	return b.String()
}

// A file is known by how it begins, whatever it is called, and what nobody
// reads yet is counted by its name and is no fault.
func TestForms(t *testing.T) {
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}}\n"
	for _, c := range []struct{ name, file, text, want string }{
		{"a manifest", "a.yaml", deployment, "default/Deployment/a@1\n"},
		{"a dump", "a.json", `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", ` +
			`"annotations": {"terraform_version": "1", "serial": "2"}}}]}`, "node n@1\n"},
		{"a state", "terraform.tfstate", `{"version": 4, "terraform_version": "1.9.5", "serial": 3, "lineage": "x", "resources": []}`,
			"1 skipped\n1 Terraform state"},
		{"a state as it is shown", "state.json", `{"format_version": "1.0", "terraform_version": "1.9.5", "values": {}}`,
			"1 skipped\n1 Terraform state"},
		{"a plan", "plan.json", `{"format_version": "1.2", "terraform_version": "1.9.5", "variables": {"values": {"value": 1}}, ` +
			`"planned_values": {}}`, "1 skipped\n1 Terraform plan"},
		{"a template of CloudFormation", "stack.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A:\n" +
			"    Type: AWS::RDS::DBInstance\n    Properties: {Engine: !Ref Engine, Tags: !If [a, b, !Ref c]}\n",
			"1 skipped\n1 CloudFormation template"},
		{"one that does not say so", "stack.json", `{"Resources": {"A": {"Type": "AWS::RDS::DBInstance"}}}`,
			"1 skipped\n1 CloudFormation template"},
		{"a project of azd", "azure.yaml", "name: a\nservices:\n  web: {host: aks}\n", ""},
		{"a file of that name", "azure.yaml", deployment, "default/Deployment/a@1\n"},
		{"Bicep", "main.bicep", "resource aks 'Microsoft.ContainerService/managedClusters@2024-09-01' = {\n}\n", ""},
		{"an inventory", "fleet.csv", "Product, \"version\",Offering,name\npostgresql,16.3,rds,a\n", "database a@2\n"},
		{"an inventory as YAML", "fleet.yaml", "# ours\ninventory:\n  # all\n- {product: postgresql, offering: rds, name: a}\n",
			"database a@4\n"},
		{"an inventory as JSON", "fleet.json", "{\"inventory\": [\n{\"product\": \"postgresql\", \"offering\": \"rds\", \"name\": \"a\"}]}",
			"database a@2\n"},
		{"a table of something else", "other.yaml", "a: product, version\n", "1 skipped\n"},
		{"values of a chart", "values.yaml", "inventory:\n  product: shop\n", "1 skipped\n"},
		{"an object with an inventory", "a.yaml", "kind: Stack\napiVersion: v1\ninventory: [product]\n", "1 unrelated\n"},
		{"a template of a chart", "chart/templates/sub/a.yaml", "{{- if .Values.a }}\n" + deployment + "{{- end }}\n",
			"1 skipped\n1 Helm template"},
		{"a plain file of a chart", "chart/templates/a.yaml", deployment, "default/Deployment/a@1\n"},
		{"a template of no chart", "other/templates/a.yaml", "a: {{ b }}\n{{ c }}", "!"},
		{"an object with Resources", "a.yaml", "kind: Stack\napiVersion: v1\nResources: AWS::RDS\n", "1 unrelated\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, c.file)
			for file, text := range map[string]string{path: c.text, filepath.Join(dir, "chart", "Chart.yaml"): "name: a\n"} {
				unittest.Write(t, file, text)
			}
			got := "!"
			if whole, err := Read(t.Context(), Input{Paths: []string{path}}); err == nil && len(whole.Unreadable) == 0 {
				e := whole.Units[0]
				got = summary(e.Kubernetes)
				for _, i := range e.Database.Instances {
					got += fmt.Sprintf("database %s@%d\n", i.Name, i.Position.Line)
				}
				for form, n := range whole.NoReader {
					got += fmt.Sprint(n, " ", form)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// endless never ends, and is stopped after some of it.
type endless struct {
	text string
	stop func()
	n    int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n++; e.n == 20 {
		e.stop()
	}
	if e.n > 1000 {
		return 0, io.ErrUnexpectedEOF
	}
	return copy(p, strings.Repeat(e.text, len(p)/len(e.text))), nil
}

func TestReadStops(t *testing.T) {
	for name, text := range map[string]string{"YAML": "---\napiVersion: v1\nkind: Node\nmetadata: {name: node}\n",
		"JSON": `{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node"}}`} {
		ctx, stop := context.WithCancel(t.Context())
		from := &endless{text: text, stop: stop}
		if _, err := Read(ctx, Input{Paths: []string{Stdin}, Stdin: from}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if from.n > 30 {
			t.Errorf("%s: was read %d times", name, from.n)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Read(ctx, Input{Paths: []string{"testdata/tree"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("a directory: %v", err)
	}
}

// What files hold goes over what the cluster does.
func TestFilesOverACluster(t *testing.T) {
	const live = `{"schema":"onus.snapshot/v1","apiVersion":"v1","kind":"List","context":"prod","items":[{"apiVersion":"policy/v1",` +
		`"kind":"PodDisruptionBudget","metadata":{"name":"b","uid":"u"},"spec":{"minAvailable":1}}]}`
	const file = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: 2, selector: {}}\n"
	e, err := One(t.Context(), Input{Live: strings.NewReader(live), Paths: []string{Stdin}, Stdin: strings.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	if k := e.Kubernetes; len(k.Budgets) != 1 || k.Budgets[0].MinAvailable.IntValue() != 2 || k.Seen.Clusters != 1 || k.Seen.Files != 1 ||
		e.Contexts()[0] != "prod" {
		t.Errorf("%+v", e.Kubernetes)
	}
}

// A kustomization that is named by its file is read as one, of which nothing is built.
func TestKustomizationByItsFile(t *testing.T) {
	inFolder(t, "-- web/kustomization.yaml --\nresources: [a.yaml]\n-- web/a.yaml --\napiVersion: v1\nkind: Service\n"+
		"metadata: {name: a}\nspec: {selector: {a: b}}\n")
	e, err := Kubernetes(t.Context(), Input{Paths: []string{"web/kustomization.yaml", "web/a.yaml"}})
	if err != nil || e.Seen.Patched != 1 || len(e.Services) != 1 {
		t.Errorf("%d kustomizations, %v", e.Seen.Patched, err)
	}
}
