package kubernetes

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// Link joins what was read apart: pods to the workloads they belong to,
// autoscalers to what they scale, claims to nodes and to volumes. Objects that
// stand more than once are the last one read. Workloads of which only pods
// were read are inferred from those. Raw stays as it is.
func Link(raw *Raw) *Estate {
	l := linker{raw: raw, Estate: &Estate{
		CustomResources: slices.Clone(raw.CustomResources), Objects: slices.Clone(raw.Objects), Live: raw.Live,
		Contexts: slices.Clone(raw.Contexts), Servers: slices.Clone(raw.Servers),
		Newest: raw.Newest, Unread: slices.Clone(raw.Unread), Hidden: slices.Clone(raw.Hidden), NotJudged: slices.Clone(raw.NotJudged),
		Elsewhere: slices.Clone(raw.Elsewhere), Seen: raw.Seen, Unasked: raw.Unasked,
		Withdrawn: slices.Clone(raw.Withdrawn),
		Glimpses:  raw.Glimpses, Registers: raw.Registers, LeaseRoles: slices.Clone(raw.LeaseRoles), RoleBindings: slices.Clone(raw.RoleBindings),
		StatusRoles: slices.Clone(raw.StatusRoles), PodRoles: slices.Clone(raw.PodRoles), Spreads: slices.Clone(raw.Spreads),
	}}
	if !raw.Live { // what a cluster has it takes, whatever stands beside it
		l.Current = slices.Clone(raw.Current)
	}
	l.plain()
	l.budgets()
	workloads := l.workloads()
	l.fold(workloads)
	l.quotas()
	l.pods()    // after that: they have what the API server added
	l.scalers() // after that: what is inferred from pods may be scaled, too
	l.unplaced()
	l.missed()
	l.uncounted()
	l.priorities()
	l.runtimeClasses()
	l.nodes()
	l.volumes() // after that: a local volume lies on a node
	l.moves()   // after that: by what they mount
	l.rewritten()
	l.calls()
	l.marks()
	return l.Estate
}

// linker makes the estate that it holds.
type linker struct {
	*Estate
	raw *Raw
	// own has the place of each controller among the workloads; above has the
	// controller of those that are not among them.
	own   map[ownerKey]int
	above map[ownerKey]ownerKey
}

// replaced counts what was left of what was read.
func (l *linker) replaced(read, left int) { l.Seen.Replaced += read - left }

// plain takes over what is joined to nothing.
func (l *linker) plain() {
	l.Services = deduplicated(l.raw.Services, func(s *Service) string { return s.Namespace + "/" + s.Name })
	l.Backends = slices.Clone(l.raw.Backends)
	l.Scrapes = slices.Clone(l.raw.Scrapes)
	l.Evictors = slices.Clone(l.raw.Evictors)
	l.Configs = slices.Clone(l.raw.Configs)
	l.Pools = deduplicated(l.raw.Pools, func(p *Pool) string { return p.API + "/" + p.Namespace + "/" + p.Name })
	l.nodeClasses()
	l.forcedUpgrades()
	l.VolumeLimits = deduplicated(l.raw.VolumeLimits, func(v *NodeLimits) string { return v.Node })
	l.Namespaces = deduplicated(l.raw.Namespaces, func(n *Namespace) string { return n.Name })
	l.Webhooks = deduplicated(l.raw.Webhooks, func(w *Webhook) string { return w.In.String() + "/" + w.Name })
	l.replaced(len(l.raw.Services)+len(l.raw.Pools)+len(l.raw.Namespaces)+len(l.raw.VolumeLimits),
		len(l.Services)+len(l.Pools)+len(l.Namespaces)+len(l.VolumeLimits))
	l.topologies() // after that: they are none that were read
	l.instanceGroups()
	l.terraformPools()
}

// budgets leaves out those without a selector where one of the same name has
// one: a patch of kustomize, which would stand in for the whole.
func (l *linker) budgets() {
	whole := map[Ref]bool{}
	for i := range l.raw.Budgets {
		if l.raw.Budgets[i].LabelSelector != nil {
			whole[l.raw.Budgets[i].Ref()] = true
		}
	}
	all := slices.DeleteFunc(slices.Clone(l.raw.Budgets), func(b Budget) bool { return b.LabelSelector == nil && whole[b.Ref()] })
	l.Seen.Unrelated += len(l.raw.Budgets) - len(all)
	differ := conflicts{}
	l.Budgets = deduplicated(all, func(b *Budget) string { return b.Namespace + "/" + b.Name },
		note(differ, func(b *Budget) { b.Position, b.Spec = origin.Position{}, origin.Position{} },
			func(b *Budget) origin.Position { return b.Position }))
	for i, at := range differ {
		l.Budgets[i].ConflictsAt = at
	}
	l.replaced(len(all), len(l.Budgets))
}

// workloads are all controllers that were read, each once and with its
// template.
func (l *linker) workloads() []RawWorkload {
	differ := conflicts{}
	all := deduplicated(l.raw.Workloads, func(w *RawWorkload) string { return unless(w.Generated, w.Group+"/"+w.Ref.String()) },
		note(differ, (*RawWorkload).judged, func(w *RawWorkload) origin.Position { return w.Position }))
	for i, at := range differ {
		all[i].ConflictsAt = at
	}
	l.replaced(len(l.raw.Workloads), len(all))
	lendTemplates(all)
	// As the API server lists them: what is played must not hang on the order in which things were read.
	slices.SortStableFunc(all, func(a, b RawWorkload) int { return a.Compare(b.Ref) })
	return all
}

// judged leaves of a workload what verdicts rest on: not where it stands, what
// it asks of a node, or what its annotations tell to others. What is proved
// holds wherever its pods find a node.
func (w *RawWorkload) judged() {
	w.Position, w.Template.Annotations = origin.Position{}, obeyed(w.Template.Annotations)
	w.Template.Requests, w.Template.Limits, w.Template.Unstated, w.Template.Unlimited = Resources{}, Resources{}, Stated{}, Stated{}
	w.Template.Told = Told{}
	w.Template.Containers, w.Template.ConfigMaps, w.Calls = nil, nil, nil // they decide about fixes and severities, and not about verdicts
	// What comes of these is told of each, and hangs on no other object.
	w.Connections = nil
}

// obeyed are the annotations of pods that autoscalers of nodes go by.
func obeyed(all map[string]string) map[string]string {
	var some map[string]string
	for k, v := range all {
		if responsibility.IsForAutoscalers(k) {
			if some == nil {
				some = map[string]string{}
			}
			some[k] = v
		}
	}
	return some
}

// lendTemplates gives workloads that use the template of another one theirs.
func lendTemplates(all []RawWorkload) {
	if !slices.ContainsFunc(all, func(w RawWorkload) bool { return w.TemplateOf != nil }) {
		return
	}
	byRef := make(map[Ref]int, len(all))
	for i := range all {
		byRef[all[i].Ref] = i
	}
	for i := range all {
		if w := &all[i]; w.TemplateOf != nil {
			if j, ok := byRef[*w.TemplateOf]; ok {
				w.Template, w.Selector = all[j].Template, all[j].Selector
			}
		}
	}
}

func (l *linker) scalers() {
	differ := conflicts{}
	l.Scalers = deduplicated(l.raw.Scalers, func(s *Scaler) string { return s.Ref.String() },
		note(differ, func(s *Scaler) { s.API, s.Position = "", origin.Position{} }, func(s *Scaler) origin.Position { return s.Position }))
	l.replaced(len(l.raw.Scalers), len(l.Scalers))
	byRef := make(map[Ref]int, len(l.Workloads))
	for i := range l.Workloads {
		byRef[l.Workloads[i].Ref] = i
	}
	for i := range l.Scalers {
		s := &l.Scalers[i]
		s.ConflictsAt = differ[i]
		j, ok := byRef[s.Target]
		if !ok || !l.Workloads[j].Scaled { // a Job, say, cannot be scaled, whoever tries
			continue
		}
		// KEDA keeps an autoscaler of its own beside its object, and says more than
		// that. Of several the lowest counts, and of two with one minimum that which
		// also goes to zero.
		w := &l.Workloads[j]
		if w.Scaler != nil && w.Scaler.keda() != s.keda() {
			if s.keda() {
				w.Scaler = s
			}
			continue
		}
		if w.Scaler == nil || s.Min < w.Scaler.Min || s.Min == w.Scaler.Min && s.ToZero {
			w.Scaler = s
		}
	}
}

func (s *Scaler) keda() bool { return s.Kind == "ScaledObject" }

// nodes have the NodeClaims that they were started for.
func (l *linker) nodes() {
	l.Nodes = deduplicated(l.raw.Nodes, func(n *Node) string { return n.Name })
	l.NodeClaims = deduplicated(l.raw.NodeClaims, func(c *NodeClaim) string { return c.Name })
	l.replaced(len(l.raw.Nodes)+len(l.raw.NodeClaims), len(l.Nodes)+len(l.NodeClaims))
	slices.SortFunc(l.Nodes, func(a, b Node) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(l.NodeClaims, func(a, b NodeClaim) int { return cmp.Compare(a.Name, b.Name) })
	byNode := make(map[string]*NodeClaim, len(l.NodeClaims))
	for i := range l.NodeClaims {
		byNode[l.NodeClaims[i].Node] = &l.NodeClaims[i]
	}
	for i := range l.Nodes {
		l.Nodes[i].NodeClaim = byNode[l.Nodes[i].Name]
	}
}

// ownerKey names a controller within its namespace.
type ownerKey struct{ namespace, kind, name string }

// revisions are the kinds that controllers make one of for each revision or
// run, so that the controller is the workload. What an operator owns of other
// kinds is a workload itself.
var revisions = map[string]bool{"ReplicaSet": true, "ReplicationController": true, "Job": true}

// fold makes of controllers the workloads. ReplicaSets of a Deployment and Jobs
// of a CronJob are folded into those.
func (l *linker) fold(all []RawWorkload) {
	l.own = make(map[ownerKey]int, len(all))
	l.above = map[ownerKey]ownerKey{}
	belongs := func(w *RawWorkload) bool { return w.Owner != nil && revisions[w.Kind] }
	n := 0
	for i := range all {
		if !belongs(&all[i]) {
			n++
		}
	}
	l.Workloads = slices.Grow(l.Workloads, n)
	var folded []RawWorkload
	for i := range all {
		w := &all[i]
		key := ownerKey{w.Namespace, w.Kind, w.Name}
		if belongs(w) {
			l.above[key] = ownerKey{w.Namespace, w.Owner.Kind, w.Owner.Name}
			folded = append(folded, *w)
			continue
		}
		l.own[key] = len(l.Workloads)
		w.OwnedBy = w.Owner
		l.Workloads = append(l.Workloads, w.Workload)
	}
	l.standIns(folded)
}

// standIns lets revisions whose controller was not read stand for it, all of
// one controller together: in a rollout they share its replicas.
func (l *linker) standIns(folded []RawWorkload) {
	for _, w := range folded {
		up := ownerKey{w.Namespace, w.Owner.Kind, w.Owner.Name}
		i, read := l.own[up]
		switch {
		case w.Lasting && w.Replicas == 0: // a revision of the past
		case !read:
			group, _, _ := strings.Cut(w.Owner.API, "/")
			w.Kind, w.Name, w.Group, w.Inferred = up.kind, up.name, group, true
			l.own[up] = len(l.Workloads)
			l.Workloads = append(l.Workloads, w.Workload)
		case l.Workloads[i].Inferred && w.Lasting:
			l.Workloads[i].Replicas += w.Replicas
		}
	}
}

// pods finds the workload of each pod through its owners.
func (l *linker) pods() {
	counts := last(l.raw.Pods, func(p *RawPod) string { return unless(p.Generated, p.Namespace+"/"+p.Name) })
	l.replaced(len(l.raw.Pods), len(counts))
	if len(counts) == 0 {
		return
	}
	slices.SortStableFunc(counts, func(i, k int) int {
		a, b := &l.raw.Pods[i], &l.raw.Pods[k]
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	l.Pods = make([]Pod, len(counts))
	for i, k := range counts {
		p := &l.raw.Pods[k]
		l.Pods[i] = p.Pod
		if p.Owner == nil {
			if !p.Finished() { // a finished pod on its own is nobody's
				l.adopt(i, p, ownerKey{p.Namespace, "Pod", p.Name})
			}
			continue
		}
		key := ownerKey{p.Namespace, p.Owner.Kind, p.Owner.Name}
		if up, ok := l.above[key]; ok {
			key = up
		} else if _, read := l.own[key]; !read && key.kind == "ReplicaSet" {
			key = maker(key, p.Labels)
		}
		l.adopt(i, p, key)
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
func (l *linker) adopt(i int, p *RawPod, key ownerKey) {
	j, read := l.own[key]
	if !read {
		j = len(l.Workloads)
		l.own[key] = j
		l.Workloads = append(l.Workloads, p.infer(key, l.raw.RunKinds))
	}
	w := &l.Workloads[j]
	if w.Inferred && w.UID == "" && read {
		w.Template.Labels = common(w.Template.Labels, p.Labels)
	}
	if !p.Template.Requests.Equal(w.Template.Requests) {
		l.Pods[i].Requests = new(p.Template.Requests)
	}
	if own := obeyed(p.Template.Annotations); !maps.Equal(own, obeyed(w.Template.Annotations)) {
		l.Pods[i].Annotated = &own
	}
	l.Pods[i].Workload = j
	if p.Finished() {
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

// Finished reports whether the pod has run to its end, well or not.
func (p *Pod) Finished() bool { return p.Phase == "Succeeded" || p.Phase == "Failed" }

// AnnotationsOf are those of a pod that has a workload which autoscalers of nodes go by: its own,
// where its workload's template has others.
func (e *Estate) AnnotationsOf(p *Pod) map[string]string {
	if p.Annotated != nil {
		return *p.Annotated
	}
	return e.Workloads[p.Workload].Template.Annotations
}

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

// Compare orders references by namespace, kind and name.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(strings.Compare(r.Namespace, o.Namespace), strings.Compare(r.Kind, o.Kind), strings.Compare(r.Name, o.Name))
}
