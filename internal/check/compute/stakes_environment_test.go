package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What runs in an environment before production by what it is told, or by the hosts that
// it answers for, is missed by nobody but those who try it, unless something says otherwise.
func TestWhatRunsBeforeProduction(t *testing.T) {
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{name: http, port: 80}]")
	inside := fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	env := func(pairs ...string) string {
		var all []string
		for _, pair := range pairs {
			name, value, _ := strings.Cut(pair, "=")
			all = append(all, fmt.Sprintf("{name: %s, value: %q}", name, value))
		}
		return fmt.Sprintf(deployment, "web", ", env: ["+strings.Join(all, ", ")+"]") + public
	}
	config := func(data string) string {
		return fmt.Sprintf(deployment, "web", ", envFrom: [{configMapRef: {name: told}}]") + public +
			"---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: told, namespace: shop}, data: {" + data + "}}\n"
	}
	route := func(hosts ...string) string {
		rules := ""
		for _, host := range hosts {
			const path = "{path: /, pathType: Prefix, backend: {service: {name: svc, port: {number: 80}}}}"
			rules += fmt.Sprintf("{host: %q, http: {paths: [%s]}}, ", host, path)
		}
		return fmt.Sprintf(deployment, "web", "") + inside + "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n" +
			"metadata: {name: in, namespace: shop}\nspec: {rules: [" + rules + "]}\n"
	}
	labelled := func(labels string) string {
		return strings.Replace(fmt.Sprintf(deployment, "web", ""), "labels: {a: w}", "labels: {a: w, "+labels+"}", 1) + public
	}
	for _, x := range []struct{ why, input, severity, said string }{
		{"by a variable", env("ASPNETCORE_ENVIRONMENT=Development"), "low", "as ASPNETCORE_ENVIRONMENT=Development says"},
		{"by one of its own", env("DIALOG_ENVIRONMENT=test"), "low", "DIALOG_ENVIRONMENT=test"},
		{"by one of several", env("NODE_ENV=production", "APP_ENV=staging"), "low", "APP_ENV=staging"},
		{"by a ConfigMap", config("RAILS_ENV: staging"), "low", "RAILS_ENV=staging"},
		{"by a flag", fmt.Sprintf(deployment, "web", ", args: [--environment, qa]") + public, "low", "--environment=qa"},
		{"by a property", fmt.Sprintf(deployment, "web", ", args: [java, -Dspring.profiles.active=dev]") + public, "low", "profiles.active=dev"},
		{"by a label", labelled("environment: staging"), "low", "as label environment=staging says"},
		{"by a label with a prefix", labelled("example.com/env: uat"), "low", "example.com/env=uat"},
		{"by its host", route("staging.shop.com"), "low", "it is reached as staging.shop.com"},
		{"by the machine that asks", route("web.127.0.0.1.nip.io"), "low",
			"it is reached as web.127.0.0.1.nip.io, which is the machine of whoever asks"},
		{"by that and another", route("shop.localhost", "www.shop.com"), "high", ""},
		{"by another address of that kind", route("web.34.1.2.3.nip.io"), "high", ""},
		{"by its image", strings.Replace(fmt.Sprintf(deployment, "web", ""), "image: i", "image: localhost:5001/web:1", 1) + public, "low",
			"its image comes from a registry on the machine that runs it (localhost:5001/web:1)"},
		{"by two hosts", route("b.dev.shop.com", "a.dev.shop.com"), "low", "it is reached as a.dev.shop.com"},

		{"production", env("NODE_ENV=production"), "high", ""},
		{"both", env("NODE_ENV=development", "ENVIRONMENT=production"), "high", ""},
		{"production by a ConfigMap", config("APP_ENV: prod, RAILS_ENV: staging"), "high", ""},
		{"another variable", env("LOG_LEVEL=development"), "high", ""},
		{"a product", env("SHOP_ENV=test-runner"), "high", ""},
		{"another label", labelled("team: test"), "high", ""},
		{"one of two hosts", route("staging.shop.com", "www.shop.com"), "high", ""},
		{"a host of developers", route("dev-portal.shop.com"), "high", ""},
		{"every host", strings.Replace(route("staging.shop.com"), `host: "staging.shop.com", `, "", 1), "high", ""},
	} {
		unit := &estate.Estate{}
		unit.Kubernetes = parse(t, x.input)
		severity, said := brokenIn(t, unit, SingleReplica.ID)
		if severity != x.severity || !strings.Contains(said, x.said) {
			t.Errorf("%s: %s, want %s: %s", x.why, severity, x.severity, said)
		}
	}
}

// The environment and the hosts that a chart has in its own values are where it begins: they tell
// nothing of where it runs.
func TestEnvironmentOfAChartsOwnValues(t *testing.T) {
	labelled := strings.Replace(fmt.Sprintf(deployment, "web", ""), "labels: {a: w}", "labels: {a: w, environment: dev}", 1)
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{name: http, port: 80}]")
	hosted := fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(service, "ports: [{name: http, port: 80}]") + `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {rules: [{host: web.127.0.0.1.nip.io, http: {paths: [
  {path: /, pathType: Prefix, backend: {service: {name: svc, port: {number: 80}}}}]}}]}
`
	for why, input := range map[string]string{
		"a label": labelled + public, "a variable": fmt.Sprintf(deployment, "web", ", env: [{name: NODE_ENV, value: development}]") + public,
		"a flag": fmt.Sprintf(deployment, "web", ", args: [--environment, qa]") + public, "a host": hosted,
	} {
		for own, want := range map[bool]string{true: "high", false: "low"} {
			unit := &estate.Estate{OwnValues: own}
			unit.Kubernetes = parse(t, input)
			if severity, said := brokenIn(t, unit, SingleReplica.ID); severity != want {
				t.Errorf("%s, own values %t: %s, want %s: %s", why, own, severity, want, said)
			}
		}
	}
}

// Flux, as its bootstrap wrote it into a folder that shows something, is no part of what is shown;
// anything else there is, and it is elsewhere.
func TestFluxThatASampleHolds(t *testing.T) {
	for _, x := range []struct {
		file string
		want bool
	}{
		{"examples/flux/clusters/production/flux-system/gotk-components.yaml", true},
		{"docs/samples/gotk-components.yaml", true},
		{"e2e/gotk-components.yaml", true},
		{"clusters/production/flux-system/gotk-components.yaml", false},
		{"examples/flux/web.yaml", false},
	} {
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{{}}}
		e.Workloads[0].Position.File = x.file
		unit := &estate.Estate{Kubernetes: e}
		unit.Folders.Add(".", []string{x.file})
		within(t, "karpenter", e, func(p *check.Pass) {
			p.Estate = unit
			if got := bootstrapped(p, 0); got != x.want {
				t.Errorf("%s: %t", x.file, got)
			}
		})
	}
}
