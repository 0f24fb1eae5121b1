package manifest

import (
	"testing"
)

// What the pods of a program wait for before they are Ready: of a server of Vault that somebody
// unseals, unless it is told of a seal, or stands beside what unseals it.
func TestAwaited(t *testing.T) {
	pod := func(image, args, more string) string {
		return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: vault, namespace: vault}\nspec:\n" +
			"  selector: {matchLabels: {app: vault}}\n" +
			"  template:\n    metadata: {labels: {app: vault}}\n    spec:\n      containers:\n" +
			"      - {name: vault, image: " + image + ", command: [/bin/sh, -ec], args: ['" + args + "']" + more
	}
	const server = "docker-entrypoint.sh vault server -config=/vault/config"
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"a server":           {pod("hashicorp/vault:1.20", server, "}\n"), true},
		"of OpenBao":         {pod("quay.io/openbao/openbao:2.4", "bao server -config=/openbao/config", "}\n"), true},
		"an agent":           {pod("hashicorp/vault:1.20", "vault agent -config=/vault/agent.hcl", "}\n"), false},
		"another program":    {pod("example/server:1", server, "}\n"), false},
		"for development":    {pod("hashicorp/vault:1.20", "vault server -dev", "}\n"), false},
		"by a variable":      {pod("hashicorp/vault:1.20", server, ", env: [{name: VAULT_SEAL_TYPE, value: awskms}]}\n"), false},
		"beside an unsealer": {pod("hashicorp/vault:1.20", server, "}\n      - {name: unsealer, image: example/auto-unseal:1}\n"), false},
		"beside another":     {pod("hashicorp/vault:1.20", server, "}\n      - {name: logs, image: fluent-bit:3}\n"), true},
		"beside bank-vaults": {pod("hashicorp/vault:1.20", server, "}\n      - {name: b, image: ghcr.io/bank-vaults/bank-vaults:1}\n"), false},
		"by a path":          {pod("hashicorp/vault:1.20", "vault server -config=/vault/seal.hcl -log-file=/sealed.log", "}\n"), true},
		"by hand":            {pod("hashicorp/vault:1.20", server, ", env: [{name: VAULT_SEAL_TYPE, value: shamir}]}\n"), true},
		"by another's value": {pod("hashicorp/vault:1.20", server,
			", env: [{name: VAULT_SEAL_TYPE, valueFrom: {secretKeyRef: {name: s, key: k}}}]}\n"), true},
		"by a key alone": {pod("hashicorp/vault:1.20", server, ", env: [{name: VAULT_AWSKMS_SEAL_KEY_ID, value: k}]}\n"), true},
	} {
		e, err := read(t, test.text)
		if err != nil {
			t.Fatal(name, err)
		}
		if c := e.Workloads[0].Template.Containers[0]; (c.Awaits != "") != test.want || (c.Unless == "seal") != test.want {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// A file of settings tells of a seal, in HCL and in JSON; a word in it does not.
func TestBlocksOfSettings(t *testing.T) {
	for text, want := range map[string]bool{
		"ui = true\nseal \"awskms\" {\n  region = \"eu-west-1\"\n}\n":  true,
		"ui = true\n  seal   \"transit\" {\n}\n":                       true,
		"{\n  \"ui\": true,\n  \"seal\": {\"awskms\": {}}\n}\n":        true,
		"ui = true\nstorage \"raft\" {\n  path = \"/vault/seal\"\n}\n": false,
		"{\"ui\": true, \"seal\": {\"awskms\": {}}}":                   true,
		"seal \"awskms\" {\n  disabled = \"false\"\n}\n":               true,
		"seal \"awskms\" {\n  disabled = false\n}\n":                   true,
		"seal \"awskms\" {\n  disabled = \"true\"\n}\n":                false,
		"seal \"awskms\" {\n  disabled = true\n}\n":                    false,
		"{\"seal\": {\"awskms\": {\"disabled\": \"true\"}}}":           false,
		"{\"seal\": {\"shamir\": {}}}":                                 false,
		"seal \"shamir\" {}\n":                                         false,
		"/*\nseal \"awskms\" {\n}\n*/\nui = true\n":                    false,
		"// seal \"awskms\" {\nui = true\n":                            false,
		"# seal \"awskms\" {\nui = true\n":                             false,
	} {
		if got := len(blocks(text)) > 0; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
