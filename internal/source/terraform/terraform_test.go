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
	m := &Module{}
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
  compute_config = { enabled = true, role = aws_iam_role.r.arn }
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
	err := new(Module).Add("main.tf", []byte("resource \"a\" \"b\" {\n  x = \n}\n"))
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
		m := &Module{}
		if m.Add("f.tf", []byte(text)) == nil {
			m.Objects()
		}
	})
}
