package simulate

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

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
	revisions  revisionMatch
	port       string // of the node, that they take
}

func (x *scope) matches(w *kubernetes.Workload) bool {
	if x.port != "" {
		return slices.Contains(w.Template.HostPorts, x.port)
	}
	if x.only != nil && x.only != w || !x.revisions.takesAny(w) {
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

// podGroups are the groups of pods that templates ask to be near to, apart from or spread
// over.
type podGroups struct {
	*builder
	groupOf map[string]int32
	scopes  []scope // of the groups
	repels  []repel
}

// covers reports whether a term means pods in a namespace.
func (b *podGroups) covers(x *scope, namespace string) kubernetes.Answer {
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
func (b *podGroups) constrain(c *class, w *kubernetes.Workload) {
	t := &w.Template
	for _, port := range t.HostPorts { // one pod on a node has it
		c.anti = append(c.anti, b.groupFor("port "+port, b.topology.key(hostname), scope{among: labels.Everything(), port: port}))
	}
	b.prefer(c, w)
	if a := t.Affinity; a != nil {
		if a.PodAntiAffinity != nil {
			for _, term := range a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
				c.anti = append(c.anti, b.term(c, w, &term, false))
				// Those who ask for it repel those who match it, too.
				whom, own := scopeOfTerm(w, c.revision, &term, false), scope{namespaces: []string{w.Namespace}, only: w}
				if whom.revisions.of != nil {
					own.revisions = revisionMatch{of: w, revision: c.revision}
				}
				owners := b.groupFor(fmt.Sprint("owners ", w.Ref, term, own.revisions.revision), b.topology.key(term.TopologyKey), own)
				b.repels = append(b.repels, repel{owners, whom})
			}
		}
		if a.PodAffinity != nil {
			for _, term := range a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
				c.near = append(c.near, b.term(c, w, &term, true))
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
func (b *podGroups) constrainSpread(c *class, w *kubernetes.Workload) {
	c.spreads = len(w.Template.Spread)
	for _, when := range []corev1.UnsatisfiableConstraintAction{corev1.DoNotSchedule, corev1.ScheduleAnyway} {
		var keys []int32
		for _, s := range w.Template.Spread {
			if s.WhenUnsatisfiable == when {
				keys = append(keys, b.topology.key(s.TopologyKey))
			}
		}
		for at, s := range w.Template.Spread {
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
			who := scopeOfSpread(w, c.revision, s.LabelSelector, s.MatchLabelKeys)
			name := fmt.Sprint("spread ", w.Namespace, s.TopologyKey, who.selector, who.revisions.name(), c.constraint, keys, x.minDomains,
				x.ignoresAffinity, x.honorsTaint)
			g := b.groupFor(name, b.topology.key(s.TopologyKey), who)
			x.key = b.groups[g].key
			b.groups[g] = x
			if when == corev1.DoNotSchedule {
				c.spread = append(c.spread, spread{g, s.MaxSkew})
			} else {
				c.prefers = append(c.prefers, preference{group: g, weight: -1, spreads: true, maxSkew: s.MaxSkew, at: at})
			}
		}
	}
}

// prefer takes what a template would rather have of other pods, by weight.
//
// Source: the plugin InterPodAffinity of the scheduler of Kubernetes 1.36.
func (b *podGroups) prefer(c *class, w *kubernetes.Workload) {
	a := w.Template.Affinity
	if a == nil {
		return
	}
	if a.NodeAffinity != nil {
		b.constraints.preferNodes(c, a.NodeAffinity)
	}
	if a.PodAntiAffinity != nil {
		for _, x := range a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
			c.prefers = append(c.prefers, preference{group: b.term(c, w, &x.PodAffinityTerm, false), weight: -x.Weight})
		}
	}
	if a.PodAffinity != nil {
		for _, x := range a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
			c.prefers = append(c.prefers, preference{group: b.term(c, w, &x.PodAffinityTerm, true), weight: x.Weight})
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
func (b *podGroups) term(c *class, w *kubernetes.Workload, term *corev1.PodAffinityTerm, unread bool) int32 {
	who := scopeOfTerm(w, c.revision, term, unread && term.NamespaceSelector != nil)
	name := fmt.Sprint("term ", w.Namespace, term.TopologyKey, who.selector, who.selector.Empty(), term.Namespaces, term.NamespaceSelector,
		who.unread, who.revisions.name())
	return b.groupFor(name, b.topology.key(term.TopologyKey), who)
}

func (b *podGroups) groupFor(name string, key int32, who scope) int32 {
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
func (b *podGroups) match() {
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
		each(&r.whom, func(l int32) { repelled[l] = append(repelled[l], int32(i)) })
	}
	b.classify(workloads, member, repelled)
	nodeFits{b.builder}.judge()
}

// classify gives each class of pods the groups that count it, and whom it may not stand
// beside, of those of its workload.
func (b *podGroups) classify(workloads []*kubernetes.Workload, member, repelled [][]int32) {
	for i := range b.classes {
		b.join(&b.classes[i], workloads[b.classes[i].workload], member, repelled)
	}
}

// join puts a class into the groups in which its workload counts, as far as those mean
// its revision. Member are the groups by workload, and repelled who repels it.
func (b *podGroups) join(c *class, w *kubernetes.Workload, member, repelled [][]int32) {
	c.member = slices.DeleteFunc(slices.Clone(member[c.workload]), func(g int32) bool { return !b.scopes[g].revisions.takes(w, c.revision) })
	c.anti = slices.Clip(c.anti)
	for _, r := range repelled[c.workload] {
		if x := &b.repels[r]; x.whom.revisions.takes(w, c.revision) {
			c.anti = append(c.anti, x.owners)
		}
	}
	slices.Sort(c.anti)
	c.anti = slices.Compact(c.anti)
}
