package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// members is how many pods a workload has that are all members of one quorum by its program;
// 0 for others: what has fellows in other workloads is not counted by its own pods.
func (x *programs) members(i int) int {
	own := x.estate.Workloads[i].AtLeast()
	if prog := x.of(i); prog == nil || !prog.Quorum || own < 3 || x.ensemble(i) != own {
		return 0
	}
	return own
}

// ensemble is how many members the quorum has that the pods of a workload are of, with those of
// other workloads; 0 where that is not known.
func (x *programs) ensemble(i int) int {
	own := x.estate.Workloads[i].AtLeast()
	if _, fellows, pods := x.fellows(i); len(fellows) > 0 {
		return own + pods
	}
	if named := x.named(i); len(named) > 0 {
		members := 0
		for _, k := range named {
			members += x.estate.Workloads[k].AtLeast()
		}
		return members
	}
	if x.peersUnsaid(i) {
		return 0
	}
	return own
}

// named are the workloads of the ensemble that a workload is told to be a member of, with itself:
// those of whose pods its containers, or a ConfigMap that it is given, name hosts. Those of
// another name than any of these are of none.
func (x *programs) named(i int) (all []int) {
	w := &x.estate.Workloads[i]
	var hosts []string
	for _, c := range w.Template.Containers {
		hosts = append(hosts, c.Ensemble...)
	}
	for _, name := range w.Template.ConfigMaps {
		if c, ok := x.configs[w.Namespace+"/"+name]; ok {
			hosts = append(hosts, c.Ensemble...)
		}
	}
	told := map[string]bool{}
	for _, host := range hosts {
		told[memberOf(host)] = true
	}
	if !told[w.Name+"-"] {
		return nil
	}
	for k := range x.estate.Workloads {
		if o := &x.estate.Workloads[k]; o.Kind == w.Kind && o.Namespace == w.Namespace && told[o.Name+"-"] {
			all = append(all, k)
		}
	}
	return all
}

// memberOf is how the name of the pod that a host names begins, up to its number: zoo- of
// zoo-0.zoo.
func memberOf(host string) string {
	pod, _, _ := strings.Cut(host, ".")
	return unnumbered(pod)
}

// peersUnsaid reports whether others that run the same program stand behind a Service of a
// workload, as members of one quorum do and those of several need not: which it is nothing says.
func (x *programs) peersUnsaid(i int) bool {
	return slices.ContainsFunc(x.peers(i), func(k int) bool {
		return slices.ContainsFunc(x.services[i], func(s int) bool { return slices.Contains(x.services[k], s) })
	})
}

// peers are the other workloads of a namespace that run the same part of the same program.
func (x *programs) peers(i int) (all []int) {
	w, prog := &x.estate.Workloads[i], x.of(i)
	if prog == nil {
		return nil
	}
	for k := range x.estate.Workloads {
		o := &x.estate.Workloads[k]
		if k != i && x.of(k) != nil && x.of(k).ID == prog.ID && o.Namespace == w.Namespace && o.AtLeast() > 0 && part(o) == part(w) {
			all = append(all, k)
		}
	}
	return all
}

// part is what a workload says that it is of its program: an instance of one part is no member of
// the quorum of another.
func part(w *kubernetes.Workload) string {
	said := w.Template.Labels["app.kubernetes.io/component"]
	for _, c := range w.Template.Containers {
		said += " " + strings.Join(c.Roles, " ")
	}
	return said
}

// pairOf says what the two pods of a workload do while one of them is away, where they are all
// members of a quorum that needs both; empty for others.
func pairOf(p *check.Pass, i int) string {
	w, x := &p.Estate.Kubernetes.Workloads[i], programsOf(p)
	switch prog := x.of(i); {
	case w.AtLeast() != 2:
		return ""
	case w.MadeBy != nil:
		return w.MadeBy.Pair
	case prog != nil && prog.Quorum && w.Kind == "StatefulSet" && x.ensemble(i) == 2 && !x.arbitrated(i):
		return prog.Pair
	}
	return ""
}

// arbitrated reports whether a workload of an arbiter runs beside one: with that two of three vote.
func (x *programs) arbitrated(i int) bool {
	return slices.ContainsFunc(x.otherParts(i), func(k int) bool {
		return strings.Contains(part(&x.estate.Workloads[k])+" "+x.estate.Workloads[k].Name, "arbiter")
	})
}

// otherParts are the workloads of a namespace that run the same program as another part of it.
func (x *programs) otherParts(i int) (all []int) {
	w, prog := &x.estate.Workloads[i], x.of(i)
	if prog == nil {
		return nil
	}
	for k := range x.estate.Workloads {
		o := &x.estate.Workloads[k]
		if k != i && o.Namespace == w.Namespace && o.AtLeast() > 0 && x.of(k) != nil && x.of(k).ID == prog.ID && part(o) != part(w) {
			all = append(all, k)
		}
	}
	return all
}

// ofAPair is what is said of two such members: either one is as a single pod.
func ofAPair(p *check.Pass, i int) check.Judgement {
	w, prog := &p.Estate.Kubernetes.Workloads[i], programsOf(p).of(i)
	j := check.Judgement{
		Verdict: finding.Broken, Position: w.Position, Evidence: []finding.Evidence{size(w)},
		Message:     "runs on two members of a quorum, and of two most are both",
		Consequence: "While the node of one of them is replaced, it may stand still: " + pairOf(p, i) + ".",
		Fix:         &finding.Fix{Summary: "run three members: any one of them may be away then"},
	}
	if others := programsOf(p).otherParts(i); w.MadeBy == nil && len(others) > 0 {
		o := &p.Estate.Kubernetes.Workloads[others[0]]
		j.Verdict = finding.Unknown
		j.DoubtedBy(fmt.Sprintf("it is so unless %s %s votes, too, which is not known here", o.Kind, o.Name))
	}
	if w.MadeBy != nil && w.MadeBy.Change != "" {
		j.Fix = grown(w.MadeBy)
	}
	if prog != nil && prog.Unless != "" {
		j.Verdict = finding.Unknown
		j.DoubtedBy("it is so unless " + prog.Unless)
	}
	return j
}

// lost says what is lost with the pods of a workload where they are so many members of a quorum
// that the others are none; empty where they are not, or that is not known.
func (x *programs) lost(i int) string {
	prog := x.of(i)
	if prog == nil || !prog.Quorum {
		return ""
	}
	own, members := x.estate.Workloads[i].AtLeast(), x.ensemble(i)
	if members < 3 || own <= (members-1)/2 {
		return ""
	}
	said := fmt.Sprintf("%s goes on only while most of its %d members are there", prog.Title, members)
	if own < members {
		said += fmt.Sprintf(", of which these are %d", own)
	}
	return said
}

// quorumGoes is the budget over the members of a quorum by which the fewest go, and how
// many: more than may be away while most of them stay. False where some budget keeps most, and
// where pods are under two, of which none goes.
func quorumGoes(p *check.Pass, i int) (budget, allowed int, ok bool) {
	members, coverage, arithmetic := programsOf(p).members(i), coverageOf(p), arithmeticOf(p)
	bare := coverage.matcher.uncovered(&p.Estate.Kubernetes.Workloads[i], coverage.covered[i])
	if members == 0 || bare > 0 || len(coverage.together(i)) > 0 {
		return 0, 0, false
	}
	for _, b := range coverage.covered[i] {
		for k, r := range coverage.covers[b] {
			if r.workload != i {
				continue
			}
			if r.partly || len(p.Estate.Kubernetes.Budgets[b].Beyond) > 0 {
				return 0, 0, false
			}
			goes := min(arithmetic.falls(&p.Estate.Kubernetes.Budgets[b], coverage.covers[b])[k].allowed, members)
			if !ok || goes < allowed {
				budget, allowed, ok = b, goes, true
			}
		}
	}
	return budget, allowed, ok && allowed > (members-1)/2
}

// quorumLost says that the budget over the members of a quorum lets so many go at a time that
// those which stay are no quorum.
func quorumLost(p *check.Pass, i, b, allowed int) {
	e := p.Estate.Kubernetes
	w, budget, prog := &e.Workloads[i], &e.Budgets[b], programsOf(p).of(i)
	n := w.AtLeast()
	j := check.Judgement{
		Verdict: finding.Broken, Position: budget.Spec, Evidence: []finding.Evidence{size(w)},
		Message: fmt.Sprintf("PDB %s allows %d of %d pods to be evicted at once, and %s goes on only while most of its members are there",
			budget.Name, allowed, n, prog.Title),
		Consequence: fmt.Sprintf("When nodes drain together, %d of %d members may be left, which are no quorum.", n-allowed, n),
		Fix:         &finding.Fix{Summary: fmt.Sprintf("give %s %s a PDB of its own with maxUnavailable 1", w.Kind, w.Name)},
	}
	if coverageOf(p).owns(i, b) {
		j.Fix = fixesOf(p).void(b)
	}
	if prog.Unless != "" {
		j.Verdict = finding.Unknown
		j.DoubtedBy("it is so unless " + prog.Unless)
	}
	ofWorkload(p, i, sure(p, j, i, []int{b}))
}
