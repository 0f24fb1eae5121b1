package manifest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// awaits notes what the pod of a container waits for before it is Ready: nothing where it is told
// otherwise itself, by its arguments or by a variable.
func awaits(c *corev1.Container, into *kubernetes.Container) {
	said := spoken(c)
	t := responsibility.Awaits(into.Image, said)
	switch {
	case t == nil:
		return
	case t.Unless == nil:
		into.Awaits = t.Says
		return
	}
	told := func(w string) bool {
		return slices.ContainsFunc(t.Unless.Flags, func(flag string) bool {
			return w == flag || strings.HasPrefix(w, flag+"=") || strings.HasPrefix(w, flag+"-")
		})
	}
	other := func(v corev1.EnvVar) bool { // what is not read may be the kind that waits for somebody
		return slices.Contains(t.Unless.Variables, v.Name) && v.Value != "" && v.Value != t.Unless.But && !strings.Contains(v.Value, "$(")
	}
	if slices.ContainsFunc(said, told) || slices.ContainsFunc(c.Env, other) {
		return
	}
	into.Awaits, into.Unless = t.Says, t.Unless.Block
}

// awaited takes back what a pod waits for where one of its containers is there for that, by its
// name or its image.
func awaited(p *kubernetes.PodTemplate, spec *corev1.PodSpec) {
	for i := range p.Containers {
		x := &p.Containers[i]
		if x.Awaits == "" {
			continue
		}
		words := responsibility.AwaitedBy(x.Image)
		there := func(c corev1.Container) bool {
			return programName(c.Image) != x.Image &&
				slices.ContainsFunc(words, func(w string) bool { return strings.Contains(c.Name+" "+c.Image, w) })
		}
		if slices.ContainsFunc(spec.Containers, there) {
			x.Awaits, x.Unless = "", ""
		}
	}
}

// blocks are those by which programs wait for nobody that a file of settings has, as HCL or as JSON:
// none of the kind that waits for somebody all the same, nor one that is switched off, as in a migration back to that.
func blocks(text string) []string {
	text = comment.ReplaceAllString(text, "")
	var all []string
	for name, x := range blocksKnown() {
		if strings.Contains(text, name) && !switchedOff.MatchString(text) && x.stands(text, name) {
			all = append(all, name)
		}
	}
	return all
}

// openBlock is a block by which a program waits for nobody: how it begins as HCL, and its kind that is none.
type openBlock struct {
	begins *regexp.Regexp
	but    string
}

// blocksKnown are those of the catalog, by name.
var blocksKnown = sync.OnceValue(func() map[string]openBlock {
	all := map[string]openBlock{}
	for _, t := range responsibility.Takers() {
		if t.Unless != nil {
			begins := regexp.MustCompile(`(?m)^[ \t]*` + regexp.QuoteMeta(t.Unless.Block) + `[ \t]+"(\w+)"[ \t]*\{`)
			all[t.Unless.Block] = openBlock{begins: begins, but: t.Unless.But}
		}
	}
	return all
})

// stands reports whether settings have a block of that name.
func (x openBlock) stands(text, name string) bool {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return slices.ContainsFunc(x.begins.FindAllStringSubmatch(text, -1), func(m []string) bool { return m[1] != x.but })
	}
	var read map[string]json.RawMessage
	var kinds map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &read) != nil || json.Unmarshal(read[name], &kinds) != nil {
		return false
	}
	delete(kinds, x.but)
	return len(kinds) > 0
}

var (
	comment     = regexp.MustCompile(`(?s)/\*.*?\*/|(?-s:(?m)^[ \t]*(?:#|//).*$)`)
	switchedOff = regexp.MustCompile(`(?i)\bdisabled"?[ \t]*[=:][ \t]*[^ \tf"]|\bdisabled"?[ \t]*[=:][ \t]*"[^f]`)
)
