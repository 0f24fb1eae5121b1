package manifest

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// nodeImages adds to the values of an EC2NodeClass of Karpenter by what it selects the images
// of its nodes, where all of that is an alias, or all is an id; ids and aliases are told from
// each other by the path.
func nodeImages(doc *document.Document, values map[string]string) {
	var o struct {
		Spec struct {
			Terms []struct {
				Alias string            `json:"alias"`
				ID    string            `json:"id"`
				Name  string            `json:"name"`
				SSM   string            `json:"ssmParameter"`
				Tags  map[string]string `json:"tags"`
			} `json:"amiSelectorTerms"`
		} `json:"spec"`
	}
	if doc.Decode(&o) != nil || len(o.Spec.Terms) == 0 {
		return
	}
	var aliases, ids []string
	for _, t := range o.Spec.Terms {
		if t.Alias != "" {
			aliases = append(aliases, t.Alias)
		}
		if t.ID != "" {
			ids = append(ids, t.ID)
		}
	}
	slices.Sort(aliases)
	slices.Sort(ids)
	switch n := len(o.Spec.Terms); {
	case n == len(aliases):
		values[kubernetes.ImageAlias] = strings.Join(aliases, ", ")
	case n == len(ids):
		values[kubernetes.ImageID] = strings.Join(ids, ", ")
	}
}
