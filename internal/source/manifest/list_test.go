package manifest

import (
	"fmt"
	"strings"
	"testing"
)

// A typed list gives its kind to elements without one, in whichever order its
// keys stand. An element that names its own has that.
func TestTypedLists(t *testing.T) {
	const deployment = `{"metadata":{"name":"a"},"spec":{"selector":{"matchLabels":{"app":"a"}},` +
		`"template":{"spec":{"containers":[{"name":"c"}]}}}}`
	const budget = `{"metadata":{"name":"b"},"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"a"}}}}`
	for _, c := range []struct{ name, api, kind, item, want string }{
		{"Deployments", "apps/v1", "DeploymentList", deployment, "default/Deployment/a@4\n"},
		{"PodDisruptionBudgets", "policy/v1", "PodDisruptionBudgetList", budget, "default/PodDisruptionBudget/b@4 spec@4\n"},
		{"what is not read", "rbac.authorization.k8s.io/v1", "RoleList", `{"metadata":{"name":"r"}}`, "1 unrelated\n"},
		{"an element with its own kind", "v1", "List", `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"}}`, "node n@4\n"},
		{"an element of no kind", "v1", "List", `{"metadata":{"name":"n"}}`, "1 skipped\n"},
	} {
		parts := map[string]string{"apiVersion": c.api, "kind": c.kind}
		for _, order := range []string{"apiVersion kind items", "apiVersion items kind", "items apiVersion kind", "kind items apiVersion",
			"items kind apiVersion"} {
			// Three lines come before the items, whatever stands on them.
			var json, yaml []string
			for key := range strings.FieldsSeq(order) {
				if key == "items" {
					json = append(json, "\n\"items\": [\n"+c.item+"]")
					yaml = append(yaml, "items:\n- "+c.item)
					continue
				}
				json = append(json, fmt.Sprintf("%q: %q", key, parts[key]))
				yaml = append(yaml, key+": "+parts[key])
			}
			text := "\n{" + strings.Join(json, ",") + "}\n"
			if got := summary(mustRead(t, text)); got != c.want {
				t.Errorf("%s in JSON, %s: got %q, want %q", c.name, order, got, c.want)
			}
			lead := strings.Repeat("# c\n", 3-1-strings.Count(strings.Join(yaml, "\n")[:strings.Index(strings.Join(yaml, "\n"), "items:")], "\n"))
			if got := summary(mustRead(t, lead+strings.Join(yaml, "\n")+"\n")); got != c.want {
				t.Errorf("%s in YAML, %s: got %q, want %q", c.name, order, got, c.want)
			}
		}
	}
}

// Elements that wait for the kind of their list are those of that list.
func TestListsInARow(t *testing.T) {
	const lists = "items:\n- {metadata: {name: a}}\n- {apiVersion: v1, kind: Node, metadata: {name: b}}\napiVersion: karpenter.sh/v1\n" +
		"kind: NodePoolList\n---\nitems:\n- {metadata: {name: c}}\n---\nitems:\n- {metadata: {name: d}}\nkind: NodeList\napiVersion: v1\n"
	if got, want := summary(mustRead(t, lists)), "node b@3\nnode d@11\npool karpenter.sh/NodePool a@2\n1 skipped\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
	if _, err := read(t, "items:\n- {metadata: {name: a}, spec: {minAvailable: x}}\nkind: PodDisruptionBudgetList\n"+
		"apiVersion: policy/v1\n"); err == nil || !strings.Contains(err.Error(), "<stdin>:2: spec.minAvailable") {
		t.Errorf("a fault in an element that waited: %v", err)
	}
}
