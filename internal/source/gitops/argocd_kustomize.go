package gitops

import (
	"bytes"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"
	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
)

// argoKustomize is what an Application changes of a kustomization.
//
// Source: argo-cd.readthedocs.io/en/stable/user-guide/kustomize.
type argoKustomize struct {
	NamePrefix            string                 `json:"namePrefix"`
	NameSuffix            string                 `json:"nameSuffix"`
	Namespace             string                 `json:"namespace"`
	Patches               []kustomizetypes.Patch `json:"patches"`
	Components            []string               `json:"components"`
	Images                []string               `json:"images"`
	CommonLabels          map[string]string      `json:"commonLabels"`
	LabelWithoutSelector  bool                   `json:"labelWithoutSelector"`
	LabelIncludeTemplates bool                   `json:"labelIncludeTemplates"`
	CommonAnnotations     map[string]string      `json:"commonAnnotations"`
	Replicas              []struct {
		Name  string             `json:"name"`
		Count intstr.IntOrString `json:"count"`
	} `json:"replicas"`
}

// over are these changes as a kustomization over what was built, but for components.
func (a *argoKustomize) over(built []unit.Document) kustomizetypes.Kustomization {
	var k kustomizetypes.Kustomization
	k.Namespace, k.NamePrefix, k.NameSuffix, k.Patches = a.Namespace, a.NamePrefix, a.NameSuffix, a.Patches
	k.CommonAnnotations = a.CommonAnnotations
	if len(a.CommonLabels) > 0 {
		k.Labels = []kustomizetypes.Label{{
			Pairs: a.CommonLabels, IncludeSelectors: !a.LabelWithoutSelector, IncludeTemplates: a.LabelWithoutSelector && a.LabelIncludeTemplates,
		}}
	}
	for _, image := range a.Images {
		k.Images = append(k.Images, imageOf(image))
	}
	for _, r := range a.Replicas {
		k.Replicas = append(k.Replicas, kustomizetypes.Replica{Name: builtAs(r.Name, built), Count: int64(r.Count.IntValue())})
	}
	return k
}

// imageOf is an image as an Application writes it, as kustomize edit set image does:
// NAME=NEWNAME:TAG, where either side of the = may be left out, and @DIGEST for a tag.
func imageOf(written string) kustomizetypes.Image {
	name, to, renamed := strings.Cut(written, "=")
	if !renamed {
		to = name
	}
	var is kustomizetypes.Image
	to, is.Digest, _ = strings.Cut(to, "@")
	if i := strings.LastIndexByte(to, ':'); i > strings.LastIndexByte(to, '/') {
		to, is.NewTag = to[:i], to[i+1:]
	}
	is.Name = to
	if renamed {
		is.Name, is.NewName = name, to
	}
	return is
}

// builtAs is the name that an object has in what was built: the kustomization may put
// something before or behind the one that it goes by.
func builtAs(name string, built []unit.Document) string {
	found, times := name, 0
	for _, d := range built {
		var o struct {
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
			Spec struct {
				Template *struct{} `json:"template"`
			} `json:"spec"`
		}
		if !bytes.Contains(d.Bytes, []byte(name)) || yaml.Unmarshal(d.Bytes, &o) != nil || o.Spec.Template == nil {
			continue
		}
		switch is := o.Metadata.Name; {
		case is == name:
			return name
		case strings.HasSuffix(is, "-"+name), strings.HasPrefix(is, name+"-"):
			found, times = is, times+1
		}
	}
	if times > 1 {
		return name
	}
	return found
}
