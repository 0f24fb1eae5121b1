package terraform

import (
	"strings"
	"testing"
)

// A value stands where it is written: of a variable where that is set, of a local where that is.
func TestPlacesOfValues(t *testing.T) {
	const module = "variable \"v\" {\n  default = \"1.31\"\n}\nlocals {\n  l = var.v\n}\nresource \"c\" \"c\" {\n  version = local.l\n}\n"
	call := func(v string) string { return "module \"m\" {\n  source = \"./m\"\n  v = " + v + "\n}\n" }
	for name, x := range map[string]struct {
		files []string // by pairs
		want  string
	}{
		"a default":             {nil, "m/main.tf:2"},
		"a call":                {[]string{"main.tf", call(`"1.30"`)}, "main.tf:3"},
		"a call that sets none": {[]string{"main.tf", "module \"m\" { source = \"./m\" }"}, "m/main.tf:2"},
		"calls that agree":      {[]string{"main.tf", call(`"1.30"`) + call(`"1.30"`)}, "main.tf:3"},
		"calls that differ":     {[]string{"main.tf", call(`"1.30"`) + call(`"1.29"`)}, "m/main.tf:2"},
		"a local of the caller": {[]string{"main.tf", call("local.k") + "locals {\n  k = \"1.29\"\n}\n"}, "main.tf:6"},
		"a file of values of the caller": {
			[]string{"main.tf", call("var.k") + "variable \"k\" {}\n", "prod.tfvars", "a = 1\nk = \"1.29\"\n"}, "prod.tfvars:2"},
		"made of another": {[]string{"main.tf", call(`"1.${var.k}"`) + "variable \"k\" { default = \"29\" }\n"}, "main.tf:3"},
	} {
		c := Configuration{}
		for i, files := 0, append([]string{"m/main.tf", module}, x.files...); i < len(files); i += 2 {
			if err := c.Add(files[i], []byte(files[i+1])); err != nil {
				t.Fatal(name, err)
			}
		}
		for _, o := range c.Objects() {
			if !strings.HasSuffix(o.API, "/c") {
				continue
			}
			if got := o.At["version"].String(); got != x.want {
				t.Errorf("%s: %s stands at %s, want %s", name, o.Values["version"], got, x.want)
			}
		}
	}
}
