package terraform

import (
	"maps"
	"slices"
	"strconv"
	"testing"
)

// Values that a module runs with are those of all files that may be given to it, or where they differ
// those of production, wherever they stand and in whichever form.
func TestFilesOfValues(t *testing.T) {
	const (
		root   = "variable \"v\" {}\nresource \"c\" \"c\" { version = var.v }"
		weak   = "variable \"v\" { default = \"1.31\" }\nresource \"c\" \"c\" { version = var.v }"
		asking = "resource \"c\" \"c\" { version = var.v }" // Terragrunt puts the variable beside it
		other  = "variable \"w\" {}\nresource \"d\" \"d\" { x = var.w }"
	)
	for name, x := range map[string]struct {
		files map[string]string
		want  string
		at    string
	}{
		"JSON in a folder of its own": {map[string]string{"tf/main.tf": root, "tf/config/production.tfvars.json": `{"v": "1.35"}`},
			"1.35", "tf/config/production.tfvars.json"},
		"production of several that differ": {map[string]string{"tf/main.tf": root, "tf/config/production.tfvars.json": `{"v": "1.35"}`,
			"tf/config/test.tfvars.json": `{"v": "1.36"}`}, "1.35", "tf/config/production.tfvars.json"},
		"production leaves it at the default": {
			map[string]string{"tf/main.tf": weak, "tf/prod.tfvars": `x = 1`, "tf/dev.tfvars": `v = "1.36"`},
			"1.31", "tf/main.tf"},
		"what comes before production": {
			map[string]string{"tf/main.tf": root, "tf/preprod.tfvars": `v = "1.35"`, "tf/non-prod.tfvars": `v = "1.36"`},
			"", ""},
		"production of two regions that differ": {
			map[string]string{"tf/main.tf": root, "tf/prod-a.tfvars": `v = "1.35"`, "tf/prod-b.tfvars": `v = "1.36"`},
			"", ""},
		"a folder called production": {
			map[string]string{"tf/main.tf": root, "envs/production/a.tfvars": `v = "1.35"`,
				"envs/dev/a.tfvars": `v = "1.36"`,
			},
			"1.35", "envs/production/a.tfvars"},
		"files that stand beside a module that makes nothing": {map[string]string{"aws/eks/main.tf": asking, "aws/dns/main.tf": other,
			"env/variables.tf": `variable "v" {}`, "env/a.tfvars": "v = \"1.36\"\nw = 1", "env/b.tfvars": "v = \"1.36\"\nw = 2"},
			"1.36", "env/a.tfvars"},
		"another project's": {map[string]string{"a/eks/main.tf": root, "b/eks/main.tf": root, "b/env/prod.tfvars": `v = "1.36"`},
			"", ""},
		"one that is given with each": {
			map[string]string{"tf/main.tf": root, "tf/env/common.tfvars": `v = "1.35"`, "tf/env/dev.tfvars": `x = 1`},
			"1.35", "tf/env/common.tfvars"},
		"one that Terraform always reads": {
			map[string]string{"tf/main.tf": root, "tf/terraform.tfvars": `v = "1.34"`, "tf/prod.tfvars": `v = "1.35"`},
			"1.35", "tf/prod.tfvars"},
		"one that another file leaves": {
			map[string]string{"tf/main.tf": root, "tf/a.auto.tfvars.json": `{"v": "1.34"}`, "tf/prod.tfvars": `x = 1`},
			"1.34", "tf/a.auto.tfvars.json"},
		"one that comes later in its order": {
			map[string]string{"tf/main.tf": root, "tf/terraform.tfvars": `v = "1.35"`, "tf/a.auto.tfvars": `v = "1.28"`},
			"1.28", "tf/a.auto.tfvars"},
		"one in JSON that comes later": {
			map[string]string{"tf/main.tf": root, "tf/terraform.tfvars": `v = "1.35"`, "tf/terraform.tfvars.json": `{"v": "1.28"}`},
			"1.28", "tf/terraform.tfvars.json"},
		"one in JSON that comes before": {
			map[string]string{"tf/main.tf": root, "tf/terraform.tfvars.json": `{"v": "1.35"}`, "tf/b.auto.tfvars": `v = "1.28"`,
				"tf/a.auto.tfvars.json": `{"v": "1.34"}`},
			"1.28", "tf/b.auto.tfvars"},
		"what is given with each of two folders": {
			map[string]string{"tf/main.tf": root, "envs/a/common.tfvars": `v = "1.28"`, "envs/b/common.tfvars": `v = "1.35"`},
			"", ""},
		"what is given with each of production": {
			map[string]string{"tf/main.tf": root, "envs/dev/common.tfvars": `v = "1.28"`, "envs/dev/a.tfvars": `x = 1`,
				"envs/prod/common.tfvars": `v = "1.35"`, "envs/prod/a.tfvars": `x = 2`},
			"1.35", "envs/prod/common.tfvars"},
		"what is given with each of all folders": {
			map[string]string{"tf/main.tf": root, "envs/common.tfvars": `v = "1.28"`, "envs/a/common.tfvars": `v = "1.35"`,
				"envs/b/x.tfvars": `v = "1.35"`},
			"1.35", "envs/b/x.tfvars"},
		"two that are given with each and differ": {
			map[string]string{"tf/main.tf": root, "tf/common.tfvars": `v = "1.28"`, "tf/global.tfvars": `v = "1.35"`, "tf/dev.tfvars": `x = 1`},
			"", ""},
		"two that are given with each and agree": {
			map[string]string{"tf/main.tf": weak, "tf/common.tfvars": `v = "1.35"`, "tf/global.tfvars": `v = "1.35"`, "tf/dev.tfvars": `x = 1`},
			"1.35", "tf/global.tfvars"},
		"the default workspace": {
			map[string]string{"tf/main.tf": root, "tf/default.tfvars": `v = "1.28"`, "tf/dev.tfvars": `v = "1.35"`},
			"", ""},
		"only some set what has no default": {map[string]string{"tf/main.tf": root, "tf/a.tfvars": `v = "1.34"`, "tf/b.tfvars": `x = 1`},
			"1.34", "tf/a.tfvars"},
	} {
		c := Configuration{}
		for _, file := range slices.Sorted(maps.Keys(x.files)) {
			if err := c.Add(file, []byte(x.files[file])); err != nil {
				t.Fatal(name, err)
			}
		}
		for _, o := range c.Objects() {
			at := ""
			if p := o.At["version"]; x.want != "" {
				at = p.File
			}
			if o.Name != "c" || name == "another project's" && o.Position.File != "a/eks/main.tf" {
				continue
			}
			if o.Values["version"] != x.want || at != x.at {
				t.Errorf("%s: version %q at %q, want %q at %q", name, o.Values["version"], at, x.want, x.at)
			}
		}
	}
}

// A file of values that is none is a fault of its own.
func TestValuesThatAreNone(t *testing.T) {
	c := Configuration{}
	if c.Add("a.tfvars.json", []byte("{")) == nil {
		t.Error("half an object is taken for values")
	}
}

// However many modules and files of values there are, each is looked at once.
func TestManyFilesOfValues(t *testing.T) {
	const many = 200
	asked := 0
	c := Configuration{Aside: func(string) bool { asked++; return false }}
	for i := range many {
		name := strconv.Itoa(i)
		for file, text := range map[string]string{
			"m" + name + "/main.tf": "variable \"v" + name + "\" {}\nresource \"c\" \"c\" { version = var.v" + name + " }",
			"e/" + name + ".tfvars": "v" + name + " = \"1.35\"",
		} {
			if err := c.Add(file, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, o := range c.Objects() {
		if o.Values["version"] != "1.35" {
			t.Errorf("%s: version %q", o.Position.File, o.Values["version"])
		}
	}
	if asked > 4*many {
		t.Errorf("asked %d times of %d modules and files of values", asked, many)
	}
}
