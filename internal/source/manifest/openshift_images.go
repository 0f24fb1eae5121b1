package manifest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// imageChange is a trigger of a DeploymentConfig by which OpenShift writes the image of some
// of its containers, as an ImageStream has it.
type imageChange struct {
	Type   string `json:"type"`
	Params struct {
		Containers []string `json:"containerNames"`
		From       imageTag `json:"from"`
	} `json:"imageChangeParams"`
}

// imageTag names a tag of an ImageStream.
type imageTag struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// triggers is the annotation by which OpenShift does that for workloads of Kubernetes.
//
// Source: docs.redhat.com/en/documentation/openshift_container_platform, Images, Triggering
// updates on image stream changes.
const triggers = "image.openshift.io/triggers"

// triggerPath is the field that such an annotation has written.
var triggerPath = regexp.MustCompile(`containers\[\?\(@\.name==["']([^"']+)["']\)\]\.image$|containers\[(\d+)\]\.image$`)

// resolved is in place of a digest that is known once an ImageStream has the image.
var resolved = "@sha256:" + strings.Repeat("0", 64)

// withImages puts what a trigger names in place of an image that is written for want of one.
func (o *workloadObject) withImages() {
	all := o.Spec.Template.Spec.Containers
	if !slices.ContainsFunc(o.Spec.Triggers, func(t imageChange) bool { return t.Type == "ImageChange" }) &&
		o.Metadata.Annotations[triggers] == "" {
		return
	}
	from := o.triggered()
	for i := range all {
		tag, named := from[all[i].Name]
		if !named || strings.TrimSpace(all[i].Image) != "" && !toFillIn(all[i].Image) {
			continue
		}
		name, _, _ := strings.Cut(tag, ":")
		all[i].Image = name + resolved
	}
}

// triggered are the containers whose images OpenShift writes, each with the tag of which.
func (o *workloadObject) triggered() map[string]string {
	from := map[string]string{}
	for _, t := range o.Spec.Triggers {
		for _, container := range t.Params.Containers {
			if t.Type == "ImageChange" && t.Params.From.Name != "" {
				from[container] = t.Params.From.Name
			}
		}
	}
	var annotated []struct {
		From imageTag `json:"from"`
		Path string   `json:"fieldPath"`
	}
	if json.Unmarshal([]byte(o.Metadata.Annotations[triggers]), &annotated) != nil {
		return from
	}
	for _, t := range annotated {
		m := triggerPath.FindStringSubmatch(t.Path)
		if m == nil || t.From.Name == "" {
			continue
		}
		name := m[1]
		for i, c := range o.Spec.Template.Spec.Containers {
			if name == "" && m[2] == strconv.Itoa(i) {
				name = c.Name
			}
		}
		from[name] = t.From.Name
	}
	return from
}
