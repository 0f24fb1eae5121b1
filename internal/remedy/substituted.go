package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// substitution is a number of pods that Flux puts in from elsewhere, with its default: ${WEB:=1}.
//
// Source: fluxcd.io/flux/components/kustomize/kustomizations (post build variable substitution).
var substitution = regexp.MustCompile(`^\s*(?:replicas|instances|size|count|minReplicas):\s*["']?` +
	`(\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?[=-][^}]*)?\})["']?\s*(?:#.*)?$`)

// substituted is a fix of more pods of what Flux applies, where their number is a variable in the
// file of the object: that is set where Flux puts it in. An edit of the file would be one for all
// that share it, and take the variable away.
func (x *Fitter) substituted(u *estate.Unit, f *finding.Finding) *finding.Fix {
	if u.Kind != "flux" || f.Fix == nil || f.Fix.AcceptOnly || f.Obligation != "single-replica" || f.Position.Line == 0 {
		return f.Fix
	}
	lines := x.linesOf(f.Position.File)
	for i := f.Position.Line - 1; i < len(lines); i++ {
		if i > f.Position.Line && strings.HasPrefix(lines[i], "---") {
			break
		}
		m := substitution.FindStringSubmatch(strings.TrimRight(lines[i], "\r"))
		if m == nil {
			continue
		}
		fix := *f.Fix
		fix.Summary += ": there stands " + m[1] + "; set " + m[2] + " in spec.postBuild of its Flux Kustomization"
		fix.At = &origin.Position{File: f.Position.File, Line: i + 1}
		fix.Raise, fix.Changes = nil, slices.DeleteFunc(slices.Clone(fix.Changes), func(c finding.Change) bool {
			return c.Position != nil && c.Position.File == f.Position.File
		})
		return &fix
	}
	return f.Fix
}
