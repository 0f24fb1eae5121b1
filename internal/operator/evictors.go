package operator

import (
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// evictors are what evicts pods by rules of its own, by the custom resources that were read: of
// a cluster, too.
func (m *maker) evictors() {
	m.raw.Evictors = nil
	takers := responsibility.Takers()
	for _, r := range m.raw.CustomResources {
		o, ok := parsed(r)
		if !ok {
			continue
		}
		for i := range takers {
			if t := &takers[i]; t.Evicts && t.Custom == r.API && all(t.When, o.holds) {
				m.evictor(o, t)
			}
		}
	}
}

func (m *maker) evictor(o object, t *responsibility.Taker) {
	e := kubernetes.Evictor{By: called(o.resource), Says: t.Says, Asks: t.Asks, Least: o.count(t.AtLeast), Past: t.Past}
	if t.Of != "" {
		e.Of = kubernetes.Ref{Namespace: o.resource.Namespace, Kind: o.text(t.Of + "/kind"), Name: o.text(t.Of + "/name")}
		if e.Of.Kind == "" || e.Of.Name == "" {
			return
		}
	}
	m.raw.Evictors = append(m.raw.Evictors, e)
}
