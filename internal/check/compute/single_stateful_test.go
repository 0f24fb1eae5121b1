package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/responsibility"
)

// A StatefulSet of one pod is told by what its pods keep what a second one would be.
func TestFixOfAStatefulSetOfOne(t *testing.T) {
	of := func(container, pod, more string) string {
		return strings.NewReplacer("kind: Deployment", "kind: StatefulSet", "spec: {replicas: 1", "spec: {serviceName: web, "+more+"replicas: 1").
			Replace(deployed(container, pod)) + routed
	}
	templates := func(mode string) string {
		return "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [" + mode + "]}}], "
	}
	for name, x := range map[string]struct {
		docs, want string
		changes    int
	}{
		"no data":              {of("image: app", "", ""), "run two replicas, if its pods keep no data of their own", 0},
		"a claim for each pod": {of("image: app", "", templates("ReadWriteMany")), "run it with replicated data if it can", 0},
		"a claim for all":      {of("image: app", mounts, "") + many, "run it with replicated data if it can", 0},
		"a claim for each, and for all": {of("image: app", mounts, templates("ReadWriteMany")) + many,
			"run it with replicated data if it can", 0},
		"a part that keeps nothing": {of("image: app, args: [--target, querier]", "", ""),
			"run two replicas, and add a PodDisruptionBudget", 2},
		"such a part, with a claim each": {of("image: app, args: [--target, querier]", "", templates("ReadWriteOnce")), "run two replicas", 2},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			if fix := (singleFixes{fixesOf(p)}).single(0); !strings.HasPrefix(fix.Summary, x.want) || len(fix.Changes) != x.changes {
				t.Errorf("%s: %q with %d changes, want %q with %d", name, fix.Summary, len(fix.Changes), x.want, x.changes)
			}
		})
	}
}

// Little is lost by the absence of what one claim ties to one pod, unless it is a program
// that is run otherwise.
func TestResignedToAClaim(t *testing.T) {
	for name, x := range map[string]struct {
		program *responsibility.Program
		want    string
	}{
		"of nobody knows what":       {nil, "Service web routes to it, and its claim is ReadWriteOnce"},
		"of one that has replicas":   {&responsibility.Program{Title: "P", Replicated: "R"}, ""},
		"of one that has none":       {&responsibility.Program{Title: "P"}, "Service web routes to it, and of P one runs at a time"},
		"of one that keeps its data": {&responsibility.Program{Title: "P", Keeps: responsibility.KeepsData}, ""},
	} {
		e := parse(t, deployed("image: app", mounts)+once+routed)
		within(t, "karpenter", e, func(p *check.Pass) {
			s := stakesOf(p)
			s.programs.all[0] = x.program
			if got := s.resigned(0, &e.Services[0]); !strings.HasPrefix(got, x.want) || x.want == "" && got != "" {
				t.Errorf("%s: %q, want %q", name, got, x.want)
			}
		})
	}
}
