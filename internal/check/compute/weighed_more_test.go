package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// Where the fix is a second pod, if it may be, nothing says that no edit ends the finding.
func TestNothingEndsWhatASecondPodMay(t *testing.T) {
	set := strings.Replace(fmt.Sprintf(deployment, "web", ""), "Deployment", "StatefulSet", 1)
	set = strings.Replace(set, "spec: {", "spec: {serviceName: web, ", 1)
	private := fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	claimed := strings.Replace(set, "containers:", "volumes: [{name: d, persistentVolumeClaim: {claimName: disk}}], containers:", 1)
	for name, x := range map[string]struct {
		input string
		more  bool
	}{
		"no volume": {set, true}, "no volume, and called": {set + private, true},
		"an emptyDir": {strings.Replace(set, "containers:", "volumes: [{name: d, emptyDir: {}}], containers:", 1), true},
		"a claim":     {claimed, false},
	} {
		seen := false
		for _, f := range lookedAsUnit(t, parse(t, x.input)) {
			if f.Obligation != SingleReplica.ID || f.Verdict != finding.Broken {
				continue
			}
			seen = true
			says := func(text string) bool {
				return f.SeverityBecause == text || slices.ContainsFunc(f.Evidence, func(e finding.Evidence) bool { return e.Text == text })
			}
			if f.Fix.More != x.more || f.Fix.More && says("no edit of what was read ends it") || f.Fix.More && f.Severity != "low" {
				t.Errorf("%s: %s because %q, %+v, %+v", name, f.Severity, f.SeverityBecause, f.Evidence, f.Fix)
			}
		}
		if !seen {
			t.Errorf("%s: no finding", name)
		}
	}
}
