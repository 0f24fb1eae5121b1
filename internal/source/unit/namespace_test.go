package unit

import (
	"strings"
	"testing"
)

// What a release writes into one namespace alone is in it, and so is the rest of it,
// but for what stands in none and for what says where it stands.
func TestSoleNamespace(t *testing.T) {
	object := func(api, kind, namespace string) Document {
		text := "apiVersion: " + api + "\nkind: " + kind + "\nmetadata:\n  name: x\n"
		if namespace != "" {
			text += "  namespace: " + namespace + "\n"
		}
		return Document{Bytes: []byte(text)}
	}
	web := object("apps/v1", "Deployment", "")
	for _, c := range []struct {
		name string
		all  []Document
		want string
		in   string // what comes of each, as far as it writes one
	}{
		{"none", []Document{web}, "", ""},
		{"one of two", []Document{web, object("v1", "Service", "px")}, "px", "px px"},
		{"one twice", []Document{object("v1", "Service", "px"), web, object("apps/v1", "StatefulSet", "px")}, "px", "px px px"},
		{"one, and its budget", []Document{
			web, object("v1", "Service", "px"), object("policy/v1", "PodDisruptionBudget", "px"),
		}, "px", "px px px"},
		{"two", []Document{web, object("v1", "Service", "px"), object("networking.k8s.io/v1", "Ingress", "other")}, "", "px other"},
		{"default by another", []Document{web, object("v1", "Service", "px"), object("apps/v1", "StatefulSet", "default")}, "", "px default"},
		{"a budget alone", []Document{web, object("policy/v1", "PodDisruptionBudget", "kube-system")}, "", "kube-system"},
		{"an autoscaler alone", []Document{web, object("autoscaling/v2", "HorizontalPodAutoscaler", "kube-system")}, "", "kube-system"},
		{"a role elsewhere", []Document{web, object("rbac.authorization.k8s.io/v1", "RoleBinding", "kube-system")}, "", "kube-system"},
		{"cluster-wide", []Document{object("v1", "Service", "px"), object("scheduling.k8s.io/v1", "PriorityClass", ""),
			object("v1", "Namespace", "")}, "px", "px"},
		{"a list", []Document{object("v1", "Service", "px"), object("v1", "ServiceList", "")}, "px", "px"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := SoleNamespace(c.all)
			if got != c.want {
				t.Errorf("in %q, want %q", got, c.want)
			}
			var in []string
			for _, d := range In(got, c.all) {
				if _, ns, ok := strings.Cut(string(d.Bytes), "namespace: "); ok {
					in = append(in, strings.Fields(ns)[0])
				}
			}
			if all := strings.Join(in, " "); all != c.in {
				t.Errorf("stand in %q, want %q", all, c.in)
			}
		})
	}
}

// Items of a list are in the namespace, but what stands in none, or says where.
func TestListsInANamespace(t *testing.T) {
	for text, want := range map[string]string{
		"{kind: List, apiVersion: v1, items: [{apiVersion: v1, kind: Service, metadata: {name: x}}]}":                            "px",
		"{kind: ServiceList, apiVersion: v1, items: [{metadata: {name: x}}, {metadata: {name: y}}]}":                             "px px",
		"{kind: List, apiVersion: v1, items: [{kind: List, items: [{kind: Service, apiVersion: v1, metadata: {name: x}}]}]}":     "px",
		"{kind: List, apiVersion: v1, items: [{apiVersion: v1, kind: Service, metadata: {name: x, namespace: other}}]}":          "other",
		"{kind: List, apiVersion: v1, items: [{apiVersion: v1, kind: Namespace, metadata: {name: x}}, 3]}":                       "",
		"{kind: NodeList, apiVersion: v1, items: [{metadata: {name: x}}]}":                                                       "",
		"{kind: Shelf, apiVersion: x.io/v1, metadata: {name: x}, items: [{kind: Service, apiVersion: v1, metadata: {name: y}}]}": "px",
		"{kind: AllowList, apiVersion: x.io/v1, metadata: {name: x}}":                                                            "",
	} {
		var in []string
		for _, part := range strings.Split(string(In("px", []Document{{Bytes: []byte(text)}})[0].Bytes), "namespace: ")[1:] {
			in = append(in, strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune(" \n,}", r) })[0])
		}
		if got := strings.Join(in, " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Documents into which no namespace is written stay as they were written, byte for byte.
func TestDocumentsStayAsTheyAre(t *testing.T) {
	const web = "kind:   Service\napiVersion: v1\nmetadata: {name: web}\n"
	for name, c := range map[string]struct{ namespace, text string }{
		"no namespace":            {"", web},
		"the one that is assumed": {"default", web},
		"one of its own":          {"px", "kind:   Service\napiVersion: v1\nmetadata: {name: web, namespace: other}\n"},
		"one for the whole":       {"px", "kind:   Namespace\napiVersion: v1\nmetadata: {name: x}\n"},
		"a list of such":          {"px", "kind:   List\napiVersion: v1\nitems: [{kind: Namespace, apiVersion: v1, metadata: {name: x}}]\n"},
		"without metadata":        {"px", "kind:   Service\napiVersion: v1\n"},
		"no object":               {"px", "- a\n-   b\n"},
		"no YAML":                 {"px", "a: [\n"},
	} {
		if got := string(In(c.namespace, []Document{{Bytes: []byte(c.text)}})[0].Bytes); got != c.text {
			t.Errorf("%s: %q, want %q", name, got, c.text)
		}
	}
}
