package kubernetes

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	coordinationv1 "k8s.io/api/coordination/v1"
)

// plansNote is the annotation of the lease in which plans are that were carried out under it, with
// the number of who did last: one that comes with a journal that knows nothing of it was begun
// elsewhere.
const plansNote = "onus.dev/plans"

// mostPlanned is how many plans are kept, the last ones.
const mostPlanned = 64

func plansOf(is *coordinationv1.Lease) map[string]int64 {
	all := map[string]int64{}
	if err := json.Unmarshal([]byte(is.Annotations[plansNote]), &all); err != nil {
		return map[string]int64{} // there is none, or somebody wrote it by hand
	}
	return all
}

// Before is the number of who carried this plan out last; 0 where nobody is known to have.
func (l *Lease) Before() int64 { return l.before }

// Note notes on the lease that the plan is carried out under its number. It is called once the
// journal has that number.
func (l *Lease) Note(ctx context.Context) error {
	if l.Plan == "" {
		return nil
	}
	if err := l.Hold(ctx); err != nil {
		return err
	}
	is, err := l.get(ctx)
	if err != nil {
		return err
	}
	all := plansOf(is)
	all[l.Plan] = l.fence
	last := slices.SortedFunc(maps.Keys(all), func(a, b string) int { return cmp.Compare(all[b], all[a]) })
	for _, id := range last[min(mostPlanned, len(last)):] {
		delete(all, id)
	}
	data, err := json.Marshal(all, json.Deterministic(true))
	if err != nil {
		return err
	}
	if is.Annotations == nil {
		is.Annotations = map[string]string{}
	}
	is.Annotations[plansNote] = string(data)
	return l.renew(ctx, is, l.Clock.Now())
}
