package estate

import (
	"cmp"
	"slices"
	"strings"
)

// Append adds what another part of the input held.
func (e *Estate) Append(o *Estate) {
	e.Nodes = append(e.Nodes, o.Nodes...)
	e.Pools = append(e.Pools, o.Pools...)
	e.Claims = append(e.Claims, o.Claims...)
	e.Workloads = append(e.Workloads, o.Workloads...)
	e.Pods = append(e.Pods, o.Pods...)
	e.Budgets = append(e.Budgets, o.Budgets...)
	e.Scalers = append(e.Scalers, o.Scalers...)
	e.Services = append(e.Services, o.Services...)
	e.Customs = append(e.Customs, o.Customs...)
	e.Live = e.Live || o.Live
	e.Seen.Files += o.Seen.Files
	e.Seen.Objects += o.Seen.Objects
	e.Seen.Skipped += o.Seen.Skipped
	e.Seen.Unrelated += o.Seen.Unrelated
	e.Seen.Replaced += o.Seen.Replaced
}

// Link joins what was read apart, once everything is: pods to the workloads
// they belong to, autoscalers to what they scale, claims to nodes. Objects
// that stand more than once are the last one read. Workloads of which only
// pods were read are inferred from those.
func (e *Estate) Link() {
	e.dedupe()
	e.linkScalers() // before ReplicaSets go: something may scale one
	e.linkPods()
	claims := make(map[string]*Claim, len(e.Claims))
	for i := range e.Claims {
		claims[e.Claims[i].Node] = &e.Claims[i]
	}
	for i := range e.Nodes {
		e.Nodes[i].Claim = claims[e.Nodes[i].Name]
	}
}

func (e *Estate) dedupe() {
	before := len(e.Workloads) + len(e.Pods) + len(e.Budgets) + len(e.Scalers) + len(e.Services) + len(e.Nodes) + len(e.Pools) + len(e.Claims)
	e.Workloads = last(e.Workloads, func(w *Workload) string { return w.Group + "/" + w.Ref.String() })
	e.Pods = last(e.Pods, func(p *Pod) string { return p.Namespace + "/" + p.Name })
	e.Budgets = last(e.Budgets, func(b *Budget) string { return b.Namespace + "/" + b.Name })
	e.Scalers = last(e.Scalers, func(s *Scaler) string { return s.Ref.String() })
	e.Services = last(e.Services, func(s *Service) string { return s.Namespace + "/" + s.Name })
	e.Nodes = last(e.Nodes, func(n *Node) string { return n.Name })
	e.Pools = last(e.Pools, func(p *Pool) string { return p.API + "/" + p.Namespace + "/" + p.Name })
	e.Claims = last(e.Claims, func(c *Claim) string { return c.Name })
	after := len(e.Workloads) + len(e.Pods) + len(e.Budgets) + len(e.Scalers) + len(e.Services) + len(e.Nodes) + len(e.Pools) + len(e.Claims)
	e.Seen.Replaced += before - after
}

// last keeps of several with one key the last, in the place of the first.
// What has no name, and so no key that ends in one, is kept as it is.
func last[T any](all []T, key func(*T) string) []T {
	at := make(map[string]int, len(all))
	kept := all[:0]
	for i := range all {
		k := key(&all[i])
		if j, ok := at[k]; ok && !strings.HasSuffix(k, "/") {
			kept[j] = all[i]
			continue
		}
		at[k] = len(kept)
		kept = append(kept, all[i])
	}
	return kept
}

func (e *Estate) linkScalers() {
	byRef := make(map[Ref]int, len(e.Workloads))
	for i := range e.Workloads {
		byRef[e.Workloads[i].Ref] = i
	}
	for i := range e.Scalers {
		s := &e.Scalers[i]
		j, ok := byRef[s.Target]
		if !ok {
			continue
		}
		// KEDA keeps an autoscaler of its own beside its object: the lowest counts.
		if w := &e.Workloads[j]; w.Scaler == nil || s.Min < w.Scaler.Min {
			w.Scaler = s
		}
	}
}

// ownerKey names a controller within its namespace.
type ownerKey struct{ namespace, kind, name string }

// linkPods finds the workload of each pod through its owners. ReplicaSets of
// a Deployment and Jobs of a CronJob are folded into those.
func (e *Estate) linkPods() {
	own := make(map[ownerKey]int, len(e.Workloads))
	above := map[ownerKey]ownerKey{}
	kept := e.Workloads[:0]
	var folded []Workload
	for _, w := range e.Workloads {
		key := ownerKey{w.Namespace, w.Kind, w.Name}
		if w.Owner != nil {
			above[key] = ownerKey{w.Namespace, w.Owner.Kind, w.Owner.Name}
			folded = append(folded, w)
			continue
		}
		own[key] = len(kept)
		kept = append(kept, w)
	}
	e.Workloads = slices.Clip(kept)
	// A ReplicaSet whose Deployment was not read stands for it.
	for _, w := range folded {
		if up := above[ownerKey{w.Namespace, w.Kind, w.Name}]; w.Replicas > 0 {
			if _, read := own[up]; !read && w.Lasting {
				w.Kind, w.Name, w.Inferred = up.kind, up.name, true
				own[up] = len(e.Workloads)
				e.Workloads = append(e.Workloads, w)
			}
		}
	}

	for i := range e.Pods {
		p := &e.Pods[i]
		if p.Phase == "Succeeded" || p.Phase == "Failed" {
			p.Template = nil
			continue
		}
		if p.Owner == nil {
			e.adopt(i, own, ownerKey{p.Namespace, "Pod", p.Name})
			continue
		}
		if p.Owner.Kind == "Node" { // a static pod: no drain touches it
			p.Template = nil
			continue
		}
		key := ownerKey{p.Namespace, p.Owner.Kind, p.Owner.Name}
		if up, ok := above[key]; ok {
			key = up
		} else if hash := p.Labels["pod-template-hash"]; hash != "" && key.kind == "ReplicaSet" {
			if _, read := own[key]; !read {
				if name, ok := strings.CutSuffix(key.name, "-"+hash); ok {
					key = ownerKey{p.Namespace, "Deployment", name}
				}
			}
		}
		e.adopt(i, own, key)
	}
}

// adopt gives pod i to a workload, which is inferred when it was not read.
func (e *Estate) adopt(i int, own map[ownerKey]int, key ownerKey) {
	p := &e.Pods[i]
	j, read := own[key]
	if !read {
		j = len(e.Workloads)
		own[key] = j
		e.Workloads = append(e.Workloads, Workload{
			Ref: Ref{Namespace: p.Namespace, Kind: key.kind, Name: key.name},
			// Controllers that are not known here are custom resources; those that
			// make pods which last have a scale as a rule.
			Scaled: key.kind != "DaemonSet" && key.kind != "Job" && key.kind != "Pod", Evictable: key.kind != "DaemonSet", Lasting: key.kind != "Job",
			Bare: p.Owner == nil, Inferred: p.Owner != nil, Template: *p.Template, Position: p.Position,
		})
	}
	w := &e.Workloads[j]
	if w.Inferred && w.UID == "" || w.Bare {
		w.Replicas++
	}
	w.Pods = append(w.Pods, i)
	p.Workload, p.Template = j, nil
}

// Compare orders references by namespace, kind and name.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(strings.Compare(r.Namespace, o.Namespace), strings.Compare(r.Kind, o.Kind), strings.Compare(r.Name, o.Name))
}
