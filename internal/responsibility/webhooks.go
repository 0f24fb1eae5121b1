package responsibility

import (
	"slices"

	"github.com/onus-project/onus/internal/document"
)

// webhooks is the form of webhooks.yaml.
type webhooks struct {
	Evictions []EvictionWebhook `json:"evictions,omitempty"`

	name string // of the last file, for errors
	doc  *document.Document
}

// EvictionWebhook is what is known of a webhook that is asked before pods are evicted or
// deleted.
type EvictionWebhook struct {
	Names []string `json:"names"`
	Title string   `json:"title"`
	// Of are the labels of pods that it may refuse; none for all.
	Of map[string]string `json:"of,omitempty"`
	// Refuses is design, or rules: those that somebody gives it.
	Refuses string   `json:"refuses"`
	Instead string   `json:"instead,omitempty"` // what then happens to the pod
	From    []string `json:"from"`
}

// ByRules says that it refuses what rules in the cluster say, and nothing else.
func (w *EvictionWebhook) ByRules() bool { return w.Refuses == "rules" }

// Spares reports whether it lets pods with some labels go.
func (w *EvictionWebhook) Spares(pod map[string]string) bool {
	for key, value := range w.Of {
		if pod[key] != value {
			return true
		}
	}
	return false
}

// add lays a file over what is known: what it says of a name comes first.
func (x *webhooks) add(f *file[webhooks]) {
	x.name, x.doc = f.name, f.doc
	x.Evictions = append(slices.Clone(f.value.Evictions), x.Evictions...)
}

// check is the fault of a webhook that cites no source there is.
func (x *webhooks) check(c *Catalog) error {
	for _, w := range x.Evictions {
		if err := c.uncited(x.name, x.doc, w.Names[0], w.From); err != nil {
			return err
		}
	}
	return nil
}

// EvictionWebhook is what is known of a webhook by its name; nil where nothing is.
func (c *Catalog) EvictionWebhook(name string) *EvictionWebhook {
	for i := range c.webhooks.Evictions {
		w := &c.webhooks.Evictions[i]
		if slices.ContainsFunc(w.Names, func(pattern string) bool { return called(name, pattern) }) {
			return w
		}
	}
	return nil
}

// EvictionWebhooks are the webhooks of which something is known, each with its sources.
func (c *Catalog) EvictionWebhooks() map[string][]string {
	all := map[string][]string{}
	for _, w := range c.webhooks.Evictions {
		for _, name := range w.Names {
			all[name] = w.From
		}
	}
	return all
}
