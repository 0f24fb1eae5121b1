package compute

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/simulate"
)

// What holds nodes is told with the finding that explains it, of the workload itself or of
// another one under the same PDB.
func TestFindingsThatExplainWhatHolds(t *testing.T) {
	never, overlap, disks := PDBNeverAllows.ID, PDBOverlap.ID, DataOutlastsNode.ID
	for cause, want := range map[simulate.Cause][]string{
		simulate.ByStrictPDB:   {"a " + never, "a " + overlap, "a " + never, "a " + overlap, "b " + never, "b " + overlap},
		simulate.ByUncounted:   {"a " + never, "a " + overlap, "a " + never, "a " + overlap, "b " + never, "b " + overlap},
		simulate.BySeveralPDBs: {"a " + overlap, "a " + never, "a " + overlap, "a " + never, "b " + overlap, "b " + never},
		simulate.ByUnplaced:    {"a " + disks, "a " + disks, "b " + disks},
		simulate.ByTiedVolume:  {"a " + disks, "a " + disks, "b " + disks},
		simulate.ByUnready:     nil,
		simulate.ByGrace:       nil,
	} {
		within(t, "karpenter", parse(t, named("a", 2, ", of: all")+named("b", 2, ", of: all")+pdbOver("of: all", "maxUnavailable: 0")),
			func(p *check.Pass) {
				var got []string
				for _, c := range holding(p, 0, []simulate.Stay{{Cause: cause}, {Cause: cause}}) {
					got = append(got, c.Subject.Name+" "+c.Obligation)
				}
				mixed := []simulate.Stay{{Cause: cause}, {Cause: simulate.ByAnnotation}}
				if some := holding(p, 0, mixed); len(some) > 0 {
					t.Errorf("%s and an annotation: %v", cause, some)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: %q, want %q", cause, got, want)
				}
			})
	}
}

// A pod that asks for its node by name has none where another machine comes in its place.
func TestOnlyPodOfANodeByName(t *testing.T) {
	gone := "takes it down until somebody lets it run elsewhere: it asks for node node-a by its name, and the one that comes has another"
	docs := strings.Replace(named("a", 1, ""), "spec: {containers", "spec: {nodeSelector: {kubernetes.io/hostname: node-a}, containers", 1)
	away := "takes it down for as long as that node is away: it asks for node node-a by its name"
	for offering, want := range map[string]string{
		"eks-managed-nodegroup": gone, "karpenter": gone, "gke-standard": gone, "aks": away, "openshift": away,
	} {
		within(t, offering, parse(t, docs), func(p *check.Pass) {
			if got := nodeless(p, 0); got != want {
				t.Errorf("%s: %q", offering, got)
			}
		})
	}
}

// Where the machine of a node comes back, so does what lies on its disk.
func TestOnlyPodOnADiskOfItsNode(t *testing.T) {
	docs := mounting(named("a", 1, "")) + `---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce], volumeName: v}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {claimRef: {namespace: default, name: disk}, local: {path: /d}}}
`
	for offering, want := range map[string]string{
		"eks-managed-nodegroup": "takes it down until somebody gives it another volume: that of claim disk lies on the node, and goes with it",
		"karpenter":             "takes it down until somebody gives it another volume: that of claim disk lies on the node, and goes with it",
		"openshift":             "takes it down for as long as that node is away: claim disk lies on it",
	} {
		within(t, offering, parse(t, docs), func(p *check.Pass) {
			if got := nodeless(p, 0); got != want {
				t.Errorf("%s: %q", offering, got)
			}
		})
	}
}
