package terraform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// What a caller or a file of values sets, and is not known or not the same for all, is not what the
// module has by default.
func TestVariablesThatSomebodySets(t *testing.T) {
	const (
		app = "variable \"n\" { default = 3 }\nlocals { n = var.n }\n" +
			"resource \"kubernetes_deployment\" \"a\" {\n metadata { name = \"a\" }\n spec { replicas = local.n }\n}\n" +
			"resource \"helm_release\" \"a\" {\n name = \"a\"\n chart = \"a\"\n values = [yamlencode({ n = var.n })]\n}\n"
		mid = "variable \"m\" { default = 3 }\nmodule \"app\" {\n source = \"../app\"\n n = var.m\n}\n"
	)
	call := func(to, set string) string { return "module \"x\" {\n source = \"./" + to + "\"\n " + set + "\n}\n" }
	for name, x := range map[string]struct {
		files []string // by pairs
		want  string
	}{
		"nobody":                  {nil, "3"},
		"a caller that sets none": {[]string{"main.tf", call("app", "")}, "3"},
		"a value":                 {[]string{"main.tf", call("app", "n = 5")}, "5"},
		"one given at run":        {[]string{"main.tf", "variable \"n\" {}\n" + call("app", "n = var.n")}, origin.NotKnown},
		"what a provider finds":   {[]string{"main.tf", call("app", "n = data.a.b.c")}, origin.NotKnown},
		"one of each":             {[]string{"main.tf", call("app", "for_each = toset([\"a\"])\n n = each.value")}, origin.NotKnown},
		"two that differ":         {[]string{"main.tf", call("app", "n = 4") + call("app", "n = 5")}, origin.NotKnown},
		"one sets it":             {[]string{"main.tf", call("app", "n = 5") + call("app", "")}, origin.NotKnown},
		"one sets the default":    {[]string{"main.tf", call("app", "n = 3") + call("app", "")}, "3"},
		"a default of a caller":   {[]string{"main.tf", "variable \"n\" { default = 6 }\n" + call("app", "n = var.n")}, "6"},
		"through one that differs": {[]string{"mid/main.tf", mid, "main.tf", call("mid", "m = 4") + call("mid", "m = 5")},
			origin.NotKnown},
		"through one that agrees": {[]string{"mid/main.tf", mid, "main.tf", call("mid", "m = 4")}, "4"},
		"a file":                  {[]string{"app/a.tfvars", "n = 7"}, "7"},
		"files that differ":       {[]string{"app/a.tfvars", "n = 7", "app/b.tfvars", "n = 8"}, origin.NotKnown},
		"files of which one does": {[]string{"app/a.tfvars", "n = 7", "app/b.tfvars", "x = 8"}, origin.NotKnown},
		"a file above": {[]string{"main.tf", "variable \"n\" { default = 6 }\n" + call("app", "n = var.n"), "a.tfvars", "n = 1",
			"b.tfvars", "n = 2"}, origin.NotKnown},
	} {
		c := Configuration{}
		files := append([]string{"app/main.tf", app}, x.files...)
		for i := 0; i < len(files); i += 2 {
			if err := c.Add(files[i], []byte(files[i+1])); err != nil {
				t.Fatal(err)
			}
		}
		for _, o := range c.Made() {
			if got := fmt.Sprint(o.Value["spec"].(map[string]any)["replicas"]); got != x.want || (len(o.Open) > 0) != (x.want == origin.NotKnown) {
				t.Errorf("%s: object has %s, open %v, want %s", name, got, o.Open, x.want)
			}
		}
		for _, r := range c.Releases() {
			got := strings.Join(r.Unknown, ",")
			if len(r.Values) == 1 {
				got = fmt.Sprint(r.Values[0].Inline["n"])
			}
			if got != x.want {
				t.Errorf("%s: release has %s, want %s", name, got, x.want)
			}
		}
	}
}
