package kustomize

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// omissions tells which kustomizations another one leaves out: it lists what stands beside
// them, and not them.
type omissions struct {
	in    *unit.Tree
	hands byHand
	by    map[string]*kustomization // by their directories
}

// fewListed is how many directories beside one have to be listed, so that it is no choice
// of one among several: overlays/eu of overlays/eu and overlays/us.
const fewListed = 2

// why says by which kustomization above it one is left out; empty where none does, where
// a file of it is listed, or where a page or a script has it built by itself.
func (o *omissions) why(k *kustomization) string {
	if k.dir == filepath.Clean(o.in.Root) {
		return ""
	}
	for at := range origin.Upwards(filepath.Dir(k.dir), filepath.Dir) {
		if above := o.by[at]; above != nil {
			beside := 0
			for _, name := range above.local() {
				to := filepath.Join(above.dir, name)
				if to == k.dir || strings.HasPrefix(to, k.dir+string(filepath.Separator)) {
					return ""
				}
				if filepath.Dir(to) == filepath.Dir(k.dir) && o.by[to] != nil && !o.by[to].component() {
					beside++
				}
			}
			if beside < fewListed || above.component() || o.hands.build(k.file) {
				return ""
			}
			how := fmt.Sprintf("is not listed by %s, which lists %d folders beside it", o.in.Name(above.file), beside)
			if o.commentedOut(above, k) {
				how = "is commented out in " + o.in.Name(above.file)
			}
			return how + ": nothing else that was read applies it"
		}
		if at == filepath.Clean(o.in.Root) {
			break
		}
	}
	return ""
}

// local are the directories and files that a kustomization lists, but those of the web.
func (k *kustomization) local() []string {
	var all []string
	for _, key := range includes {
		for _, n := range k.items(key) {
			if name := resolved(n).Value; name != "" && !remote(name) && !inline(name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// commentedOut reports whether a kustomization has another one as a comment.
func (o *omissions) commentedOut(above, k *kustomization) bool {
	text, err := o.in.ReadFile(above.file)
	rel, outside := filepath.Rel(above.dir, k.dir)
	if err != nil || outside != nil {
		return false
	}
	name := regexp.QuoteMeta(filepath.ToSlash(rel))
	return regexp.MustCompile(`(?m)^\s*#[\s#-]*["']?(\./)?` + name + `/?["']?\s*(#.*)?$`).Match(text)
}
