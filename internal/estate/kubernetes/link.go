package kubernetes

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// Append adds what another part of the input held.
func (e *Estate) Append(o *Estate) {
	e.Nodes = append(e.Nodes, o.Nodes...)
	e.Pools = append(e.Pools, o.Pools...)
	e.NodeClaims = append(e.NodeClaims, o.NodeClaims...)
	e.Workloads = append(e.Workloads, o.Workloads...)
	e.Pods = append(e.Pods, o.Pods...)
	e.Budgets = append(e.Budgets, o.Budgets...)
	e.Scalers = append(e.Scalers, o.Scalers...)
	e.Services = append(e.Services, o.Services...)
	e.VolumeClaims = append(e.VolumeClaims, o.VolumeClaims...)
	e.Volumes = append(e.Volumes, o.Volumes...)
	e.CustomResources = append(e.CustomResources, o.CustomResources...)
	e.Live = e.Live || o.Live
	if o.Newest.After(e.Newest) {
		e.Newest = o.Newest
	}
	e.Contexts = append(e.Contexts, o.Contexts...)
	e.Unread = append(e.Unread, o.Unread...)
	e.Seen.Clusters += o.Seen.Clusters
	e.Seen.Files += o.Seen.Files
	e.Seen.Objects += o.Seen.Objects
	e.Seen.Skipped += o.Seen.Skipped
	e.Seen.Unrelated += o.Seen.Unrelated
	e.Seen.Replaced += o.Seen.Replaced
	e.Seen.Patched += o.Seen.Patched
}

// Link joins what was read apart, once everything is: pods to the workloads
// they belong to, autoscalers to what they scale, claims to nodes and to
// volumes. Objects that stand more than once are the last one read. Workloads
// of which only pods were read are inferred from those.
func (e *Estate) Link() {
	e.dedupe()
	e.linkTemplates()
	e.linkPods()
	e.linkScalers() // after that: what is inferred from pods may be scaled, too
	e.linkVolumes()
	claims := make(map[string]*NodeClaim, len(e.NodeClaims))
	for i := range e.NodeClaims {
		claims[e.NodeClaims[i].Node] = &e.NodeClaims[i]
	}
	for i := range e.Nodes {
		e.Nodes[i].NodeClaim = claims[e.Nodes[i].Name]
	}
}

func (e *Estate) dedupe() {
	e.dropPatches()
	before := e.objects()
	e.Workloads = last(e.Workloads, func(w *Workload) string { return unless(w.Generated, w.Group+"/"+w.Ref.String()) }, func(before, after *Workload) {
		if w := *before; after.ConflictsAt == nil && !same(w, *after, func(w *Workload) { w.Position, w.ConflictsAt = origin.Position{}, nil }) {
			after.ConflictsAt = &w.Position
		}
	})
	e.Pods = last(e.Pods, func(p *Pod) string { return unless(p.Generated, p.Namespace+"/"+p.Name) })
	e.Budgets = last(e.Budgets, func(b *Budget) string { return b.Namespace + "/" + b.Name }, func(before, after *Budget) {
		if b := *before; after.ConflictsAt == nil && !same(b, *after, func(b *Budget) { b.Position, b.Spec, b.ConflictsAt = origin.Position{}, origin.Position{}, nil }) {
			after.ConflictsAt = &b.Position
		}
	})
	e.Scalers = last(e.Scalers, func(s *Scaler) string { return s.Ref.String() }, func(before, after *Scaler) {
		if s := *before; after.ConflictsAt == nil && !same(s, *after, func(s *Scaler) { s.Position, s.ConflictsAt = origin.Position{}, nil }) {
			after.ConflictsAt = &s.Position
		}
	})
	e.Services = last(e.Services, func(s *Service) string { return s.Namespace + "/" + s.Name })
	e.Nodes = last(e.Nodes, func(n *Node) string { return n.Name })
	e.Pools = last(e.Pools, func(p *Pool) string { return p.API + "/" + p.Namespace + "/" + p.Name })
	e.NodeClaims = last(e.NodeClaims, func(c *NodeClaim) string { return c.Name })
	e.VolumeClaims = last(e.VolumeClaims, func(v *VolumeClaim) string { return v.Namespace + "/" + v.Name })
	e.Volumes = last(e.Volumes, func(d *Volume) string { return d.Name })
	e.Seen.Replaced += before - e.objects()
}

// objects is how many the estate has of what may stand more than once.
func (e *Estate) objects() int {
	return len(e.Workloads) + len(e.Pods) + len(e.Budgets) + len(e.Scalers) + len(e.Services) +
		len(e.Nodes) + len(e.Pools) + len(e.NodeClaims) + len(e.VolumeClaims) + len(e.Volumes)
}

// unless is the key of an object, or none where its name is yet to be made.
func unless(generated bool, key string) string {
	if generated {
		return ""
	}
	return key
}

// dropPatches takes out budgets without a selector where one of the same name
// has one: a patch of kustomize, which would stand in for the whole.
func (e *Estate) dropPatches() {
	whole := map[Ref]bool{}
	for i := range e.Budgets {
		if e.Budgets[i].LabelSelector != nil {
			whole[e.Budgets[i].Ref()] = true
		}
	}
	before := len(e.Budgets)
	e.Budgets = slices.DeleteFunc(e.Budgets, func(b Budget) bool { return b.LabelSelector == nil && whole[b.Ref()] })
	e.Seen.Unrelated += before - len(e.Budgets)
}

// same reports whether two objects agree but for what blank takes out.
func same[T any](a, b T, blank func(*T)) bool {
	blank(&a)
	blank(&b)
	return reflect.DeepEqual(a, b)
}

// last keeps of several with one key the last, in the place of the first.
// What has no name, and so no key that ends in one, is kept as it is. Each
// replaced is called with what goes and what stays.
func last[T any](all []T, key func(*T) string, replaced ...func(before, after *T)) []T {
	at := make(map[string]int, len(all))
	kept := all[:0]
	for i := range all {
		k := key(&all[i])
		if j, ok := at[k]; ok && k != "" && !strings.HasSuffix(k, "/") {
			for _, f := range replaced {
				f(&kept[j], &all[i])
			}
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
		if !ok || !e.Workloads[j].Scaled { // a Job, say, cannot be scaled, whoever tries
			continue
		}
		// KEDA keeps an autoscaler of its own beside its object: the lowest counts,
		// and of two with one minimum that which also goes to zero.
		if w := &e.Workloads[j]; w.Scaler == nil || s.Min < w.Scaler.Min || s.Min == w.Scaler.Min && s.ToZero {
			w.Scaler = s
		}
	}
}

// ownerKey names a controller within its namespace.
type ownerKey struct{ namespace, kind, name string }

// revisions are the kinds that controllers make one of for each revision or
// run, so that the controller is the workload. What an operator owns of other
// kinds is a workload itself.
var revisions = map[string]bool{"ReplicaSet": true, "ReplicationController": true, "Job": true}

// linkPods finds the workload of each pod through its owners. ReplicaSets of
// a Deployment and Jobs of a CronJob are folded into those.
func (e *Estate) linkPods() {
	own := make(map[ownerKey]int, len(e.Workloads))
	above := map[ownerKey]ownerKey{}
	kept := e.Workloads[:0]
	var folded []Workload
	for _, w := range e.Workloads {
		key := ownerKey{w.Namespace, w.Kind, w.Name}
		if w.Owner != nil && revisions[w.Kind] {
			above[key] = ownerKey{w.Namespace, w.Owner.Kind, w.Owner.Name}
			folded = append(folded, w)
			continue
		}
		own[key] = len(kept)
		kept = append(kept, w)
	}
	e.Workloads = slices.Clip(kept)
	e.standIns(folded, own)

	for i := range e.Pods {
		p := &e.Pods[i]
		if p.Owner == nil {
			if !p.finished() { // a finished pod on its own is nobody's
				e.adopt(i, own, ownerKey{p.Namespace, "Pod", p.Name})
			}
			p.Template = nil
			continue
		}
		key := ownerKey{p.Namespace, p.Owner.Kind, p.Owner.Name}
		if up, ok := above[key]; ok {
			key = up
		} else if _, read := own[key]; !read && key.kind == "ReplicaSet" {
			key = maker(key, p.Labels)
		}
		e.adopt(i, own, key)
	}
}

// standIns lets revisions whose controller was not read stand for it, all of
// one controller together: in a rollout they share its replicas.
func (e *Estate) standIns(folded []Workload, own map[ownerKey]int) {
	for _, w := range folded {
		up := ownerKey{w.Namespace, w.Owner.Kind, w.Owner.Name}
		i, read := own[up]
		switch {
		case w.Lasting && w.Replicas == 0: // a revision of the past
		case !read:
			group, _, _ := strings.Cut(w.Owner.API, "/")
			w.Kind, w.Name, w.Group, w.Inferred = up.kind, up.name, group, true
			own[up] = len(e.Workloads)
			e.Workloads = append(e.Workloads, w)
		case e.Workloads[i].Inferred && w.Lasting:
			e.Workloads[i].Replicas += w.Replicas
		}
	}
}

// maker is the controller that gave a ReplicaSet, which was not read, its
// name: its own and the hash that its pods are labelled with.
func maker(set ownerKey, labels map[string]string) ownerKey {
	for kind, label := range map[string]string{"Deployment": "pod-template-hash", "Rollout": "rollouts-pod-template-hash"} {
		if hash := labels[label]; hash != "" {
			if name, ok := strings.CutSuffix(set.name, "-"+hash); ok {
				return ownerKey{set.namespace, kind, name}
			}
		}
	}
	return set
}

// adopt gives pod i to a workload, which is inferred when it was not read.
func (e *Estate) adopt(i int, own map[ownerKey]int, key ownerKey) {
	p := &e.Pods[i]
	j, read := own[key]
	if !read {
		j = len(e.Workloads)
		own[key] = j
		e.Workloads = append(e.Workloads, p.infer(key))
	}
	w := &e.Workloads[j]
	if w.Inferred && w.UID == "" && read {
		w.Template.Labels = common(w.Template.Labels, p.Labels)
	}
	if !p.Template.Requests.Equal(w.Template.Requests) {
		p.Requests = new(p.Template.Requests)
	}
	p.Workload, p.Template = j, nil
	if p.finished() {
		w.Finished = append(w.Finished, i)
		return
	}
	if w.Inferred && w.UID == "" || w.Bare {
		w.Replicas++
	}
	w.Pods = append(w.Pods, i)
}

// Static is the kind that owns static pods: the kubelet of a node runs them,
// and no drain touches them.
const Static = "Node"

func (p *Pod) finished() bool { return p.Phase == "Succeeded" || p.Phase == "Failed" }

// common are the labels that two pods of one workload share.
func common(a, b map[string]string) map[string]string {
	shared := make(map[string]string, len(a))
	for k, v := range a {
		if b[k] == v {
			shared[k] = v
		}
	}
	return shared
}

// linkTemplates gives workloads that use the template of another one theirs.
func (e *Estate) linkTemplates() {
	var byRef map[Ref]int
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if w.TemplateOf == nil {
			continue
		}
		if byRef == nil {
			byRef = make(map[Ref]int, len(e.Workloads))
			for j := range e.Workloads {
				byRef[e.Workloads[j].Ref] = j
			}
		}
		if j, ok := byRef[*w.TemplateOf]; ok {
			w.Template, w.Selector = e.Workloads[j].Template, e.Workloads[j].Selector
		}
	}
}

// Compare orders references by namespace, kind and name.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(strings.Compare(r.Namespace, o.Namespace), strings.Compare(r.Kind, o.Kind), strings.Compare(r.Name, o.Name))
}
