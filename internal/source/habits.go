package source

import (
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// habits says of webhooks what a catalog knows of how they answer.
func habits(e *kubernetes.Estate, c *responsibility.Catalog) {
	for i := range e.Webhooks {
		w := &e.Webhooks[i]
		if known := c.EvictionWebhook(w.Name); known != nil {
			w.Habit = &kubernetes.Habit{Title: known.Title, ByRules: known.ByRules(), Spares: known.Spares, Instead: known.Instead}
		}
	}
}
