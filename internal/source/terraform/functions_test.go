package terraform

import (
	"strings"
	"testing"
)

// Settings that functions and loops make of locals are known as far as these are: what is not known of one part says
// nothing of another.
func TestSettingsThatAreMade(t *testing.T) {
	const groups = `
variable "KEY" { default = "workload" }
variable "TAGS" { type = map(string) }
locals {
  groups = {
    web = { max_size = 1, tags = var.TAGS, labels = { (var.KEY) = "web" } }
    db  = { max_size = 3, capacity_type = "SPOT", labels = { (var.KEY) = upper("db") } }
  }
  common = { ami = "x", max_size = 2 }
}
module "eks" { groups = `
	for name, x := range map[string]struct{ groups, want string }{
		"as they are": {"local.groups", "web.max_size=1 db.max_size=3 db.capacity_type=SPOT db.labels.workload=DB web.labels.workload=web"},
		"a loop and more": {"{ for name, g in local.groups : name => merge(g, { tags = merge(try(g.tags, var.TAGS), { n = name }) }) }",
			"web.max_size=1 db.max_size=3 web.labels.workload=web"},
		"over what they have in common": {"{ for name, g in local.groups : name => merge(local.common, g) }", "web.max_size=1 db.ami=x"},
		"under it":                      {"{ for k, g in local.groups : k => merge(g, local.common) }", "web.max_size=2 db.capacity_type=SPOT"},
		"one by a name":                 {"{ one = local.groups[\"db\"] }", "one.max_size=3"},
		"some of them":                  {"{ for k, g in local.groups : k => g if g.max_size > 1 }", "db.max_size=3"},
		"under other names":             {"zipmap([\"a\"], [local.groups.web])", "a.max_size=1"},
		"what is not read":              {"merge(local.groups, module.other.groups)", ""},
		"one more":                      {"merge(local.groups, { x = { max_size = try(local.common.none, 5) } })", "x.max_size=5 web.max_size=1"},
	} {
		m := &Configuration{}
		if err := m.Add("main.tf", []byte(groups+x.groups+" }\n")); err != nil {
			t.Fatal(name, err)
		}
		got := m.Objects()[0].Values
		if _, there := got["groups"]; !there {
			t.Errorf("%s: nothing", name)
		}
		for pair := range strings.FieldsSeq(x.want) {
			if key, value, _ := strings.Cut(pair, "="); got["groups."+key] != value {
				t.Errorf("%s: %s is %q, want %s", name, key, got["groups."+key], value)
			}
		}
		if x.want == "" && len(got) != 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Locals that are made of one another have a bound.
func TestLocalsThatGrow(t *testing.T) {
	for name, of := range map[string]string{"texts": `"${local.A}${local.A}"`, "lists": "[local.A, local.A]",
		"maps": "{ a = local.A, b = local.A }",
		"both": "concat(local.A, local.A)"} {
		text := "locals {\n  a00 = [\"" + strings.Repeat("x", 64) + "\"]\n"
		if name == "texts" {
			text = "locals {\n  a00 = \"xxxxxxxx\"\n"
		}
		last := "a00"
		for i := range 60 {
			next := "a" + string(rune('a'+i/26)) + string(rune('a'+i%26))
			text, last = text+"  "+next+" = "+strings.ReplaceAll(of, "A", last)+"\n", next
		}
		m := &Configuration{}
		if err := m.Add("main.tf", []byte(text+"}\nmodule \"m\" { x = local."+last+" }\n")); err != nil {
			t.Fatal(err)
		}
		if got := m.Objects()[0].Values; len(got) == 0 || len(got) > heaviest {
			t.Errorf("%s: %d values", name, len(got))
		}
	}
}
