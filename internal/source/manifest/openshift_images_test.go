package manifest

import (
	"fmt"
	"testing"
)

// An image that OpenShift writes by a trigger is none to fill in, where the trigger is for its
// container; what it names tells the program.
func TestImagesOfTriggers(t *testing.T) {
	const change = "triggers: [{type: ConfigChange}, {type: ImageChange, imageChangeParams: {containerNames: [%s], " +
		"from: {kind: ImageStreamTag, name: 'postgresql:10'}}}], "
	annotated := func(path string) string {
		return `annotations: {image.openshift.io/triggers: '[{"from": {"kind": "ImageStreamTag", "name": "jenkins:2"}, ` +
			`"fieldPath": "` + path + `"}]'}`
	}
	for _, x := range []struct{ metadata, spec, image, placeholder, program string }{
		{"", fmt.Sprintf(change, "web"), "' '", "", "postgresql"},
		{"", fmt.Sprintf(change, "web"), "''", "", "postgresql"},
		{"", fmt.Sprintf(change, "web"), "<image>", "", "postgresql"},
		{"", fmt.Sprintf(change, "web"), "app:v1", "", "app"},
		{"", fmt.Sprintf(change, "other"), "' '", " ", " "},
		{"", "triggers: [{type: ConfigChange}], ", "' '", " ", " "},
		{"", "", "' '", " ", " "},
		{annotated(`spec.template.spec.containers[?(@.name==\"web\")].image`), "", "' '", "", "jenkins"},
		{annotated(`spec.template.spec.containers[0].image`), "", "' '", "", "jenkins"},
		{annotated(`spec.template.spec.containers[1].image`), "", "' '", " ", " "},
		{"annotations: {image.openshift.io/triggers: '['}", "", "' '", " ", " "},
	} {
		e := mustRead(t, "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: web, "+x.metadata+"}\nspec: {"+x.spec+
			"selector: {a: b}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: "+x.image+"}]}}}\n")
		w := &e.Workloads[0]
		if w.Template.Placeholder != x.placeholder || w.Template.Containers[0].Image != x.program || w.Template.Containers[0].Floating != "" {
			t.Errorf("%s%s with image %s: %q, %q", x.metadata, x.spec, x.image, w.Template.Placeholder, w.Template.Containers[0].Image)
		}
	}
}
