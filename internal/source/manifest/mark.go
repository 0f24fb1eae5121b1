package manifest

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// sourceOf is what objects are added from, and whether any of them may tell onus
// something: most never do, and are not decoded for it.
func sourceOf(data []byte, first int) source {
	return source{data: data, first: first, marked: bytes.Contains(data, []byte(kubernetes.MarkPrefix))}
}

// annotated is by which an object tells onus something: its annotations, and those of
// its pods.
type annotated struct {
	Annotations map[string]jsontext.Value `json:"annotations"`
}

// marks reads what an object tells onus. One that something made in a cluster has
// copies of what stands on that.
func (r *objectReader) marks(doc *document.Document, k *kubernetes.Kind, kind string) {
	if !r.from.marked {
		return
	}
	var o struct {
		Metadata struct {
			annotated
			Name            string `json:"name"`
			GenerateName    string `json:"generateName"`
			Namespace       string `json:"namespace"`
			OwnerReferences []struct {
				Controller bool `json:"controller"`
			} `json:"ownerReferences"`
		} `json:"metadata"`
		Spec struct {
			Template struct {
				Metadata annotated `json:"metadata"`
			} `json:"template"`
			JobTemplate struct {
				Spec struct {
					Template struct {
						Metadata annotated `json:"metadata"`
					} `json:"template"`
				} `json:"spec"`
			} `json:"jobTemplate"`
		} `json:"spec"`
	}
	if err := doc.Decode(&o); err != nil || len(o.Metadata.OwnerReferences) > 0 && o.Metadata.OwnerReferences[0].Controller {
		return
	}
	ref := kubernetes.Ref{Kind: kind, Name: cmp.Or(o.Metadata.Name, o.Metadata.GenerateName)}
	switch {
	case k != nil && k.Set == kubernetes.Pools:
		ref.Kind = "NodePool"
	case k == nil || !k.ClusterWide:
		ref.Namespace = namespaceOf(o.Metadata.Namespace)
	}
	for _, of := range []struct {
		annotated
		at jsontext.Pointer
	}{
		{o.Metadata.annotated, "/metadata/annotations"}, {o.Spec.Template.Metadata, "/spec/template/metadata/annotations"},
		{o.Spec.JobTemplate.Spec.Template.Metadata, "/spec/jobTemplate/spec/template/metadata/annotations"},
	} {
		texts := unquoted(of.Annotations)
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			if name, ours := strings.CutPrefix(key, kubernetes.MarkPrefix); ours {
				at := r.position(doc.Line(of.at.AppendToken(key)))
				r.into.Marks = append(r.into.Marks, kubernetes.Mark{Object: ref, Key: name, Text: texts[key], Position: at, On: r.at(doc)})
			}
		}
	}
}
