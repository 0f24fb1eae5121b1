package responsibility

import "testing"

// What holds nothing but objects of a kind is told by its name, as long as that does not say that there is more.
func TestSingleKind(t *testing.T) {
	const crd, secret = "CustomResourceDefinition", "Secret"
	for _, c := range []struct{ name, remote, absent string }{
		{"https://raw.example.org/a/prow/main/prowjob_customresourcedefinition.yaml", crd, crd},
		{"https://example.org/download/v1/widgets.crds.yaml", crd, crd},
		{"https://example.org/a/0thingCustomResourceDefinition.yaml", crd, crd},
		{"https://example.org/a/main/crds/example.org_widgets.yaml?token=x", crd, crd},
		{"github.com/a/b//config/crd?ref=v1", crd, crd},
		{"../operator/crd.yaml", crd, crd},
		{"https://crds/install/a.yaml", "", ""}, // a host
		{"https://example.org/a/with-crds.yaml", "", ""},
		{"https://example.org/a/operator-and-crds.yaml", "", ""},
		{"https://example.org/a/crds/install.yaml", "", ""},
		{"https://example.org/a/crds-operator.yaml", "", ""},
		{"github.com/a/crdb//deploy?ref=crds", "", ""},
		{"../../secrets/prod", "", secret},
		{"secrets", "", secret},
		{"db-secret.yaml", "", secret},
		{"../external-secrets", "", ""},
		{"external-secrets.yaml", "", ""},
		{"../secretary/prod", "", ""},
		{"../base", "", ""},
		{"", "", ""},
	} {
		if got := SingleKind(c.name, true); got != c.remote {
			t.Errorf("%s, remote: %q", c.name, got)
		}
		if got := SingleKind(c.name, false); got != c.absent {
			t.Errorf("%s, not there: %q", c.name, got)
		}
	}
}
