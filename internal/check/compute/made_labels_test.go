package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
)

// Of a custom resource whose operator is not known it depends on its name, its kind and its
// text whether it may have the pods of a budget that selects none which was read.
func TestLabelsThatAnOperatorMayGive(t *testing.T) {
	c := knowledge(t)
	const shelf = "---\n{apiVersion: shelves.example.com/v1, kind: BookShelf, metadata: {name: store, namespace: shop}, " +
		"spec: {template: {metadata: {labels: {team: readers}}}}}\n"
	for _, x := range []struct {
		budget, selector string
		verdict          finding.Verdict
	}{
		{"store-pdb", "{app.kubernetes.io/component: other}", finding.Broken},
		{"store", "{team: writers}", finding.Broken},
		{"store-web", "{component: other, part: web}", finding.Broken},
		{"store-pdb", "{cluster: store}", finding.Unknown},
		{"store-pdb", "{cluster: books-store}", finding.Unknown},
		{"store-pdb", "{app: bookshelf}", finding.Unknown},
		{"store-pdb", "{shelves.example.com/role: other}", finding.Unknown},
		{"store-pdb", "{app.kubernetes.io/name: other}", finding.Broken},
		{"store-pdb", "{team: readers}", finding.Unknown},
		{"of-readers", "{team: readers}", finding.Unknown},
		{"of-readers", "{team: writers}", finding.Broken},
	} {
		budget := "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + x.budget + ", namespace: shop}, " +
			"spec: {maxUnavailable: 1, selector: {matchLabels: " + x.selector + "}}}\n"
		docs := strings.NewReader(fmt.Sprintf(deployment, "web", "") + shelf + budget)
		e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: docs, Catalog: c})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, f := range look(t, c, "karpenter", e) {
			if f.Obligation == PDBOrphan.ID {
				said = append(said, string(f.Verdict)+" "+f.Message)
			}
		}
		if len(said) != 1 || !strings.HasPrefix(said[0], string(x.verdict)+" ") {
			t.Errorf("%s selects %s: %v, want %s", x.budget, x.selector, said, x.verdict)
		}
	}
}
