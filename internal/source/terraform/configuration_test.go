package terraform

import (
	"slices"
	"strings"
	"testing"
)

// The value of a variable is what all that call the module have in common, or all files of
// values beside one that nothing calls; where neither was read its default may be what
// somebody else sets.
func TestConfiguration(t *testing.T) {
	const (
		cluster  = "variable \"v\" { default = \"1.31\" }\nresource \"c\" \"c\" { version = var.v }"
		required = "variable \"v\" {}\nresource \"c\" \"c\" { version = var.v }"
		calls    = "variable \"k\" { default = \"1.33\" }\nmodule \"m\" {\n source = \"./modules/eks\"\n v = var.k\n}"
		plain    = "module \"m\" { source = \"./modules/eks\" }"
	)
	called := func(v string) string { return "module \"m\" {\n source = \"./modules/eks\"\n v = " + v + "\n}" }
	with := func(module string, more ...string) map[string]string {
		all := map[string]string{"modules/eks/main.tf": module}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	for name, x := range map[string]struct {
		files map[string]string
		want  string
		weak  bool // as the default of a variable
	}{
		"a default":                 {with(cluster), "1.31", true},
		"none":                      {with(required), "", false},
		"a call that sets nothing":  {with(cluster, "main.tf", plain), "1.31", false},
		"a call by a default":       {with(cluster, "main.tf", calls), "1.33", true},
		"a call by a literal":       {with(cluster, "main.tf", called(`"1.30"`)), "1.30", false},
		"of one that is required":   {with(required, "main.tf", calls), "1.33", true},
		"values":                    {with(cluster, "main.tf", calls, "prod.tfvars", `k = "1.34"`), "1.34", false},
		"values below":              {with(cluster, "main.tf", calls, "env/prod.tfvars", `k = "1.34"`), "1.34", false},
		"values of something else":  {with(cluster, "main.tf", calls, "env/prod.tfvars", `x = 1`), "1.33", false},
		"values that agree":         {with(cluster, "main.tf", calls, "a.tfvars", `k = "1.33"`, "b.tfvars", `x = 1`), "1.33", false},
		"values that differ":        {with(cluster, "main.tf", calls, "a.tfvars", `k = "1.33"`, "b.tfvars", `k = "1.34"`), "1.33", true},
		"values that are not known": {with(cluster, "main.tf", calls, "a.tfvars", `k = upper("1.33")`), "1.33", true},
		"values of one called":      {with(cluster, "main.tf", plain, "modules/eks/a.tfvars", `v = "1.34"`), "1.31", false},
		"two calls that agree":      {with(cluster, "main.tf", plain+"\n"+plain), "1.31", false},
		"two calls that differ": {with(cluster,
			"main.tf", plain, "other/main.tf", "module \"m\" {\n source = \"../modules/eks\"\n v = \"1.30\"\n}"), "1.31", true},
		"a call by something else": {with(cluster, "main.tf", called("data.x.y")), "1.31", true},
		"a sample calls":           {with(cluster, "samples/main.tf", strings.Replace(called(`"1.29"`), "./", "../", 1)), "1.31", true},
		"a circle": {with(cluster+"\nmodule \"o\" { source = \"../o\" }",
			"modules/o/main.tf", "module \"m\" { source = \"../eks\" }"), "1.31", false},
		"a module of modules": {with(cluster,
			"main.tf", "variable \"k\" { default = \"1.29\" }\nmodule \"m\" {\n source = \"./modules/eks\"\n v = var.k\n}",
			"live/main.tf", "module \"p\" {\n source = \"..\"\n k = \"1.35\"\n}"), "1.35", false},
	} {
		c := Configuration{Aside: func(dir string) bool { return dir == "samples" }}
		for file, text := range x.files {
			if err := c.Add(file, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // asking changes nothing
			for _, o := range c.Objects() {
				if o.API == "terraform/c" && (o.Values["version"] != x.want || slices.Contains(o.Defaults, "version") != x.weak) {
					t.Errorf("%s: %q, by default %v, want %q, %t", name, o.Values["version"], o.Defaults, x.want, x.weak)
				}
			}
		}
	}
}

func TestFaultsInValues(t *testing.T) {
	if err := new(Configuration).Add("a.tfvars", []byte("k = \n")); err == nil {
		t.Error("no fault")
	}
}
