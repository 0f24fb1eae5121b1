package compute

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// ImageNamed looks for pods that may run another program on the next node.
var ImageNamed = check.Check{
	ID: "image-named", Axis: Axis, Subjects: whereReplaced(pulls),
	Needs: check.Needs{Held: []check.Need{ownObject, place}, Broken: []check.Need{ownObject, place}},
	Run:   eachReplaced(pulls, imageNamed),
}

// pulls reports whether it is known of the images of what runs on that they name a
// version, or that they do not: one that somebody has yet to name is no image. Runs of Jobs pull them anew wherever they are.
func pulls(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	named := func(c kubernetes.Container) bool { return c.Floating != "" }
	runs := w.Lasting && !w.Template.Sleeps && w.Template.Placeholder == ""
	return runs && w.AtLeast() > 0 && w.MadeBy == nil && w.Kind != kubernetes.Static &&
		(slices.ContainsFunc(w.Template.Containers, named) || allPinned(w))
}

// allPinned reports whether every container of a workload has an image with a digest.
func allPinned(w *kubernetes.Workload) bool {
	loose := func(c kubernetes.Container) bool { return !c.Pinned }
	return len(w.Template.Containers) > 0 && !slices.ContainsFunc(w.Template.Containers, loose)
}

func imageNamed(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	j := check.Judgement{Verdict: finding.Held, Position: w.Position, Message: "its images are named by their digests"}
	if allPinned(w) {
		ofWorkload(p, i, sure(p, j, i, nil))
		return
	}
	j.Verdict, j.Severity, j.Because = finding.Broken, "low", "it matters once somebody gives its tag to another image"
	for _, c := range w.Template.Containers {
		if c.Floating != "" {
			j.Evidence = append(j.Evidence, finding.Evidence{Text: "image " + c.Floating, Position: w.Position})
		}
	}
	j.Message = "its image names no version"
	if n := len(j.Evidence); n > 1 {
		j.Message = fmt.Sprintf("%d of its images name no version", n)
	}
	j.Consequence = consequencesOf(p).of(i).another()
	j.Fix = &finding.Fix{Summary: "name a version or a digest in its image, and change that by a rollout"}
	if prog := programsOf(p).of(i); w.Kind == "StatefulSet" && prog != nil && prog.Keeps == responsibility.KeepsData {
		j.Severity = "medium" // at most
		j.Consequence += " " + prog.Title + " of a later version may change its data, and the one before does not read them then."
	}
	ofWorkload(p, i, j)
}
