package simulate_test

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// Whether nodes go whose pods a webhook may refuse to let go is open, though each run
// has them gone; a note names the webhook.
func TestWebhooksThatMayRefuse(t *testing.T) {
	habit := func(byRules bool, of string) *kubernetes.Habit {
		spares := func(pod map[string]string) bool { return of != "" && pod["app"] != of }
		return &kubernetes.Habit{Title: "The Mover", ByRules: byRules, Instead: "it moves them itself", Spares: spares}
	}
	for name, test := range map[string]struct {
		gate  func(w *kubernetes.Webhook)
		grace time.Duration
		open  bool
		note  string
	}{
		"asked about evictions, and Ignore": {func(w *kubernetes.Webhook) { w.Optional, w.Evicts = true, true }, 0, true,
			"may refuse to let pods of api and gate go: it is played as if it let them"},
		"asked about evictions, and Fail":    {func(w *kubernetes.Webhook) { w.Evicts = true }, 0, true, "may refuse"},
		"asked about deletions":              {func(w *kubernetes.Webhook) { w.Optional, w.Deletes = true, true }, 0, true, "may refuse"},
		"asked about what is made alone":     {func(w *kubernetes.Webhook) { w.Creates = true }, 0, false, ""},
		"asked, but a deadline forces nodes": {func(w *kubernetes.Webhook) { w.Optional, w.Evicts = true, true }, time.Hour, false, "may refuse"},
		"with conditions": {func(w *kubernetes.Webhook) { w.Optional, w.Evicts, w.Conditional = true, true, true }, 0, true,
			"may refuse"},
		"in other namespaces": {func(w *kubernetes.Webhook) {
			w.Optional, w.Evicts, w.Namespaces = true, true, notIn("kubernetes.io/metadata.name", "default")
		}, 0, false, ""},
		"an eviction has no labels": {func(w *kubernetes.Webhook) {
			w.Optional, w.Evicts, w.Objects = true, true, labels.SelectorFromSet(labels.Set{"app": "api"})
		}, 0, false, ""},
		"a pod that is deleted has": {func(w *kubernetes.Webhook) {
			w.Optional, w.Deletes, w.Objects = true, true, labels.SelectorFromSet(labels.Set{"app": "api"})
		}, 0, true, "may refuse to let pods of api go"},
		"known to refuse these": {func(w *kubernetes.Webhook) { w.Optional, w.Evicts, w.Habit = true, true, habit(false, "api") }, 0, true,
			"refuses to let pods of api go, as The Mover means to: it moves them itself, which is not played"},
		"known to refuse others": {func(w *kubernetes.Webhook) { w.Optional, w.Evicts, w.Habit = true, true, habit(false, "kafka") }, 0, false,
			""},
		"known to go by rules": {func(w *kubernetes.Webhook) { w.Optional, w.Evicts, w.Habit = true, true, habit(true, "") }, 0, false,
			"answers by rules of The Mover that were not read"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
			c.Pools[0].Grace = test.grace
			c.runs("Deployment", "api", 0, 1, 2)
			c.pdb("api", "max", "1")
			c.runs("Deployment", "gate", 0, 1)
			h := c.gate("gate")
			h.Creates = false
			test.gate(h)
			s := drift(24 * time.Hour)
			s.Triggers = []simulate.Trigger{{Kind: contract.Drift, Pool: c.Pools[0].Name}}
			k := knowledge(t)
			w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
			if err != nil {
				t.Fatal(err)
			}
			m, err := w.Model(&s)
			if err != nil {
				t.Fatal(err)
			}
			f := bound.Finishes(m, 0)[0]
			if open := len(f.RefusedBy) > 0; open != test.open || open && (f.AtWorst != 3 || !strings.Contains(f.RefusedBy[0], "gate.example.io")) {
				t.Errorf("%+v", f)
			}
			sim := c.tell(t, "karpenter", s)
			every(t, sim, name, func(r *simulate.Run) bool { return r.Gone == 3 && r.Refused == 0 || r.Unreplaced == 0 })
			said := strings.Join(sim.Notes, "; ")
			if !strings.Contains(said, test.note) || test.note == "" && strings.Contains(said, "webhook") {
				t.Errorf("%q, want %q", said, test.note)
			}
		})
	}
}
