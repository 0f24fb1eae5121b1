package compute

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Accepted is the other way out, where a workload has to stay on one pod. A pod that
// is only restarted may come back on the node that is to be replaced.
const Accepted = "accept the absence, or cordon its node and delete the pod, at a time you choose"

// resigned is a fix that mends nothing: what it says is how to live with it.
func resigned(said string) *finding.Fix { return &finding.Fix{Summary: said, AcceptOnly: true} }

// more is a fix that asks for more replicas and shows no change.
func more(said string) *finding.Fix { return &finding.Fix{Summary: said, More: true} }

// singleFixes are those of workloads that run on one pod.
type singleFixes struct{ *fixes }

// single raises the floor of a workload on one pod to two, where that keeps it
// up; and else says what would, or that the absence is to be accepted.
func (f singleFixes) single(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	switch {
	case w.Bare:
		return &finding.Fix{Summary: "run it under a Deployment with two replicas: an evicted pod without a controller is not recreated"}
	case w.MadeBy != nil:
		return grown(w.MadeBy)
	}
	if fix := f.partOfOne(i); fix != nil {
		return fix
	}
	if p := f.programs.of(i); p != nil {
		return f.onAVolume(i, inPlaceOfASecond(p))
	}
	if told := identity(w); told != "" {
		return resigned("accept the absence: a second replica would have its identity (" + told + "), of which there is one")
	}
	if of, s := f.programs.store(i); s.Told != "" {
		return &finding.Fix{Summary: ofItsOwn(of, s)}
	}
	for _, of := range []func(int) *finding.Fix{f.bound, f.ofData, f.ofWork} {
		if fix := of(i); fix != nil {
			return fix
		}
	}
	return f.two(i)
}

// bound is the fix of a workload that something ties to a node; nil for others.
func (f singleFixes) bound(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	_, why := f.claims.bound(w)
	switch {
	case len(w.Template.HostPorts) > 0 && f.twin(i) != "":
		said := "accept the absence: " + f.twin(i) + " is the next one of its kind, and each takes port " + hostPorts(w) + " of its node"
		return resigned(said)
	case f.claims.tied(w) != "":
		return tiedToNode(w, why)
	case why != "":
		return resigned(why + ": " + Accepted)
	}
	return nil
}

// ofData is the fix of a workload that may keep data of its own, or is never two at a
// time; nil for others.
func (f singleFixes) ofData(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	switch {
	case f.programs.roles[i] == dataless: // a claim of its own is for what comes again
	case w.Kind == "StatefulSet" && len(w.VolumeClaimTemplates)+len(w.Template.VolumeClaims) > 0:
		return &finding.Fix{Summary: "run it with replicated data if it can; else " + Accepted + ": no PDB can keep a single pod up"}
	case w.Kind == "StatefulSet":
		budget, _ := f.budgetOfTwo(i)
		return more("run two replicas, if its pods keep no data of their own" + budget.Words() + "; else " + Accepted)
	case f.programs.lostData(i) != "":
		said := "give it a volume at " + f.programs.lostData(i) + " that outlasts its pods, where what it keeps there matters; "
		return &finding.Fix{Summary: said + "else run two replicas, if each may keep its own"}
	case directory(w) != "":
		return more("run two replicas only if both may keep data of their own, which " + directory(w) + " speaks against; else " + Accepted)
	case w.Rollout.Strategy == "Recreate":
		said := "run two replicas if two may run side by side, which its strategy Recreate speaks against; else " + Accepted
		return &finding.Fix{Summary: said, AcceptOnly: true, More: true}
	}
	return nil
}

// ofWork is the fix of a workload whose work two may do twice; nil for others.
func (f singleFixes) ofWork(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	switch {
	case f.stakes.of(i).collects:
		return resigned("accept it: " + collects + "; a second one does the work twice")
	case f.stakes.onlyMetrics(i) && !f.electors.elects(i) && f.electors.may(i) == "":
		why := f.stakes.of(i).Text
		if f.stakes.of(i).from != nobody {
			why = "it is an exporter by its name"
		}
		return resigned("accept it: " + why + ", and of two each may be counted")
	case reconciles(w) && !f.electors.elects(i) && f.electors.may(i) == "" && !f.reached(i):
		said := "run two replicas if it elects a leader or keeps no state in the process (nothing that was read says so); else "
		if off := f.electors.off(i); off != "" {
			said = "run two replicas with the election of a leader switched on, which " + off + " switches off; else "
		}
		return more(said + Accepted)
	case f.electors.controls(i) != "" && !f.electors.elects(i) && f.electors.may(i) == "":
		said := "run two replicas only once it elects a leader, which nothing that was read says: " + f.electors.controls(i)
		if off := f.electors.off(i); off != "" {
			said = "run two replicas with the election of a leader switched on, which " + off + " switches off"
		}
		return more(said + "; else " + Accepted)
	}
	return nil
}

// onAVolume is the fix of a workload that keeps data on an emptyDir, or records of others in
// its container: to give it a volume, and what it has to do besides.
func (f singleFixes) onAVolume(i int, fix *finding.Fix) *finding.Fix {
	at := f.programs.lostData(i)
	if f.programs.losesRecords(i, &f.estate.Workloads[i]) {
		said := "give it a volume that outlasts its pod, such as by volumeClaimTemplates of a StatefulSet; besides, "
		return &finding.Fix{Summary: said + fix.Summary}
	}
	if at == "" {
		return fix
	}
	said := "give it a volume at " + at + " that outlasts its pods, where what it keeps there matters; besides, "
	return &finding.Fix{Summary: said + fix.Summary}
}

// tiedToNode is the fix of a workload whose pod can start on one node alone, of which
// a claim may be the reason.
func tiedToNode(w *kubernetes.Workload, claim string) *finding.Fix {
	if host := w.Template.NodeSelector[corev1.LabelHostname]; host != "" {
		return resigned("let it run on other nodes than " + host +
			" if what it needs is not there alone; else accept that it is away with that node")
	}
	return resigned(claim + ": move its data to storage that other nodes reach, or accept that it is away with its node")
}

// partOfOne is the fix of a workload that is one of several already, as a member of
// a replica set or by its vote; nil for others.
func (f singleFixes) partOfOne(i int) *finding.Fix {
	set, fellows, pods := f.programs.fellows(i)
	switch {
	case f.programs.roles[i] == votes:
		return resigned("accept the absence: it only votes and keeps no data, so the others go on while most of them are there")
	case len(fellows) > 0:
		said := "accept the absence: it is a member of replica set " + set + ", with " + words.Few(fellows) + ", "
		members := f.estate.Workloads[i].AtLeast() + pods
		return &finding.Fix{Summary: said + goOn(members), AcceptOnly: members >= 3}
	}
	return nil
}

// goOn says what members of a replica set do while one of some is away: of two
// neither is most of them.
func goOn(members int) string {
	if members < 3 {
		return "which takes no writes while one of its two members is away: a third one, or one that only votes, would keep it up"
	}
	return "which goes on while most of them are there"
}

// hostPorts are the ports of its node that a workload takes.
func hostPorts(w *kubernetes.Workload) string {
	var all []string
	for _, p := range w.Template.HostPorts {
		all = append(all, p[strings.IndexByte(p, '/')+1:])
	}
	return words.And(all)
}

// identity is the flag by which a workload is told the only identity that it has among
// others; empty for none.
func identity(w *kubernetes.Workload) string {
	for _, c := range w.Template.Containers {
		if c.Identity != "" {
			return c.Identity
		}
	}
	return ""
}

// directory is the flag by which a workload is told where to keep its data.
func directory(w *kubernetes.Workload) string {
	for _, c := range w.Template.Containers {
		if c.Directory != "" {
			return c.Directory
		}
	}
	return ""
}

// grown asks for more pods in the custom resource that an operator makes a
// workload of.
func grown(by *kubernetes.Maker) *finding.Fix {
	switch {
	case by.Change == "" && by.Operator != "":
		return resigned("accept the absence: " + by.Operator + " makes one pod of a " + by.Kind)
	case by.Change == "":
		return &finding.Fix{Summary: "give " + by.Kind + " " + by.Name + " two replicas or more, if it can run with them"}
	case by.Unsure:
		return &finding.Fix{Summary: "set " + by.Change + " in its " + by.Kind + ", if two may do the same work; else " + Accepted}
	}
	said := "set " + by.Change + " or more in its " + by.Kind
	if by.Loses != "" {
		said += ", and " + by.Volume + ", so that " + by.Loses + " outlast a pod"
	}
	return &finding.Fix{Summary: said}
}

// reached reports whether a workload answers requests that come from outside the
// cluster: of a controller that is called by the API server alone nothing is known
// but that it reconciles, too.
func (f singleFixes) reached(i int) bool {
	return slices.ContainsFunc(f.stakes.serving.services[i], func(k int) bool {
		service := &f.estate.Services[k]
		return !f.stakes.serving.forMetrics(i, k) && (f.stakes.reached(service) ||
			slices.ContainsFunc(f.stakes.backends[service.Namespace+"/"+service.Name], func(b int) bool { return !f.estate.Backends[b].Webhook }))
	})
}

// inPlaceOfASecond says what to do about a program of which a second replica
// keeps nothing up.
func inPlaceOfASecond(p *responsibility.Program) *finding.Fix {
	said := ""
	switch {
	case p.Keeps == responsibility.KeepsCache:
		return resigned(fmt.Sprintf("accept it where what %s holds is a cache, which fills again, as sessions and queues do not; "+
			"a second replica is no way out: %s", p.Title, p.Second))
	case p.Keeps == responsibility.KeepsData && p.Replicated != "":
		said = fmt.Sprintf("run %s with replicated data (%s), use a managed service, or accept the absence", p.Title, p.Replicated)
	case p.Replicated != "":
		said = fmt.Sprintf("run %s as %s, or accept the absence", p.Title, p.Replicated)
	case p.Keeps == responsibility.KeepsData:
		said = "use a managed service, or accept the absence"
	default:
		said = "accept it"
	}
	said += "; a second replica beside it is no way out: " + p.Second
	if p.Unless != "" {
		said += ", unless " + p.Unless
	}
	return &finding.Fix{Summary: said, AcceptOnly: p.Replicated == ""}
}

// ofItsOwn says what to do about a workload that keeps its data itself, by what
// is told to it, or in a ConfigMap that it is given.
func ofItsOwn(configMap string, s kubernetes.Store) string {
	told := s.Told
	if configMap != "" {
		told += " in " + configMap
	}
	return "have it keep its data where all replicas reach it, such as in a database; else " + Accepted +
		"; a second replica beside it is no way out: each keeps data of its own (" + told + ")"
}

// stays reports whether a second replica of a workload keeps nothing up, or
// nobody is known to need one.
func (f singleFixes) stays(i int) bool {
	w := &f.estate.Workloads[i]
	claim, _ := f.claims.bound(w)
	_, store := f.programs.store(i)
	return claim != "" || identity(w) != "" || store.Told != "" || f.partOfOne(i) != nil || f.programs.of(i) != nil ||
		directory(w) != "" || f.programs.lostData(i) != "" || len(w.Template.HostPorts) > 0 || w.Rollout.Strategy == "Recreate" ||
		f.stakes.of(i).severity == "low" && !f.electors.elects(i)
}

// two raises a workload to two pods, with what keeps one of them.
func (f singleFixes) two(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	change, ok := raise(w, f.programs.roles[i] == dataless)
	if off := f.electors.off(i); off != "" {
		// Without the election two controllers do the same work: no change is shown that
		// leaves it off.
		budget, _ := f.budgetOfTwo(i)
		by := twoOf(w)
		by.PDB, by.Then = budget, ", with the election of a leader switched on, which "+off+" switches off"
		return more(by.Words())
	}
	about := f.aboutTwo(i)
	if ports := hostPorts(w); ports != "" {
		about = " (on two nodes: each takes port " + ports + " of its own)" + about
	}
	if !ok {
		return more(twoOf(w).Words() + about)
	}
	by := twoOf(w)
	pdb, budgets := f.budgetOfTwo(i)
	by.PDB, by.Then = pdb, about
	return finding.Raising(by, append([]finding.Change{change}, budgets...))
}

// budgetOfTwo is what a workload of one pod needs of a budget once it has two: one, where
// it has none; that its own allows one eviction, where it would allow none or both; and
// nothing else.
func (f singleFixes) budgetOfTwo(i int) (pdb finding.RaisedPDB, changes []finding.Change) {
	w := &f.estate.Workloads[i]
	switch over := f.coverage.covered[i]; len(over) {
	case 0:
		return finding.AddsPDB, f.missing(i).Changes
	case 1:
		b := &f.estate.Budgets[over[0]]
		two := allow(b, []disruption.Group{{Pods: 2, Scale: 2, Scaled: w.Scaled}})
		if two.Allowed == 1 {
			return finding.KeepsPDB, nil
		}
		if b.MadeBy == nil && f.coverage.owns(i, over[0]) {
			changes = []finding.Change{oneOf(b).replace(b)}
		}
		return finding.LoosensPDB, changes
	}
	return finding.KeepsPDB, nil
}

// twoOf says how a workload gets two replicas: what scales it would take a number
// of its own back.
func twoOf(w *kubernetes.Workload) finding.Raise {
	s, by := w.Scaler, finding.Raise{To: 2}
	if _, ok := retargeted(w); ok {
		to := w.Missed.Target
		by.Otherwise = fmt.Sprintf("have %s %s scale it, which is for %s %s", w.Missed.Kind, w.Missed.Name, to.Kind, to.Name)
		return by
	}
	if s == nil || w.ScalesToZero() {
		return by
	}
	if s.Paused {
		by.Otherwise = fmt.Sprintf("resume %s %s with a minimum of 2, or have it paused at 2 (%s)", s.Kind, s.Name, kubernetes.PausedReplicas)
		return by
	}
	by.Field, by.Of, by.Beyond = "minReplicas", s.Kind, s.Max < 2
	if s.Kind == "ScaledObject" {
		by.Field = "minReplicaCount"
	}
	return by
}

// aboutTwo says what a second pod is good for, where that is not to answer half
// of the requests, and that one is enough where nobody is known to wait.
func (f singleFixes) aboutTwo(i int) string {
	w, at := &f.estate.Workloads[i], f.stakes.of(i)
	switch {
	case f.electors.elects(i) && (at.severity != "low" || f.stakes.holdsUpWrites(i)):
		return "; both answer requests, and of its controllers one leads"
	case f.electors.elects(i):
		return "; it elects a leader, and the other one takes over when its lease runs out"
	case reconciles(w) && f.electors.may(i) != "" && !f.reached(i):
		return "; have it elect a leader, if it does not by itself: " + f.electors.may(i) + " lets it hold the lease"
	case at.severity == "low":
		return ", if two may run side by side; or accept it: " + at.Text
	case f.unsure(i):
		return ", if it keeps no state in the process (nothing that was read says so)"
	}
	return ""
}

// unsure reports whether nothing tells that several pods of a workload may run side by
// side: it is a program of which the catalog knows nothing, which only answers requests as
// far as its name says, and its author has written nothing that is for several, nor has it elect
// a leader among them.
func (f singleFixes) unsure(i int) bool {
	w := &f.estate.Workloads[i]
	t := &w.Template
	spread := len(t.Spread) > 0 || t.Affinity != nil && t.Affinity.PodAntiAffinity != nil
	return w.Scaler == nil && !spread && !f.scales(w) && !f.electors.elects(i) && len(f.coverage.covered[i]) == 0 &&
		f.stakes.of(i).from != server && f.electors.may(i) == ""
}

// scales reports whether a workload runs a program of which several may run side by side.
func (f singleFixes) scales(w *kubernetes.Workload) bool {
	return slices.ContainsFunc(w.Template.Containers, func(c kubernetes.Container) bool {
		return f.programs.catalog.InFront(c.Image) || f.programs.catalog.Stateless(c.Image)
	})
}
