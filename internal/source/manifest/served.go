package manifest

import (
	"fmt"
	"sync"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// served fails for an object that is written in a version which no API server
// takes: it cannot be applied, and so nothing of it runs. What a cluster holds it
// did take.
func (r *objectReader) served(doc *document.Document, api, kind string) error {
	old := responsibility.Removed(api, kind)
	if old == nil || !old.Read {
		return nil
	}
	var o struct {
		Metadata struct {
			UID string `json:"uid"`
		} `json:"metadata"`
	}
	if err := doc.Decode(&o); err != nil || o.Metadata.UID != "" {
		return nil
	}
	r.into.Withdrawn = append(r.into.Withdrawn, kubernetes.Withdrawn{API: api, Kind: kind, Since: old.Since, Position: r.at(doc)})
	e := r.fault(doc, "/apiVersion", fmt.Sprintf(
		"is %s, in which no API server takes the kind %s since Kubernetes %s: it cannot be applied", api, kind, old.Since))
	e.Hint = "write it in " + old.Write
	return e
}

// oldBudgets is the version of budgets that went.
const oldBudgets = "policy/v1beta1"

// removedAt are the minor versions of Kubernetes 1 that took away the version of budgets,
// and before that the most others.
var removedAt = sync.OnceValue(func() (at struct{ budgets, most int }) {
	at.budgets = responsibility.Removed(oldBudgets, "PodDisruptionBudget").Minor()
	at.most = responsibility.MostRemoved(at.budgets)
	return at
})

// dates keeps what an object tells of how old the clusters are that take it: it is in a
// version that was gone before that of budgets was, or in one that took the place of such a
// version, or of one that went with that of budgets or later.
func (r *objectReader) dates(doc *document.Document, api, kind string) {
	if old := responsibility.Removed(api, kind); old != nil && old.Minor() <= removedAt().most {
		r.into.Ages.Old = append(r.into.Ages.Old, kubernetes.Withdrawn{API: api, Kind: kind, Since: old.Since, Position: r.at(doc)})
	}
	now := responsibility.Replaces(api, kind)
	if now != nil {
		r.into.Current = append(r.into.Current, kubernetes.Current{Minor: now.Minor(), Position: r.at(doc)})
	}
	switch {
	case now == nil:
	case now.Minor() < removedAt().budgets:
		if r.into.Ages.Now == nil {
			r.into.Ages.Now = map[string]int{}
		}
		r.into.Ages.Now[kind]++
	default:
		r.into.Ages.New = append(r.into.Ages.New, r.at(doc))
	}
}
