package kubernetes

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/origin"
)

// Spread says that pods of several clusters answer requests for the same: by a Service of
// these clusters, which selects pods or is one of this cluster by its name, or because what
// they belong to is made in each of them.
type Spread struct {
	By       Ref
	Clusters int             // how many; 0 where that is not said
	Export   bool            // it only offers the Service of its cluster to others
	Pods     labels.Selector // in the namespace of By; nil for none
	Service  string          // in the namespace of By; empty for none
	Of       []SpreadOf
	// Inside says that who calls its Service within the cluster reaches those of others, too.
	Inside   bool
	Position origin.Position
}

// SpreadOf are the objects that are made in each cluster; what is empty holds for all.
type SpreadOf struct {
	API, Namespace, Name string // the API as GROUP/KIND
	Labels               labels.Selector
}
