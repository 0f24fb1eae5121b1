package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The namespace of an object is what the one that it refers to is called; and where that is not known,
// it is what it is made of, and never the one that is taken where none is said.
func TestNamespaces(t *testing.T) {
	const (
		single = "resource \"kubernetes_namespace\" \"x\" {\n metadata { name = \"monitoring\" }\n}\n"
		keyed  = "variable \"all\" { type = list(string) }\nresource \"kubernetes_namespace\" \"x\" {\n for_each = toset(var.all)\n" +
			" metadata { name = each.key }\n}\n"
		mapped = "resource \"kubernetes_namespace_v1\" \"x\" {\n for_each = { a = \"one\", b = \"two\" }\n metadata { name = each.value }\n}\n"
		count  = "variable \"make\" { default = true }\nresource \"kubernetes_namespace\" \"x\" {\n count = var.make ? 1 : 0\n" +
			" metadata { name = \"monitoring\" }\n}\n"
		gives = "variable \"name\" {}\nresource \"kubernetes_namespace\" \"x\" {\n metadata { name = var.name }\n}\n" +
			"output \"name\" { value = kubernetes_namespace.x.metadata[0].name }\n"
		calls = "module \"m\" {\n source = \"./ns\"\n name = \"monitoring\"\n}\nmodule \"o\" {\n source = \"./ns\"\n name = \"other\"\n}\n"
		each  = "module \"m\" {\n source = \"./ns\"\n for_each = toset([\"a\", \"b\"])\n name = each.key\n}\n"
	)
	for name, x := range map[string]struct {
		text, namespace, want string
	}{
		"a name":                    {single, `kubernetes_namespace.x.metadata[0].name`, "monitoring"},
		"in the older way":          {single, `kubernetes_namespace.x.metadata.0.name`, "monitoring"},
		"its id":                    {single, `kubernetes_namespace.x.id`, "monitoring"},
		"a text around it":          {single, `"${kubernetes_namespace.x.metadata[0].name}"`, "monitoring"},
		"the key of some not known": {keyed, `kubernetes_namespace.x["monitoring"].metadata[0].name`, "monitoring"},
		"the value of a key":        {mapped, `kubernetes_namespace_v1.x["b"].metadata[0].name`, "two"},
		"a key by a local":          {mapped + "locals { k = \"a\" }\n", `kubernetes_namespace_v1.x[local.k].metadata[0].name`, "one"},
		"a local":                   {keyed + "locals { n = kubernetes_namespace.x[\"infra\"].metadata.0.name }\n", `local.n`, "infra"},
		"a key whose name continues another": {
			keyed + "locals { both = [kubernetes_namespace.x1.metadata[0].name, kubernetes_namespace.x[\"1\"].metadata[0].name] }\n" +
				"resource \"kubernetes_namespace\" \"x1\" {\n metadata { name = \"prod\" }\n}\n", `local.both[1]`, "1",
		},
		"one by a count": {count, `kubernetes_namespace.x[0].metadata[0].name`, "monitoring"},
		"one of all":     {count, `one(kubernetes_namespace.x[*].metadata[0].name)`, "one-kubernetes_namespace.x-.met.HASH"},
		"none by a count": {
			count + "locals { no = kubernetes_namespace.y[0].metadata[0].name }\n",
			`local.no`, "kubernetes_namespace.y.0.metadata.0.name",
		},
		"else another": {
			"resource \"kubernetes_namespace\" \"x\" {\n count = 0\n metadata { name = \"a\" }\n}\n",
			`try(kubernetes_namespace.x[0].metadata[0].name, "b")`, "b",
		},
		"what only the provider knows": {single, `try(kubernetes_namespace.x.metadata[0].uid, "b")`, "try-kubernetes_namespace.x.meta.HASH"},
		"a data source": {
			"data \"kubernetes_namespace\" \"d\" {\n metadata { name = \"given\" }\n}\n",
			`data.kubernetes_namespace.d.metadata[0].name`, "given",
		},
		"an account's": {
			"resource \"kubernetes_service_account\" \"s\" {\n metadata {\n  name = \"s\"\n" +
				"  namespace = \"infra\"\n }\n}\n", `kubernetes_service_account.s.metadata[0].namespace`, "infra",
		},
		"what a module gives":        {calls, `module.m.name`, "monitoring"},
		"what a module gives by key": {each, `module.m["b"].name`, "b"},
		"a variable":                 {"variable \"n\" {}\n", `var.n`, "var.n"},
		"one of a name that is made": {
			"variable \"n\" {}\nresource \"kubernetes_namespace\" \"x\" {\n metadata { name = var.n }\n}\n",
			`kubernetes_namespace.x.metadata[0].name`, "kubernetes_namespace.x.metadata.0.name",
		},
		"one with a key that is not": {
			"variable \"n\" {}\nvariable \"k\" {}\nresource \"kubernetes_namespace\" \"x\" {\n" +
				" for_each = toset(var.n)\n metadata { name = each.key }\n}\n",
			`kubernetes_namespace.x[var.k].metadata[0].name`, "kubernetes_namespace.x.var.k.metadata.0.name",
		},
		"metadata by an attribute": {
			"resource \"kubernetes_namespace\" \"x\" {\n metadata = [{ name = \"shop\" }]\n}\n",
			`kubernetes_namespace.x.id`, "shop",
		},
		"metadata that is not known": {
			"variable \"m\" {}\nresource \"kubernetes_namespace\" \"x\" {\n metadata = [var.m]\n}\n",
			`kubernetes_namespace.x.id`, "kubernetes_namespace.x.id",
		},
		"metadata that is none": {
			"resource \"kubernetes_namespace\" \"x\" {\n metadata = [\"a\"]\n}\n",
			`kubernetes_namespace.x.id`, "kubernetes_namespace.x.id",
		},
		"metadata that is null": {
			"resource \"kubernetes_namespace\" \"x\" {\n metadata = [null]\n}\n",
			`kubernetes_namespace.x.id`, "kubernetes_namespace.x.id",
		},
		"metadata of some that are not known": {
			"variable \"m\" { type = list(any) }\nresource \"kubernetes_namespace\" \"x\" {\n metadata = var.m\n}\n",
			`kubernetes_namespace.x.id`, "kubernetes_namespace.x.id",
		},
		"a part of a text":              {"variable \"n\" {}\n", `"app-${var.n}"`, "app-var.n"},
		"a call that is not known here": {"variable \"n\" {}\n", `lower(var.n)`, "lower-var.n.HASH"},
	} {
		c := Configuration{}
		object := "resource \"kubernetes_service\" \"o\" {\n metadata {\n  name = \"o\"\n  namespace = " + x.namespace + "\n }\n spec {}\n}\n"
		for file, text := range map[string]string{"ns/main.tf": gives, "main.tf": object + x.text} {
			if err := c.Add(file, []byte(text)); err != nil {
				t.Fatal(name, err)
			}
		}
		all := c.Made()
		if len(all) != 1 {
			t.Fatalf("%s: %d objects", name, len(all))
		}
		if got := fmt.Sprint(all[0].Value["metadata"].(map[string]any)["namespace"]); !is(got, x.want) || len(all[0].Open) > 0 {
			t.Errorf("%s: namespace %q, want %q; open %v", name, got, x.want, all[0].Open)
		}
	}
}

// An object that is stated as Kubernetes has it, or in a text, stands in the namespace that it says, too;
// and of two modules the same words are not the same.
func TestNamespacesOfWhatIsStated(t *testing.T) {
	const made = "variable \"n\" {}\n"
	manifest := func(namespace string) string {
		return "resource \"kubernetes_manifest\" \"o\" {\n manifest = {\n  apiVersion = \"v1\"\n  kind = \"Service\"\n" +
			"  metadata = {\n   name = \"o\"\n   namespace = " + namespace + "\n  }\n }\n}\n"
	}
	for name, x := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"in HCL": {map[string]string{"main.tf": made + manifest("var.n")}, []string{"var.n"}},
		"that is known": {map[string]string{"main.tf": manifest("kubernetes_namespace.x[\"a\"].metadata[0].name") +
			"resource \"kubernetes_namespace\" \"x\" {\n for_each = toset([\"a\"])\n metadata { name = each.value }\n}\n"}, []string{"a"}},
		"in a text": {map[string]string{"main.tf": made +
			"resource \"kubectl_manifest\" \"o\" {\n yaml_body = <<-EOT\n  apiVersion: v1\n  kind: Service\n" +
			"  metadata:\n    name: o\n    namespace: ${var.n}\n  EOT\n}\n"}, []string{"var.n"}},
		"of two modules": {
			map[string]string{"a/main.tf": made + manifest("var.n"), "b/main.tf": made + manifest("var.n")},
			[]string{"a.var.n", "b.var.n"},
		},
	} {
		c := Configuration{}
		for _, file := range slices.Sorted(maps.Keys(x.files)) {
			if err := c.Add(file, []byte(x.files[file])); err != nil {
				t.Fatal(name, err)
			}
		}
		var got []string
		for _, o := range c.Made() {
			got = append(got, fmt.Sprint(o.Value["metadata"].(map[string]any)["namespace"]))
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}

// is compares a namespace with what is wanted, of which what follows HASH's dot is any.
func is(got, want string) bool {
	stem, hashed := strings.CutSuffix(want, "HASH")
	return got == want || hashed && strings.HasPrefix(got, stem) && !strings.Contains(got[len(stem):], ".")
}

// A namespace that is not known is the same one wherever it is written in the same words, and whatever
// stands above; but not in words that mean another one in each block.
func TestNamespacesByWhatIsWritten(t *testing.T) {
	made := func(name, more, namespace string) string {
		return "resource \"kubernetes_service\" \"" + name + "\" {\n " + more + "\n metadata {\n  name = \"" + name +
			"\"\n  namespace = " + namespace + "\n }\n spec {}\n}\n"
	}
	places := func(text string) (all []string) {
		c := Configuration{}
		if err := c.Add("main.tf", []byte("variable \"n\" {}\nvariable \"m\" {}\n"+text)); err != nil {
			t.Fatal(err)
		}
		for _, o := range c.Made() {
			all = append(all, fmt.Sprint(o.Value["metadata"].(map[string]any)["namespace"]))
		}
		return all
	}
	two := places(made("a", "", "lower(var.n)") + made("b", "", "lower(var.n)") + made("c", "", "lower(var.m)"))
	if two[0] != two[1] || two[0] == two[2] {
		t.Errorf("the same words: %v", two)
	}
	if moved := places("# a comment\n\n" + made("a", "", "lower(var.n)")); moved[0] != two[0] {
		t.Errorf("a comment above: %v, want %v", moved, two[0])
	}
	each := places(made("a", "for_each = var.n", "lower(each.key)") + made("b", "for_each = var.m", "lower(each.key)"))
	if each[0] == each[1] {
		t.Errorf("of each block: %v", each)
	}
}
