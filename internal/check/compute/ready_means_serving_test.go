package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// Where nothing says when pods are ready a PDB alone does little: what is missing is told with
// both, and once both are there nothing is left to tell.
func TestPDBAndProbeAreToldTogether(t *testing.T) {
	const (
		set = "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web}, spec: {replicas: 3, " +
			"volumeClaimTemplates: [{metadata: {name: data}}], " +
			"selector: {matchLabels: {app: web}}, "
		pods    = "template: {metadata: {labels: {app: web}%s}, spec: {containers: [{name: c, image: %s}]}}}}\n---\n"
		service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n---\n"
		probe   = ", readinessProbe: {httpGet: {path: /, port: 80}}"
		both    = "; and give the container that answers a readinessProbe, by which it counts them"
	)
	const image = "opensearchproject/opensearch:2"
	web := func(pod, container string) string {
		return set + fmt.Sprintf(pods, pod, image+container)
	}
	other := strings.Replace(web("", ""), image, "nginx", 1)
	covered := pdbNamed("web", "app: web", "maxUnavailable: 1")
	for why, x := range map[string]struct {
		docs string
		both bool
		told string // the obligations that are broken
	}{
		"without a probe":         {web("", "") + service, true, PDBMissing.ID},
		"no quorum":               {other + service, false, PDBMissing.ID},
		"with one":                {web("", probe) + service, false, PDBMissing.ID},
		"that starts":             {web("", strings.Replace(probe, "readiness", "startup", 1)) + service, false, PDBMissing.ID},
		"that nobody calls":       {web("", ""), false, PDBMissing.ID},
		"with a proxy of its own": {web(`, annotations: {linkerd.io/inject: enabled}`, "") + service, false, PDBMissing.ID},
		"with a PDB alone":        {web("", "") + service + covered, false, ReadyMeansServing.ID},
		"with a probe and a PDB":  {web("", probe) + service + covered, false, ""},
	} {
		var told []string
		named := false
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.docs)) {
			if f.Verdict == finding.Broken && f.Fix != nil {
				told = append(told, f.Obligation)
				named = named || strings.HasSuffix(f.Fix.Summary, both)
			}
		}
		if named != x.both || strings.Join(told, " ") != x.told {
			t.Errorf("%s: told %q, both %t", why, told, named)
		}
	}
}
