package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Templates of other programs are named, and what they may make is unread; other
// files of these names are passed over.
func TestTemplates(t *testing.T) {
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\n"
	called := func(name string) string { return strings.Replace(service, "NAME", name, 1) }
	for _, c := range []struct{ name, file, text, reason, kinds string }{
		{"of Terraform, by its braces", "web.yaml.tpl", called("${name}"), "3 is a template for envsubst", "Service"},
		{"of Terraform, by its directives", "web.tftpl", "%{ if a }\n" + called("x") + "%{ endif }\n", "1 is a template of Terraform", "Service"},
		{"of Go", "web.tmpl", called("{{ .Name }}"), "3 is a Go template", "Service"},
		{"for Ansible", "web.yml.j2", "---\n" + called("{{ name }}"), "4 is a Jinja template", "Service"},
		{"for Jinja", "web.yaml.jinja", called("{{ name }}"), "3 is a Jinja template", "Service"},
		{"for Jinja, too", "web.yaml.JINJA2", called("{{ name }}"), "3 is a Jinja template", "Service"},
		{"for configure", "WEB.YAML.IN", called("@NAME@"), "3 is a template with names to fill in", "Service"},
		{"with nothing to fill in", "web.yaml.in", called("web"), "1 is a template", "Service"},
		{"of several objects", "web.yaml.tpl", called("a") + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${b}}\n",
			"7 is a template for envsubst", "Service Deployment"},
		{"of a kind that is filled in", "web.yaml.j2", "apiVersion: v1\nkind: {{ kind }}\n", "2 is a Jinja template", "any"},
		{"of a kind that does not matter", "web.yaml.j2", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ name }}}\n",
			"3 is a Jinja template", ""},
		{"of a program's settings", "nginx.conf.tpl", "server { kind: ${name}; }\n", "", ""},
		{"of Go code", "types.go.tmpl", "type {{ .Name }} struct{}\n", "", ""},
		{"names in plain YAML", "web.yaml", called("{NAME}.a"), "3 is a template with names to fill in", "Service"},
		{"a name that is a value", "web.yaml", called("{NAME}"), "3 is a template with names to fill in", "Service"},
		{"an object in braces", "web.yaml", strings.Replace(service, "{name: NAME}", "{ name: WEB }", 1), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			whole, err := Read(t.Context(), Input{Paths: []string{dir}})
			if err != nil {
				t.Fatal(err)
			}
			var reasons, kinds []string
			for _, f := range whole.Unreadable {
				reasons = append(reasons, string(rune('0'+f.Line))+" "+f.Reason)
			}
			for _, u := range whole.Units[0].Kubernetes.Hidden {
				kind := u.Kind
				if kind == "" {
					kind = "any"
				}
				if !slices.Contains(kinds, kind) {
					kinds = append(kinds, kind)
				}
				if u.Scope.Directory != filepath.ToSlash(dir) {
					t.Errorf("it may stand in %q", u.Scope.Directory)
				}
			}
			if strings.Join(reasons, "; ") != c.reason || strings.Join(kinds, " ") != c.kinds {
				t.Errorf("got %q of %q, want %q of %q", reasons, kinds, c.reason, c.kinds)
			}
		})
	}
}
