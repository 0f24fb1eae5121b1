package manifest

import (
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// awaits notes what the pod of a container waits for before it is Ready: nothing where it is told
// otherwise itself, by its arguments or by a variable.
//
// Sources: developer.hashicorp.com/vault/docs/configuration/seal (VAULT_SEAL_TYPE, and variables of
// each kind of seal) and docs/concepts/dev-server.
func awaits(c *corev1.Container, into *kubernetes.Container) {
	said := spoken(c)
	t := responsibility.Awaits(into.Image, said)
	if t == nil {
		return
	}
	told := func(w string) bool {
		return strings.Contains(strings.ToLower(w), t.Unless) || strings.HasPrefix(w, "-dev")
	}
	if slices.ContainsFunc(said, told) || slices.ContainsFunc(c.Env, func(v corev1.EnvVar) bool { return told(v.Name) }) {
		return
	}
	into.Awaits, into.Unless = t.Says, t.Unless
}

// awaited takes back what a pod waits for where one of its containers is there for that, by its
// name or its image: the sidecars that unseal Vault are called so.
func awaited(t *kubernetes.PodTemplate, spec *corev1.PodSpec) {
	for i := range t.Containers {
		x := &t.Containers[i]
		there := func(c corev1.Container) bool {
			return programName(c.Image) != x.Image && (strings.Contains(c.Name+c.Image, "un"+x.Unless) || strings.Contains(c.Image, "bank-vaults"))
		}
		if x.Awaits != "" && slices.ContainsFunc(spec.Containers, there) {
			x.Awaits, x.Unless = "", ""
		}
	}
}

// blocks are those by which programs wait for nobody that a file of settings has, as HCL or as JSON.
func blocks(text string) []string {
	var all []string
	for _, m := range block.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1]+m[2])
	}
	return all
}

var block = regexp.MustCompile(`(?m)^[ \t]*(?:(seal)[ \t]+"|"(seal)"[ \t]*:)`)
