package terraform

import (
	"errors"
	"maps"
	"testing"

	"github.com/onus-project/onus/internal/document"
)

// Literals, variables' defaults and locals are known, in whatever file of the
// directory they stand; what depends on more is there without a value.
func TestObjects(t *testing.T) {
	m := &Configuration{}
	for name, text := range map[string]string{
		"variables.tf": `
variable "auto" { default = true }
variable "region" { type = string }
locals {
  mode  = local.inner
  inner = var.auto ? "Auto" : "Manual"
  lost  = var.region
}`,
		"main.tf": `
resource "aws_eks_cluster" "a" {
  name = "a-${var.region}"
  compute_config {
    enabled    = var.auto
    node_pools = ["system"]
  }
}
resource "aws_eks_node_group" "none" {
  count = 0
}
data "aws_eks_cluster" "b" { name = "b" }
module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 21.0"
  compute_config = { enabled = true, role = aws_iam_role.r.arn, (aws_iam_role.r.name) = 1, (var.region) = aws_iam_role.r.arn }
  eks_managed_node_groups = {}
  fargate_profiles = null
  mode  = local.mode
  lost  = local.lost
  count = 2
  dynamic "maybe" {
    for_each = var.list
    content {}
  }
}
output "o" { value = 1 }
`,
	} {
		if err := m.Add(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]map[string]string{
		"terraform/aws_eks_cluster":      {"name": "", "compute_config": "", "compute_config.enabled": "true", "compute_config.node_pools": ""},
		"terraform/data.aws_eks_cluster": {"name": "b"},
		"terraform/module": {
			"source": "terraform-aws-modules/eks/aws", "version": "~> 21.0", "compute_config": "", "compute_config.enabled": "true",
			"compute_config.role": "",
			"mode":                "Auto", "lost": "", "count": "2", "maybe": "",
		},
	}
	objects := m.Objects()
	if len(objects) != len(want) {
		t.Errorf("%d objects", len(objects))
	}
	for _, o := range objects {
		if !maps.Equal(o.Values, want[o.API]) || o.Position.File != "main.tf" || o.Position.Line == 0 {
			t.Errorf("%s: %v at %s, want %v", o.API, o.Values, o.Position, want[o.API])
		}
	}
}

func TestFaults(t *testing.T) {
	err := new(Configuration).Add("main.tf", []byte("resource \"a\" \"b\" {\n  x = \n}\n"))
	var fault *document.Error
	if !errors.As(err, &fault) || fault.File != "main.tf" || fault.Line != 2 {
		t.Errorf("%v", err)
	}
}

// Whatever is there does not stop the reading.
func FuzzObjects(f *testing.F) {
	for _, text := range []string{"", "locals { a = local.a }", "resource {}", "module \"a\" { b = { (c) = 1 } }",
		"variable \"v\" { default = [1, {}] }\nlocals { x = var.v[1].y }"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := &Configuration{}
		if m.Add("f.tf", []byte(text)) == nil {
			m.Objects()
		}
	})
}

// What is made is known by its block and its labels; of its settings what is there is
// told, and the value of those that need nothing else.
func TestSettings(t *testing.T) {
	deep := "locals {\n  z1 = 1\n  a2 = local.z1\n  b3 = local.a2\n  a4 = local.b3\n}\n"
	for name, x := range map[string]struct {
		text string
		want map[string]string // of the one object; nil for none
	}{
		"a resource":              {"resource \"a\" \"b\" { x = 1 }", map[string]string{"x": "1"}},
		"a resource of one label": {"resource \"a\" { x = 1 }", nil},
		"a data source of one":    {"data \"a\" { x = 1 }", nil},
		"a module of two":         {"module \"a\" \"b\" { x = 1 }", nil},
		"a module of none":        {"module { x = 1 }", nil},
		"another block of two":    {"check \"a\" \"b\" { x = 1 }", nil},
		"another block of one":    {"output \"a\" { x = 1 }", nil},

		"a variable":             {"variable \"v\" { default = 1 }\nmodule \"a\" { x = var.v }", map[string]string{"x": "1"}},
		"a variable of none":     {"variable { default = 1 }\nmodule \"a\" { x = var.v }", map[string]string{"x": ""}},
		"a variable of two":      {"variable \"v\" \"w\" { default = 1 }\nmodule \"a\" { x = var.v }", map[string]string{"x": ""}},
		"another block":          {"output \"v\" { default = 1 }\nmodule \"a\" { x = var.v }", map[string]string{"x": ""}},
		"a default of another":   {"variable \"v\" { default = var.w }\nmodule \"a\" { x = var.v }", map[string]string{"x": ""}},
		"locals of locals":       {deep + "module \"a\" { x = local.a4 }", map[string]string{"x": "1"}},
		"locals in a circle":     {"locals {\n  a = local.b\n  b = local.a\n}\nmodule \"a\" { x = local.a }", map[string]string{"x": ""}},
		"a local that is broken": {"locals { a = 1 + \"x\" }\nmodule \"a\" { x = local.a }", map[string]string{"x": ""}},

		"a dynamic block":    {"module \"a\" {\n dynamic \"d\" {\n content { x = 1 }\n }\n}", map[string]string{"d": ""}},
		"one called dynamic": {"module \"a\" {\n dynamic {\n x = 1\n }\n}", map[string]string{"dynamic": "", "dynamic.x": "1"}},
		"one with a label":   {"module \"a\" {\n other \"d\" {\n x = 1\n }\n}", map[string]string{"other": "", "other.x": "1"}},
		"an object": {"module \"a\" { o = { x = 1, y = { z = true } } }", map[string]string{
			"o":     "",
			"o.x":   "1",
			"o.y":   "",
			"o.y.z": "true",
		}},
		"a map": {"variable \"v\" { default = 1 }\nmodule \"a\" { o = tomap({ x = var.v }) }",
			map[string]string{"o": "", "o.x": "1"}},
		"a list":                 {"module \"a\" { o = [1, 2] }", map[string]string{"o": ""}},
		"an empty list":          {"module \"a\" { o = [] }", map[string]string{}},
		"null":                   {"module \"a\" { o = null }", map[string]string{}},
		"an object of parts":     {"module \"a\" { o = { x = 1, y = z.w } }", map[string]string{"o": "", "o.x": "1", "o.y": ""}},
		"keys that are unknown":  {"module \"a\" { o = { (k.l) = 1, x = 2, y = z.w } }", map[string]string{"o": "", "o.x": "2", "o.y": ""}},
		"keys that are numbers":  {"module \"a\" { o = { 1 = 1, x = z.w } }", map[string]string{"o": "", "o.x": ""}},
		"keys that are null":     {"module \"a\" { o = { (null) = 1, x = z.w } }", map[string]string{"o": "", "o.x": ""}},
		"a default that is null": {"variable \"v\" { default = null }\nmodule \"a\" { x = var.v }", map[string]string{}},
	} {
		m := &Configuration{}
		if err := m.Add("main.tf", []byte(x.text)); err != nil {
			t.Fatal(name, err)
		}
		all := m.Objects()
		if len(all) != min(1, len(all)) || (len(all) == 1) != (x.want != nil) {
			t.Errorf("%s: %+v", name, all)
			continue
		}
		if len(all) == 1 && !maps.Equal(all[0].Values, x.want) {
			t.Errorf("%s: %v, want %v", name, all[0].Values, x.want)
		}
	}
}
