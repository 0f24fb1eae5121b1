package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// DataOutlastsNode looks for workloads of several pods whose copy of the data, or whose
// volume, goes with their pod or their node. Of a single pod SingleReplica says it.
var DataOutlastsNode = check.Check{
	ID: "data-outlasts-node", Axis: Axis, Subjects: whereReplaced(lostWithNode),
	Needs: check.Needs{Held: []check.Need{ownObject, place, volumesToo}, Broken: []check.Need{ownObject, ownSize, place}},
	Run: func(p *check.Pass) {
		eachReplaced(keepsCopies, dataOutlastsNode)(p)
		eachElsewhere(lostWithPod, dataOutlastsNode)(p)
	},
}

// lostWithPod reports whether each of several pods keeps data that an eviction deletes, on
// whatever nodes: no claim, and nothing of its node, holds them.
func lostWithPod(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	if !keepsCopies(p, i) || w.Template.OnNode {
		return false
	}
	_, where := copyLost(p, i)
	return where != ""
}

// lostWithNode reports whether it depends on the nodes of several pods that keep data
// whether these outlast them.
func lostWithNode(p *check.Pass, i int) bool { return keepsCopies(p, i) && !lostWithPod(p, i) }

// volumesToo: what the volumes of claims are.
func volumesToo(p *check.Pass, _ *check.Judgement) []origin.Unread {
	return p.Estate.Kubernetes.Lacks(kubernetes.VolumeKinds)
}

// keepsCopies reports whether several pods of a workload each keep data of their own, or
// have volumes that go with their nodes. Those
// of a Deployment are interchangeable: what runs a database that way is none as a rule, but
// called like one.
func keepsCopies(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	if !w.Lasting || !w.Evictable || w.AtLeast() < 2 || headroom(w) {
		return false
	}
	if w.MadeBy != nil {
		return w.MadeBy.Loses != ""
	}
	if names, _ := claimsOf(p).onDisks(w); len(names) > 0 && diskGoes(p, i) {
		return true
	}
	prog := programsOf(p).of(i)
	return w.Kind == "StatefulSet" && (prog != nil && prog.Keeps == responsibility.KeepsData || programsOf(p).lostData(i) != "")
}

func dataOutlastsNode(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	j := check.Judgement{Verdict: finding.Held, Position: w.Position}
	what, gone := copyLost(p, i)
	names, pods := claimsOf(p).onDisks(w)
	tied := len(names) > 0 && diskGoes(p, i)
	switch {
	case w.MadeBy != nil && w.MadeBy.Handed != "" && !tied:
		j.Message = "its pods keep " + what + " " + gone + ", and " + w.MadeBy.Handed
	case gone != "" || tied:
		j.Verdict = finding.Broken
		j.Message = "each of its pods keeps " + what + " " + gone
		j.Consequence = consequencesOf(p).of(i).copies(w.AtLeast())
		j.Evidence = []finding.Evidence{size(w)}
		if of, copies := programsOf(p).sharded(i); of != "" {
			j.Message = "each of its pods keeps a shard of " + strings.TrimPrefix(what, "data of ") + " " + gone
			j.Evidence = append(j.Evidence, finding.Evidence{Text: of + " names each of its pods in a shard of its own", Position: w.Position})
			if j.Consequence = consequencesOf(p).of(i).shard(); copies > 1 {
				j.Consequence = consequencesOf(p).of(i).copies(copies)
			}
		}
		switch {
		case gone == "" && pods < w.AtLeast():
			j.Message = fmt.Sprintf("the volume of %d of its %d pods lies on a disk of its node (claim %s)", pods, w.AtLeast(), names[0])
		case gone == "":
			j.Message = "the volume of each of its pods lies on a disk of its node (claim " + names[0] + ")"
		}
		if tied {
			j.Consequence = consequencesOf(p).of(i).tied()
		}
		j.Fix = &finding.Fix{Summary: "give each of its pods a volume that outlasts its node, such as by volumeClaimTemplates of a StatefulSet"}
		if tied {
			j.Fix.Summary = "give each of its pods a volume that outlasts its node: claims of a storage class on network storage"
		}
		if w.MadeBy != nil && w.MadeBy.Volume != "" {
			j.Fix.Summary = fmt.Sprintf("ask for a volume with %s of %s %s", w.MadeBy.Volume, w.MadeBy.Kind, w.MadeBy.Name)
		}
	case networked(p, w):
		j.Message = "its data are on volumes that are not bound to a node"
	case madeByHand(p, w) != "":
		j.Verdict = finding.Unknown
		j.Message = "its volumes are of class " + madeByHand(p, w) +
			", for which somebody makes them by hand, as those on disks of nodes are; which they are was not read"
		j.Fix = &finding.Fix{Summary: "see that they are on no node; else give each of its pods a claim of a storage class on network storage"}
	default:
		return // on what its claims are is not known
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}

// noProvisioner is what a StorageClass has as its provisioner for volumes that nothing makes.
//
// Source: kubernetes.io/docs/concepts/storage/storage-classes (Local).
const noProvisioner = "kubernetes.io/no-provisioner"

// madeByHand is the class of claims that a workload makes for its pods, where nothing makes
// volumes of it; empty for none, and where one of the claims was read, which tells more.
func madeByHand(p *check.Pass, w *kubernetes.Workload) string {
	if slices.ContainsFunc(claimsOfPods(p, w), func(c *kubernetes.VolumeClaim) bool { return c != nil }) {
		return ""
	}
	for _, class := range w.ClaimClasses {
		if slices.ContainsFunc(p.Estate.Kubernetes.Objects, func(o kubernetes.Object) bool {
			return o.API == "storage.k8s.io/StorageClass" && o.Name == class && o.Values["provisioner"] == noProvisioner
		}) {
			return class
		}
	}
	return ""
}

// copyLost is what the pods of a workload keep that goes with each of them, or with its
// node where another machine comes in its place, and where it lies.
func copyLost(p *check.Pass, i int) (what, where string) {
	w, x := &p.Estate.Kubernetes.Workloads[i], programsOf(p)
	claims := len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0
	if by := w.MadeBy; by != nil {
		return by.Loses, "on an emptyDir, because " + by.Kind + " " + by.Name + " asks for no volume (" + by.Volume + ")"
	}
	prog := x.of(i)
	if prog == nil || prog.Keeps != responsibility.KeepsData {
		if at := x.lostData(i); at != "" && !claims {
			return "what is in " + at, "on an emptyDir"
		}
		return "", ""
	}
	what = "data of " + prog.Title
	switch told := memory(w); {
	case told != "":
		return what, "in memory (" + told + ")"
	case claims: // on which disks their volumes lie is told of each
	case w.Template.OnNode && otherMachine(p, i):
		return what, "on a disk of its node"
	case w.Template.Lasting, prog.Unless != "":
	case w.Template.EmptyDir:
		return what, "on an emptyDir"
	default:
		return what, "in its container"
	}
	return "", ""
}

// claimsOfPods are the claims of a workload that were read: those that all its pods mount,
// and those that are made for each of them.
func claimsOfPods(p *check.Pass, w *kubernetes.Workload) []*kubernetes.VolumeClaim {
	var all []*kubernetes.VolumeClaim
	known := claimsOf(p)
	for _, name := range w.Template.VolumeClaims {
		all = append(all, known[w.Namespace+"/"+name])
	}
	for _, template := range w.VolumeClaimTemplates {
		for n := range w.AtLeast() {
			all = append(all, known[w.Namespace+"/"+w.ClaimName(template, n)])
		}
	}
	return all
}

// networked reports whether it is known of every claim of a workload's pods that its
// volume lies on no node.
func networked(p *check.Pass, w *kubernetes.Workload) bool {
	all := claimsOfPods(p, w)
	return len(all) > 0 && !slices.ContainsFunc(all, func(c *kubernetes.VolumeClaim) bool {
		return c == nil || c.Local || c.OnDisk || c.Volume == ""
	})
}

// otherMachine reports whether another machine comes in place of a node that is patched,
// wherever the workload may run: what lies on its disks is gone then.
func otherMachine(p *check.Pass, i int) bool {
	return !slices.ContainsFunc(offeringsOf(&p.Places.Workloads[i]), func(o *responsibility.Offering) bool {
		return o.Contract.Routine().Replacement != contract.ReplacedBefore // after it may be the same machine that comes back
	})
}

// offeringsOf are the offerings that a workload may run on.
func offeringsOf(at *locate.Place) []*responsibility.Offering {
	if at.Offering.Undecided() {
		return slices.Concat(at.Offering.Candidates, at.Also)
	}
	return append([]*responsibility.Offering{at.Offering}, at.Also...)
}
