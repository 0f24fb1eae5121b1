package source

import (
	"testing"
)

// By the versions of what stands in files it shows that a cluster takes budgets of
// policy/v1beta1: not by a few beside many newer ones, by what came with the end of such
// budgets, by charts, or by what is there for tests.
func TestOlder(t *testing.T) {
	const (
		crd    = "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n---\n"
		role   = "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: x}\n---\n"
		newer  = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: x}\n---\n"
		hook   = "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: x}\n---\n"
		budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: x}\nspec: {maxUnavailable: 1}\n---\n"
		scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: x}\n" +
			"spec: {maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: x}}\n---\n"
		job  = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: x}\n---\n"
		web  = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n---\n"
		meta = "apiVersion: v2\nname: x\nversion: 1.0.0\n"
	)
	for name, x := range map[string]struct {
		files map[string]string
		older bool
	}{
		"nothing tells":           {map[string]string{"a.yaml": newer + web}, false},
		"one of its kind":         {map[string]string{"a.yaml": crd + web + web}, true},
		"as many as newer ones":   {map[string]string{"a.yaml": role + role + newer + newer}, true},
		"one beside many newer":   {map[string]string{"a.yaml": role + newer + newer}, false},
		"several beside newer":    {map[string]string{"a.yaml": role + role + role + newer + newer + newer + newer}, true},
		"of several kinds":        {map[string]string{"a.yaml": crd, "b/c.yaml": hook + newer + job}, true},
		"a budget that came late": {map[string]string{"a.yaml": crd, "b/c.yaml": budget}, false},
		"an autoscaler that did":  {map[string]string{"a.yaml": crd + scaler}, false},
		"one in tests":            {map[string]string{"a.yaml": web, "test/e2e/crd.yaml": crd}, false},
		"a late one in tests":     {map[string]string{"a.yaml": crd, "test/e2e/pdb.yaml": budget}, true},
		"a chart":                 {map[string]string{"a.yaml": web, "x/Chart.yaml": meta, "x/templates/a.yaml": crd}, false},
	} {
		archive := ""
		for file, text := range x.files {
			archive += "-- in/" + file + " --\n" + text
		}
		inFolder(t, archive)
		whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range whole.Units {
			if got := u.Older != ""; got != x.older {
				t.Errorf("%s: unit %s: %q, want %t", name, u.Name, u.Older, x.older)
			}
		}
	}
}
