package manifest

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Of webhooks those are read that can keep pods from being made, evicted or
// started: the API server refuses what it gets no answer to.
func TestWebhooks(t *testing.T) {
	const whole = `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: gate}
webhooks:
- name: a.example.io
  failurePolicy: Fail
  clientConfig: {service: {namespace: ns, name: gate}}
  namespaceSelector: {}
  matchConditions: []
  rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods], scope: '*'}]
`
	for name, test := range map[string]struct {
		from, to string
		want     string // what it is asked about; empty for nothing
	}{
		"as it stands":        {"", "", "creates"},
		"Fail is the default": {"  failurePolicy: Fail\n", "", "creates"},
		"it validates":        {"Mutating", "Validating", "creates"},
		"Ignore":              {"failurePolicy: Fail", "failurePolicy: Ignore", ""},
		"of v1beta1, where Ignore was": {"io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: gate}\nwebhooks:\n" +
			"- name: a.example.io\n  failurePolicy: Fail", "io/v1beta1\nkind: MutatingWebhookConfiguration\nmetadata: {name: gate, uid: a}\n" +
			"webhooks:\n- name: a.example.io", ""},
		"of Deployments": {"[''], apiVersions: [v1], resources: [pods]",
			"[apps], apiVersions: [v1], resources: [deployments]", ""},
		"of what is changed":  {"[CREATE]", "[UPDATE]", ""},
		"of what is deleted":  {"[CREATE]", "[UPDATE, DELETE]", "deletes"},
		"of all that is done": {"[CREATE]", "['*']", "creates deletes"},
		"of evictions that are deleted": {"[CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]",
			"[DELETE], apiGroups: [''], apiVersions: [v1], resources: [pods/eviction]", ""},
		"of evictions, and Ignore": {"failurePolicy: Fail\n  clientConfig: {service: {namespace: ns, name: gate}}\n  namespaceSelector: {}\n" +
			"  matchConditions: []\n  rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]",
			"failurePolicy: Ignore\n  clientConfig: {service: {namespace: ns, name: gate}}\n  rules: [{operations: [CREATE], " +
				"apiGroups: [''], apiVersions: [v1], resources: [pods/eviction]", "evicts optional"},
		"of every group and version":           {"[''], apiVersions: [v1]", "['*'], apiVersions: ['*']", "creates"},
		"of another version":                   {"[v1]", "[v2]", ""},
		"of every resource, not what is of it": {"[pods]", "['*']", "creates"},
		"of pods and all that is of them":      {"[pods]", "[pods/*]", "creates evicts starts"},
		"of everything":                        {"[pods]", "['*/*']", "creates evicts starts"},
		"of evictions":                         {"[pods]", "[pods/eviction]", "evicts"},
		"of bindings":                          {"[pods]", "[pods/binding]", "starts"},
		"of a status that is written": {"[CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]",
			"[UPDATE], apiGroups: [''], apiVersions: [v1], resources: [pods/status]", "starts"},
		"of what stands in no namespace": {"scope: '*'", "scope: Cluster", ""},
		"of what stands in one":          {"scope: '*'", "scope: Namespaced", "creates"},
	} {
		e := mustRead(t, strings.Replace(whole, test.from, test.to, 1))
		got := ""
		for _, w := range e.Webhooks {
			if w.Creates {
				got += "creates "
			}
			if w.Evicts {
				got += "evicts "
			}
			if w.Starts {
				got += "starts "
			}
			if w.Deletes {
				got += "deletes "
			}
			if w.Optional {
				got += "optional"
			}
		}
		if strings.TrimSpace(got) != test.want || len(e.Backends) != 1 {
			t.Errorf("%s: asked about %q, want %q; called through %+v", name, got, test.want, e.Backends)
		}
	}
	conditional := mustRead(t, strings.NewReplacer("[]", "[{name: c, expression: 'true'}]", "namespaceSelector: {}",
		"objectSelector: {matchLabels: {a: b}}").Replace(whole)).Webhooks
	if len(conditional) != 1 || !conditional[0].Conditional || conditional[0].Objects.String() != "a=b" ||
		!conditional[0].Namespaces.Empty() ||
		conditional[0].ServiceNamespace != "ns" || conditional[0].Service != "gate" ||
		conditional[0].In != (kubernetes.Ref{Kind: "MutatingWebhookConfiguration", Name: "gate"}) {
		t.Errorf("%+v", conditional)
	}
	broken := mustRead(t, strings.Replace(whole, "{}", "{matchExpressions: [{key: a, operator: Wants}]}", 1)).Webhooks
	if len(broken) != 1 || broken[0].Namespaces.Matches(nil) {
		t.Errorf("a selector that cannot be read selects something: %+v", broken)
	}
}

// A certificate may be written over several lines, as API servers take it; what is
// not base64 they refuse, but for what stands there until one is put in its place.
func TestCertificateOfAWebhook(t *testing.T) {
	const whole = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: gate}\nwebhooks:\n" +
		"- name: a.example.io\n  rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]\n" +
		"  clientConfig:\n    service: {namespace: ns, name: gate}\n    caBundle: "
	for written, taken := range map[string]bool{
		"Y2VydA==":                             true,
		"|\n      Y2Vy\n      dA==":            true,
		"|\n      Y2VydA==\n":                  true,
		`"Y2Vy\r\ndA==\r\n"`:                   true,
		"|-\n      Y2VydA==\n      Y2VydA==\n": false, // goes on behind its end
		`"Y2Vy dA=="`:                          false,
		"'<the certificate>'":                  true,
		"CA_BUNDLE":                            true,
		"'${CA}'":                              true,
		"PLACEHOLDER":                          true,
	} {
		s, faults := readRaw(t, whole+written+"\n")
		if (len(faults) == 0) != taken || (len(s.Webhooks) == 1) != taken {
			t.Errorf("%q: %d read, %v", written, len(s.Webhooks), faults)
		}
	}
}

// A Namespace has its labels. One whose labels cannot be read is not known.
func TestNamespaces(t *testing.T) {
	e := mustRead(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {gated: 'yes'}}\n---\napiVersion: v1\nkind: Namespace\n"+
		"metadata: {name: b, labels: {gated: true}}\n")
	if len(e.Namespaces) != 1 || e.Namespaces[0].Name != "a" || e.Namespaces[0].Labels["gated"] != "yes" || e.Seen.Unrelated != 1 {
		t.Errorf("%+v", e.Namespaces)
	}
}
