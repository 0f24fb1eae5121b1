package manifest

import (
	"encoding/json"
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
	development := func(w string) bool {
		return w == "-dev" || strings.HasPrefix(w, "-dev=") || strings.HasPrefix(w, "-dev-")
	}
	other := func(v corev1.EnvVar) bool { // what is not read may be shamir
		return strings.HasSuffix(v.Name, "_"+strings.ToUpper(t.Unless)+"_TYPE") && v.Value != "" && v.Value != byHand &&
			!strings.Contains(v.Value, "$(")
	}
	if slices.ContainsFunc(said, development) || slices.ContainsFunc(c.Env, other) {
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

// byHand is the kind of seal that somebody opens by hand.
const byHand = "shamir"

// blocks are those by which programs wait for nobody that a file of settings has, as HCL or as JSON:
// no seal of which keys are given by hand, nor one that is switched off, as in a migration back to those.
func blocks(text string) []string {
	text = comment.ReplaceAllString(text, "")
	if !strings.Contains(text, "seal") || switchedOff.MatchString(text) {
		return nil
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		var read struct {
			Seal map[string]any `json:"seal"`
		}
		if json.Unmarshal([]byte(text), &read) != nil {
			return nil
		}
		delete(read.Seal, byHand)
		if len(read.Seal) == 0 {
			return nil
		}
		return []string{"seal"}
	}
	for _, m := range block.FindAllStringSubmatch(text, -1) {
		if m[1] != byHand {
			return []string{"seal"}
		}
	}
	return nil
}

var (
	block       = regexp.MustCompile(`(?m)^[ \t]*seal[ \t]+"(\w+)"[ \t]*\{`)
	comment     = regexp.MustCompile(`(?s)/\*.*?\*/|(?-s:(?m)^[ \t]*(?:#|//).*$)`)
	switchedOff = regexp.MustCompile(`(?i)\bdisabled"?[ \t]*[=:][ \t]*[^ \tf"]|\bdisabled"?[ \t]*[=:][ \t]*"[^f]`)
)
