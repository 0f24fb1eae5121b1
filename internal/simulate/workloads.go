package simulate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

type labelSet = labels.Set

// findWorkloads takes the workloads, each with the class of its template.
func (b *builder) findWorkloads() {
	b.workloadOf = make([]int32, len(b.estate.Workloads))
	for i := range b.estate.Workloads {
		w := &b.estate.Workloads[i]
		b.workloadOf[i] = -1
		l := workload{
			Ref: w.Ref, kind: kindOf(w), replicas: b.replicas(w), parallel: w.Rollout.Parallel, rollout: w.Rollout,
			autoscaled: w.Scaler != nil, readyAfter: w.Template.ReadyAfter,
		}
		if l.replicas == 0 && len(w.Pods) == 0 {
			continue
		}
		l.watched = w.Evictable && w.Lasting && !w.Transient && l.replicas > 0
		b.workloadOf[i] = int32(len(b.workloads))
		b.workloads = append(b.workloads, l)
		b.workloads[b.workloadOf[i]].class = b.classFor(i, b.pdbsOver(w.Namespace, w.Template.Labels), nil)
		b.byOrdinal(i)
		b.bindVolumes(i)
	}
}

// The labels that a StatefulSet's controller puts on each of its pods.
const (
	podIndex = "apps.kubernetes.io/pod-index"
	podName  = "statefulset.kubernetes.io/pod-name"
)

// byOrdinal finds the classes of a StatefulSet's pods by their numbers, where
// some budget selects by that.
func (b *builder) byOrdinal(workload int) {
	w := &b.estate.Workloads[workload]
	l := &b.workloads[b.workloadOf[workload]]
	if l.kind != ordered || !b.numbered[w.Namespace] {
		return
	}
	own := maps.Clone(w.Template.Labels)
	if own == nil {
		own = map[string]string{}
	}
	for o := range l.replicas {
		own[podIndex], own[podName] = strconv.Itoa(o), fmt.Sprintf("%s-%d", w.Name, o)
		l.byOrdinal = append(l.byOrdinal, b.classFor(workload, b.pdbsOver(w.Namespace, own), nil))
		l = &b.workloads[b.workloadOf[workload]]
	}
}

// classOf is the class of a pod that is made anew.
func (l *workload) classOf(ordinal int32) int32 {
	if ordinal >= 0 && int(ordinal) < len(l.byOrdinal) {
		return l.byOrdinal[ordinal]
	}
	return l.class
}

func kindOf(w *kubernetes.Workload) kind {
	switch {
	case w.Kind == kubernetes.Static:
		return static
	case w.Kind == "DaemonSet":
		return daemon
	case w.Bare:
		return bare
	case w.Kind == "StatefulSet":
		return ordered
	case w.Kind == "Job" || w.Kind == "CronJob":
		return job
	}
	return replicated
}

// replicas is how many pods a workload wants: in a cluster what it has been
// scaled to, in manifests the fewest it may be.
func (b *builder) replicas(w *kubernetes.Workload) int {
	switch {
	case w.Kind == "DaemonSet" || w.Kind == kubernetes.Static || w.Bare:
		return len(w.Pods)
	case w.Kind == "CronJob":
		return len(w.Pods)
	case b.estate.Live:
		return w.Replicas
	}
	return w.AtLeast()
}

// classFor is the class of a workload's pods that some budgets select, and that
// ask for something else than their template where requests says so.
func (b *builder) classFor(workload int, over []int32, requests *kubernetes.Resources) int32 {
	w := &b.estate.Workloads[workload]
	t := &w.Template
	asks := b.amountOf(t.Requests, true)
	if requests != nil {
		asks = b.amountOf(*requests, true)
	}
	key := classKey{workload, fmt.Sprint(over), asks}
	if c, ok := b.classOf[key]; ok {
		return c
	}
	l := b.workloadOf[workload]
	c := class{
		workload: l, asks: asks, limits: amount{cpu: t.Limits.CPU, memory: t.Limits.Memory}, tie: b.shared(w), grace: t.Grace, preempts: t.Preempts,
		priority: b.priority(w), mounts: len(t.VolumeClaims)+len(w.VolumeClaimTemplates) > 0,
		drain: disruption.DrainPod{
			Grace: t.Grace, DaemonSet: b.workloads[l].kind == daemon, Static: b.workloads[l].kind == static, Bare: w.Bare,
			Critical: strings.HasPrefix(t.PriorityClass, "system-"), EmptyDir: t.EmptyDir,
			DoNotDisrupt: t.Annotations[karpenterDoNotDisrupt],
		},
	}
	if c.asks[slots] == 0 {
		c.asks[slots] = 1
	}
	for _, tol := range t.Tolerations {
		c.drain.Tolerations = append(c.drain.Tolerations, disruption.Toleration(tol))
	}
	c.toleratesDrain = c.drain.ToleratesDrainTaint()
	if c.grace == 0 {
		c.grace = defaultGrace
		c.drain.Grace = c.grace
	}
	c.constraint = b.constraint(t)
	b.constrain(&c, w)
	for _, g := range over {
		c.pdbs = append(c.pdbs, pdbGroup{g, b.pdbGroupOf(g, l, w)})
		c.blocked = c.blocked || b.pdbs[g].fully
	}
	id := int32(len(b.classes))
	b.classes = append(b.classes, c)
	b.classOf[key] = id
	return id
}

type classKey struct {
	workload int
	over     string
	asks     amount
}

// pdbGroupOf is the group of a workload's pods under a budget.
func (b *builder) pdbGroupOf(g, l int32, w *kubernetes.Workload) int32 {
	at := &b.pdbs[g]
	if i := slices.Index(at.workloads, l); i >= 0 {
		return int32(i)
	}
	at.workloads = append(at.workloads, l)
	at.groups = append(at.groups, disruption.Group{Scale: b.workloads[l].replicas, Scaled: w.Scaled, Bare: w.Bare})
	b.workloads[l].pdbs = append(b.workloads[l].pdbs, g)
	return int32(len(at.workloads) - 1)
}

// priority is that of the workload's pods; of a class that is not known it is 0.
func (b *builder) priority(w *kubernetes.Workload) int32 {
	switch p := w.Template.Priority; {
	case p != nil:
		return *p
	case len(w.Pods) > 0:
		return b.estate.Pods[w.Pods[0]].Priority
	}
	return 0
}

// constraint is what a template asks of the labels and taints of a node.
type constraint struct {
	selector map[string]string
	terms    [][]labels.Requirement // any of them; nil for none asked
	names    [][]string             // by term: node names, where it asks for those
	tolerate []corev1.Toleration
}

func (b *builder) constraint(t *kubernetes.PodTemplate) int32 {
	var c constraint
	c.selector = t.NodeSelector
	if a := t.Affinity; a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		for _, term := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
			all, names, ok := requirements(term)
			if ok {
				c.terms, c.names = append(c.terms, all), append(c.names, names)
			}
		}
		if c.terms == nil {
			c.terms = [][]labels.Requirement{} // asked, and nothing satisfies it
		}
	}
	for _, tol := range t.Tolerations {
		c.tolerate = append(c.tolerate, corev1.Toleration{
			Key: tol.Key, Operator: corev1.TolerationOperator(tol.Operator), Value: tol.Value, Effect: corev1.TaintEffect(tol.Effect),
		})
	}
	b.asks(&c)
	key := fmt.Sprint(c.selector, c.terms, c.names, c.tolerate)
	id, ok := b.constraints[key]
	if !ok {
		id = int32(len(b.asked))
		b.constraints[key] = id
		b.asked = append(b.asked, c)
	}
	return id
}

// asks notes the labels that a constraint asks about.
func (b *builder) asks(c *constraint) {
	for k := range c.selector {
		b.relevant[k] = true
	}
	for _, term := range c.terms {
		for _, r := range term {
			b.relevant[r.Key()] = true
		}
	}
	b.byName = b.byName || slices.ContainsFunc(c.names, func(names []string) bool { return len(names) > 0 })
}

// requirements are a term's expressions. A term without any matches nothing,
// as one does that cannot be parsed.
func requirements(term corev1.NodeSelectorTerm) (all []labels.Requirement, names []string, ok bool) {
	operators := map[corev1.NodeSelectorOperator]selection.Operator{
		corev1.NodeSelectorOpIn: selection.In, corev1.NodeSelectorOpNotIn: selection.NotIn, corev1.NodeSelectorOpExists: selection.Exists,
		corev1.NodeSelectorOpDoesNotExist: selection.DoesNotExist,
		corev1.NodeSelectorOpGt:           selection.GreaterThan, corev1.NodeSelectorOpLt: selection.LessThan,
	}
	for _, x := range term.MatchExpressions {
		r, err := labels.NewRequirement(x.Key, operators[x.Operator], x.Values)
		if err != nil {
			return nil, nil, false
		}
		all = append(all, *r)
	}
	for _, x := range term.MatchFields {
		if x.Key != "metadata.name" || x.Operator != corev1.NodeSelectorOpIn {
			return nil, nil, false
		}
		names = append(names, x.Values...)
	}
	return all, names, len(all)+len(names) > 0
}

// admits reports whether nodes of a shape satisfy the constraint.
func (c *constraint) admits(s *shape) bool { return c.attracts(s) && tolerates(c.tolerate, s.taints) }

// attracts reports whether they do apart from their taints.
func (c *constraint) attracts(s *shape) bool {
	for k, v := range c.selector {
		if s.labels[k] != v {
			return false
		}
	}
	if c.terms != nil {
		any := false
		for i, term := range c.terms {
			ok := len(c.names[i]) == 0 || slices.Contains(c.names[i], s.labels[nodeName])
			for _, r := range term {
				ok = ok && r.Matches(labels.Set(s.labels))
			}
			any = any || ok
		}
		return any
	}
	return true
}

// tolerates reports whether pods may be put on a node with some taints.
func tolerates(tolerations []corev1.Toleration, taints []kubernetes.Taint) bool {
	for _, t := range taints {
		if t.Effect == string(corev1.TaintEffectPreferNoSchedule) {
			continue
		}
		if !slices.ContainsFunc(tolerations, func(x corev1.Toleration) bool {
			return (x.Effect == "" || string(x.Effect) == t.Effect) && (x.Key == "" || x.Key == t.Key) &&
				(x.Operator == corev1.TolerationOpExists || (x.Operator == "" || x.Operator == corev1.TolerationOpEqual) && x.Value == t.Value)
		}) {
			return false
		}
	}
	return true
}

// group is a set of workloads whose pods are counted by node or zone.
type group struct {
	key     int32
	spreads bool // the least of its domains is asked for
	// Of a spread: constraint and the policies decide which nodes count as
	// domains, and minDomains how many there have to be.
	constraint                   int32
	ignoresAffinity, honorsTaint bool
	minDomains                   int32
	keys                         []int32 // all that its pods spread over: a node without one of them does not count
	counts                       []bool  // by shape: whether its nodes do
}

// scope is which workloads' pods a term of a template means: in some namespaces by
// name, and in those that a selector takes. Where it is not known whether it takes
// one, unread decides: it then means what keeps nobody from a node.
//
// Source: getNamespacesFromPodAffinityTerm and AffinityTerm.Matches in
// pkg/scheduler/framework/types.go of Kubernetes 1.36.
type scope struct {
	namespaces []string
	among      labels.Selector // of namespaces; nil for none
	unread     bool
	of         kubernetes.Ref // whose term it is
	selector   labels.Selector
	only       *kubernetes.Workload // nothing but this one
	port       string               // of the node, that they take
}

func (x *scope) matches(w *kubernetes.Workload) bool {
	if x.port != "" {
		return slices.Contains(w.Template.HostPorts, x.port)
	}
	if x.only != nil && x.only != w {
		return false
	}
	return x.selector == nil || x.selector.Matches(labels.Set(w.Template.Labels))
}

func scopeOf(of *kubernetes.Workload, selector *metav1.LabelSelector, namespaces []string, among *metav1.LabelSelector, unread bool) scope {
	s, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		s = labels.Nothing()
	}
	x := scope{namespaces: namespaces, selector: s, unread: unread, of: of.Ref}
	switch {
	case among != nil:
		if x.among, err = metav1.LabelSelectorAsSelector(among); err != nil {
			x.among = labels.Nothing()
		}
	case len(namespaces) == 0:
		x.namespaces = []string{of.Namespace}
	}
	return x
}

// covers reports whether a term means pods in a namespace.
func (b *builder) covers(x *scope, namespace string) kubernetes.Answer {
	switch {
	case slices.Contains(x.namespaces, namespace):
		return kubernetes.Yes
	case x.among == nil:
		return kubernetes.No
	}
	a := b.estate.SelectsNamespace(x.among, namespace)
	if a == kubernetes.Maybe {
		b.note("the labels of namespace %s were not read, by which the affinity of %s may mean its pods: "+
			"it is played as if it kept no pod from a node", namespace, x.of)
	}
	return a
}

// constrain takes what a template asks about other pods.
func (b *builder) constrain(c *class, w *kubernetes.Workload) {
	t := &w.Template
	for _, port := range t.HostPorts { // one pod on a node has it
		c.anti = append(c.anti, b.groupFor("port "+port, b.key(hostname), scope{among: labels.Everything(), port: port}))
	}
	b.prefer(c, w)
	if a := t.Affinity; a != nil {
		if a.PodAntiAffinity != nil {
			for _, term := range a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
				c.anti = append(c.anti, b.term(w, term, false))
				// Those who ask for it repel those who match it, too.
				owners := b.groupFor(fmt.Sprint("owners ", w.Ref, term), b.key(term.TopologyKey), scope{namespaces: []string{w.Namespace}, only: w})
				b.repels = append(b.repels, repel{owners, scopeOf(w, term.LabelSelector, term.Namespaces, term.NamespaceSelector, false)})
			}
		}
		if a.PodAffinity != nil {
			for _, term := range a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
				c.near = append(c.near, b.term(w, term, true))
			}
		}
	}
	b.constrainSpread(c, w)
}

// constrainSpread takes the spread that a template asks for. Nodes count where
// the pods' node affinity lets them go, tainted or not, unless a policy says
// otherwise.
//
// Source: filterTopologySpreadConstraints in
// pkg/scheduler/framework/plugins/podtopologyspread/common.go of Kubernetes 1.36.
func (b *builder) constrainSpread(c *class, w *kubernetes.Workload) {
	for _, when := range []corev1.UnsatisfiableConstraintAction{corev1.DoNotSchedule, corev1.ScheduleAnyway} {
		var keys []int32
		for _, s := range w.Template.Spread {
			if s.WhenUnsatisfiable == when {
				keys = append(keys, b.key(s.TopologyKey))
			}
		}
		for _, s := range w.Template.Spread {
			if s.WhenUnsatisfiable != when {
				continue
			}
			x := group{
				spreads: true, constraint: c.constraint, keys: keys, minDomains: 1,
				ignoresAffinity: s.NodeAffinityPolicy != nil && *s.NodeAffinityPolicy == corev1.NodeInclusionPolicyIgnore,
				honorsTaint:     s.NodeTaintsPolicy != nil && *s.NodeTaintsPolicy == corev1.NodeInclusionPolicyHonor,
			}
			if s.MinDomains != nil {
				x.minDomains = *s.MinDomains
			}
			who := scopeOf(w, s.LabelSelector, nil, nil, false)
			if who.selector.Empty() {
				who.selector = labels.Nothing()
			}
			who.sameValues(w, s.MatchLabelKeys)
			name := fmt.Sprint("spread ", w.Namespace, s.TopologyKey, who.selector, who.only != nil, c.constraint, keys, x.minDomains, x.ignoresAffinity, x.honorsTaint)
			if who.only != nil {
				name += w.Ref.String()
			}
			g := b.groupFor(name, b.key(s.TopologyKey), who)
			x.key = b.groups[g].key
			b.groups[g] = x
			if when == corev1.DoNotSchedule {
				c.spread = append(c.spread, spread{g, s.MaxSkew})
			} else {
				c.prefers = append(c.prefers, preference{group: g, weight: -1, spreads: true, maxSkew: s.MaxSkew})
			}
		}
	}
}

// sameValues narrows a scope to pods that have the same values of some labels. Of
// those that its controller gives to each revision this is only the workload.
func (x *scope) sameValues(w *kubernetes.Workload, keys []string) {
	for _, k := range keys {
		v, ok := w.Template.Labels[k]
		switch {
		case ok:
			if r, err := labels.NewRequirement(k, selection.Equals, []string{v}); err == nil {
				x.selector = x.selector.Add(*r)
			}
		case k == appsv1.DefaultDeploymentUniqueLabelKey || k == appsv1.ControllerRevisionHashLabelKey:
			x.only = w
		}
	}
}

// preferNodes takes what a template would rather have of a node, by weight. A term
// without expressions prefers nothing.
//
// Source: the plugin NodeAffinity of the scheduler of Kubernetes 1.36, and
// NewPreferredSchedulingTerms in k8s.io/component-helpers.
func (b *builder) preferNodes(c *class, a *corev1.NodeAffinity) {
	for _, x := range a.PreferredDuringSchedulingIgnoredDuringExecution {
		all, names, ok := requirements(x.Preference)
		if !ok || x.Weight == 0 {
			continue
		}
		term := constraint{terms: [][]labels.Requirement{all}, names: [][]string{names}}
		b.asks(&term)
		c.preferred = append(c.preferred, preferredNodes{term, x.Weight})
	}
}

// prefer takes what a template would rather have of other pods, by weight.
//
// Source: the plugin InterPodAffinity of the scheduler of Kubernetes 1.36.
func (b *builder) prefer(c *class, w *kubernetes.Workload) {
	a := w.Template.Affinity
	if a == nil {
		return
	}
	if a.NodeAffinity != nil {
		b.preferNodes(c, a.NodeAffinity)
	}
	if a.PodAntiAffinity != nil {
		for _, x := range a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
			c.prefers = append(c.prefers, preference{group: b.term(w, x.PodAffinityTerm, false), weight: -x.Weight})
		}
	}
	if a.PodAffinity != nil {
		for _, x := range a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
			c.prefers = append(c.prefers, preference{group: b.term(w, x.PodAffinityTerm, true), weight: x.Weight})
		}
	}
}

// repel says that pods of a group keep others away.
type repel struct {
	owners int32
	whom   scope
}

// term is the group of pods that a term of an affinity means. Unread says whether it
// means those in namespaces of which that is not known.
func (b *builder) term(w *kubernetes.Workload, term corev1.PodAffinityTerm, unread bool) int32 {
	unread = unread && term.NamespaceSelector != nil
	name := fmt.Sprint("term ", w.Namespace, term.TopologyKey, term.LabelSelector, term.Namespaces, term.NamespaceSelector, unread)
	return b.groupFor(name, b.key(term.TopologyKey), scopeOf(w, term.LabelSelector, term.Namespaces, term.NamespaceSelector, unread))
}

func (b *builder) groupFor(name string, key int32, who scope) int32 {
	g, ok := b.groupOf[name]
	if !ok {
		g = int32(len(b.groups))
		b.groupOf[name] = g
		b.groups = append(b.groups, group{key: key})
		b.scopes = append(b.scopes, who)
	}
	return g
}

// match finds who counts in which group, and what may run where.
func (b *builder) match() {
	workloads := make([]*kubernetes.Workload, len(b.workloads))
	byNamespace, spaces, owners := map[string][]int32{}, []string(nil), map[kubernetes.Ref]bool{}
	for i, l := range b.workloadOf {
		if l >= 0 {
			workloads[l] = &b.estate.Workloads[i]
			byNamespace[workloads[l].Namespace] = append(byNamespace[workloads[l].Namespace], l)
		}
	}
	each := func(x *scope, f func(workload int32)) {
		namespaces := x.namespaces
		if x.among != nil {
			namespaces = spaces
		}
		for _, namespace := range namespaces {
			own := slices.DeleteFunc(slices.Clone(byNamespace[namespace]), func(l int32) bool { return !x.matches(workloads[l]) })
			if len(own) == 0 {
				continue
			}
			in := b.covers(x, namespace)
			for _, l := range own {
				if in == kubernetes.Yes || in == kubernetes.Maybe && x.unread {
					f(l)
				}
				if in == kubernetes.Maybe {
					b.workloads[l].repelled = true
					owners[x.of] = true
				}
			}
		}
	}
	spaces = slices.Sorted(maps.Keys(byNamespace))
	defer func() {
		for l, w := range workloads {
			b.workloads[l].repelled = b.workloads[l].repelled || owners[w.Ref]
		}
	}()
	member, repelled := make([][]int32, len(b.workloads)), make([][]int32, len(b.workloads))
	for g := range b.scopes {
		each(&b.scopes[g], func(l int32) { member[l] = append(member[l], int32(g)) })
	}
	for i := range b.repels {
		r := &b.repels[i]
		each(&r.whom, func(l int32) { repelled[l] = append(repelled[l], r.owners) })
	}
	for i := range b.classes {
		c := &b.classes[i]
		c.member = member[c.workload]
		c.anti = append(slices.Clip(c.anti), repelled[c.workload]...)
		slices.Sort(c.anti)
		c.anti = slices.Compact(c.anti)
	}
	b.judge()
}

// judge says what may run where, for the shapes there are.
func (b *builder) judge() {
	b.fits = make([][]bool, len(b.asked))
	for i := range b.asked {
		b.fits[i] = make([]bool, len(b.shapes))
		for s := range b.shapes {
			b.fits[i][s] = b.asked[i].admits(&b.shapes[s])
		}
	}
	for i := range b.shapes {
		b.domainsOf(&b.shapes[i])
	}
	for i := range b.groups {
		if b.groups[i].spreads {
			b.judgeDomains(&b.groups[i])
		}
	}
	for i := range b.classes {
		b.classes[i].judgeNodes(b.shapes)
		b.classes[i].wishes = b.wishesOf(&b.classes[i])
	}
}

// judgeNodes says what nodes of each shape are worth to pods of a class.
func (c *class) judgeNodes(shapes []shape) {
	if len(c.preferred) == 0 {
		return
	}
	c.worth = make([]int32, len(shapes))
	for s := range shapes {
		for i := range c.preferred {
			if c.preferred[i].attracts(&shapes[s]) {
				c.worth[s] += c.preferred[i].weight
			}
		}
	}
}

// judgeDomains says which nodes count as domains of a spread.
//
// Source: matchNodeInclusionPolicies and nodeLabelsMatchSpreadConstraints in
// pkg/scheduler/framework/plugins/podtopologyspread/common.go of Kubernetes 1.36.
func (b *builder) judgeDomains(g *group) {
	g.counts = make([]bool, len(b.shapes))
	asked := &b.asked[g.constraint]
	for s := range b.shapes {
		x := &b.shapes[s]
		g.counts[s] = (g.ignoresAffinity || asked.attracts(x)) && (!g.honorsTaint || tolerates(asked.tolerate, x.taints)) &&
			!slices.ContainsFunc(g.keys, func(k int32) bool { return k != 0 && x.domains[k] < 0 })
	}
}

func (b *builder) domainsOf(s *shape) {
	s.domains = make([]int32, len(b.keys))
	for k, name := range b.keys {
		s.domains[k] = -1
		if v, ok := s.labels[name]; ok && name != hostname {
			s.domains[k] = b.domain(int32(k), v)
		}
	}
}

// measure counts domains, and what DaemonSets take of every shape.
func (b *builder) measure() {
	b.domainSizes = make([]int, len(b.keys))
	for k := range b.keys {
		b.domainSizes[k] = len(b.domains[k])
	}
	b.overhead, b.daemons = make([]amount, len(b.shapes)), make([][]int32, len(b.shapes))
	for l := range b.workloads {
		if b.workloads[l].kind != daemon {
			continue
		}
		c := &b.classes[b.workloads[l].class]
		for s := range b.shapes {
			if b.fits[c.constraint][s] {
				b.overhead[s].add(&c.asks)
				b.daemons[s] = append(b.daemons[s], int32(l))
			}
		}
	}
}
