package terraform

import (
	"slices"
	"testing"
)

// A value that is made of the default of a variable is another one where somebody sets that.
func TestDefaultsOfVariables(t *testing.T) {
	var m Configuration
	err := m.Add("main.tf", []byte(`
variable "minor" { default = "29" }
locals {
  fixed = "1.30"
  made  = "1.${var.minor}"
}
resource "aws_eks_cluster" "x" {
  version = local.made
  name    = local.fixed
  other   = var.minor
  open    = var.nothing
  tags    = { a = "b" }
}
`))
	if err != nil {
		t.Fatal(err)
	}
	o := m.Objects()[0]
	if o.Values["version"] != "1.29" || o.Values["name"] != "1.30" || !slices.Equal(o.Defaults, []string{"other", "version"}) {
		t.Errorf("%v, defaults %v", o.Values, o.Defaults)
	}
}
