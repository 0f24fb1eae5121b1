package source

import "testing"

// What a kustomization asks for and cannot have may hold anything, unless its name says of what kind it is.
func TestMissingOfAKind(t *testing.T) {
	for asked, want := range map[string]string{
		"https://example.org/main/widgets_crds.yaml": "CustomResourceDefinition",
		"https://example.org/main/widgets.yaml":      "",
		"../secrets/prod":                            "Secret",
		"../things/prod":                             "",
		"crds/widgets.yaml":                          "CustomResourceDefinition",
	} {
		t.Run(asked, func(t *testing.T) {
			inFolder(t, "-- in/app/kustomization.yaml --\nresources:\n- a.yaml\n- "+asked+"\n-- in/app/a.yaml --\napiVersion: v1\nkind: Service\n"+
				"metadata: {name: a}\n")
			whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
			if err != nil || len(whole.Units) != 1 {
				t.Fatalf("%+v, %v", whole, err)
			}
			if h := whole.Units[0].Estate.Kubernetes.Hidden; len(h) != 1 || h[0].Kind != want || h[0].May("PodDisruptionBudget") != (want == "") {
				t.Errorf("hidden: %+v", h)
			}
		})
	}
}
