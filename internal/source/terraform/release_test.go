package terraform

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// releasesOf are those of one module in a folder infra, beside which some files stand.
func releasesOf(t *testing.T, text string, files map[string]string) []Release {
	t.Helper()
	c := Configuration{Read: func(file string) ([]byte, error) {
		if text, ok := files[file]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}}
	if err := c.Add("infra/main.tf", []byte(text)); err != nil {
		t.Fatal(err)
	}
	return c.Releases()
}

// What a release says of itself is taken from literals, variables' defaults, locals, and from
// what other resources say of themselves.
func TestRelease(t *testing.T) {
	all := releasesOf(t, `
variable "replicas" { default = 3 }
variable "tier" {}
locals {
  ns    = format("%s-%s", "team", lower("A"))
  chart = "web"
}
resource "kubernetes_namespace_v1" "web" {
  metadata { name = "web" }
}
resource "helm_release" "near" {
  name      = local.chart
  namespace = kubernetes_namespace_v1.web.metadata[0].name
  chart     = "${path.module}/../charts/${local.chart}"
  values    = [file("${path.module}/values.yaml"), yamlencode({ replicaCount = var.replicas, role = aws_iam_role.a.arn })]
  set {
    name  = "a.b"
    value = true
  }
  set_sensitive {
    name  = "password"
    value = var.tier
  }
}
resource "helm_release" "far" {
  name       = "far"
  namespace  = local.ns
  repository = "https://charts.example.com"
  chart      = "far"
  version    = "1.2.3"
  set = [{ name = "on", value = "true", type = "string" }, { name = "n", value = 2 }]
  set_list = [{ name = "hosts", value = ["a", "b"] }]
}
resource "helm_release" "none" {
  count = var.replicas > 3 ? 1 : 0
  name  = "none"
  chart = "none"
}
resource "helm_release" "each" {
  for_each = { one = "x", two = "y" }
  name     = each.key
  chart    = "./${each.value}"
}
resource "helm_release" "dark" {
  name      = var.tier
  namespace = module.elsewhere.namespace
  chart     = module.elsewhere.chart
}
`, map[string]string{"infra/values.yaml": "a: 1\n"})
	if len(all) != 5 {
		t.Fatalf("%d releases: %+v", len(all), all)
	}
	near := Release{
		Resource: "near", Name: "web", Namespace: "web", Chart: "./../charts/web", Path: "charts/web",
		Values: []Values{{File: "infra/values.yaml"}, {Inline: map[string]any{"replicaCount": float64(3), "role": origin.NotKnown}}},
		Sets:   []Set{{Name: "a.b", Value: "true"}, {Name: "password", Value: origin.NotKnown, Secret: true}},
	}
	near.Position.File, near.Position.Line = "infra/main.tf", 11
	far := Release{
		Resource: "far", Name: "far", Namespace: "team-a", Chart: "far", Path: "infra/far", Repository: "https://charts.example.com",
		Version: "1.2.3", Sets: []Set{{Name: "on", Value: "true", Text: true}, {Name: "n", Value: "2"}, {Name: "hosts", Value: "{a,b}"}},
	}
	far.Position.File, far.Position.Line = "infra/main.tf", 25
	for i, want := range []Release{near, far} {
		if !reflect.DeepEqual(all[i], want) {
			t.Errorf("got  %+v\nwant %+v", all[i], want)
		}
	}
	dark := all[4].Name + all[4].Namespace + all[4].Chart
	if got := all[2].Name + all[2].Path + all[3].Name + all[3].Path + dark; got != "oneinfra/xtwoinfra/y" {
		t.Errorf("%s of %+v", got, all[2:])
	}
}

// Values stand in texts of all kinds; of what cannot be known it is said that it is not.
func TestValuesOfARelease(t *testing.T) {
	files := map[string]string{
		"infra/t.yaml": "host: ${host}\n%{ if big }replicas: ${n}\n%{ endif }%{ for z in zones }${z}: 1\n%{ endfor }",
		"infra/v.yaml": "a: 1",
	}
	for values, want := range map[string]string{
		`[yamlencode({ a = { b = [1, "x"] } })]`: "map[a:map[b:[1 x]]]",
		`[jsonencode({ a = module.m.out })]`:     "map[a:onus-not-known]",
		`["a: 1\nb: ${var.open}"]`:               "map[a:1 b:onus-not-known]",
		`[<<-EOT` + "\n  a: 1\n  EOT\n]":         "map[a:1]",
		`[templatefile("t.yaml", { host = var.open, big = true, n = 3, zones = ["k"] })]`://
		"map[host:onus-not-known k:1 replicas:3]",
		`[templatefile("t.yaml", { host = "h", big = var.open, n = 3, zones = [] })]`:   "?",
		`[templatefile("t.yaml", { host = "h", big = true, n = 3, zones = var.open })]`: "?",
		`[templatefile("gone.yaml", {})]`:                                               "?",
		`[var.open]`:                                                                    "?",
		`var.open`:                                                                      "?",
		`[true ? yamlencode({ a = 2 }) : var.open]`:                                     "map[a:2]",
		`[var.open ? yamlencode({ a = 2 }) : "a: 3"]`:                                   "?",
		`concat([yamlencode({ a = 1 })], ["b: 2"])`:                                     "map[a:1] map[b:2]",
		`[local.given]`:                                                                 "map[a:onus-not-known]",
		`[yamlencode(merge({ a = 1 }, { b = var.open }))]`:                              "map[a:1 b:onus-not-known]",
		`[file("v.yaml")]`:                                                              "infra/v.yaml",
		`[file("${path.module}/gone.yaml")]`:                                            "?",
		`["- a"]`:                                                                       "?",
		`[null]`:                                                                        "",
		`[for f in ["v.yaml"] : file(f)]`:                                               "map[a:1]",
	} {
		x := releasesOf(t, `variable "open" {}
locals { given = yamlencode({ a = var.open }) }
resource "helm_release" "a" {
  name   = "a"
  values = `+values+`
}`, files)[0]
		var got []string
		for _, v := range x.Values {
			if v.File != "" {
				got = append(got, v.File)
			} else {
				got = append(got, fmt.Sprint(v.Inline))
			}
		}
		for range x.Unknown {
			got = append(got, "?")
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", values, got, want)
		}
	}
}

// dynamic is a dynamic block of what is set, with what names its iterator before a bar.
func dynamic(each, content string) string {
	iterator, content, _ := strings.Cut(content, "|")
	lines := strings.ReplaceAll(content, "; ", "\n")
	return "dynamic \"set\" {\nfor_each = " + each + "\n" + iterator + "\ncontent {\n" + lines + "\n}\n}"
}

// What is set stands in blocks, in lists of them, and in dynamic ones.
func TestSetsOfARelease(t *testing.T) {
	for text, want := range map[string]string{
		"set {\n name = \"n\"\n value = 1\n}":                     "[{n 1 false false}]",
		"set {\n name = \"n\"\n value = var.open\n}":              "[{n onus-not-known false false}]",
		"set {\n name = var.open\n value = 1\n}":                  "[]?",
		`set = var.open`:                                          "[]?",
		`set = null`:                                              "[]",
		`set = [for k, v in { a = 1 } : { name = k, value = v }]`: "[{a 1 false false}]",
		`set = concat([{ name = "a", value = "1" }], [{ name = "b", value = null }])`:    "[{a 1 false false}]",
		dynamic(`{ a = 1 }`, `|name = set.key; value = set.value`):                       "[{a 1 false false}]",
		dynamic(`["x"]`, `iterator = it |name = it.value; value = "v"; type = "string"`): "[{x v true false}]",
		dynamic(`var.open`, `|name = set.key; value = set.value`):                        "[]?",
		"set_list {\n name = \"l\"\n value = var.open\n}":                                "[]?",
	} {
		x := releasesOf(t, "variable \"open\" {}\nresource \"helm_release\" \"a\" {\n"+text+"\n}", nil)[0]
		if got := fmt.Sprint(x.Sets) + strings.Repeat("?", len(x.Unknown)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
