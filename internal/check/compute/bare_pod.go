package compute

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// BarePod looks for pods that nothing makes again once their node is drained.
var BarePod = check.Check{
	ID: "bare-pod", Axis: Axis, Subjects: whereReplaced(isBare),
	Needs: check.Needs{Held: []check.Need{place}, Broken: []check.Need{place}},
	Run:   eachReplaced(isBare, unmade),
}

// isBare reports whether a workload is a pod alone that is meant to run on. One that runs
// to its end is started again by whoever waits for that, one that sleeps by whoever wants
// to look in, and one with an owner may be kept by it, though that does not say that it
// controls it. What has no containers is a part of a pod, such as a test expects.
func isBare(p *check.Pass, i int) bool {
	e := p.Estate.Kubernetes
	w := &e.Workloads[i]
	t := &w.Template
	return w.Bare && w.Evictable && len(t.Containers) > 0 && !t.Ends && !t.Deadline && !t.Sleeps && !headroom(w) &&
		!ofKubelet(w) && !forOthersToFill(w) &&
		!slices.ContainsFunc(w.Pods, func(k int) bool { return e.Pods[k].Owned })
}

// ofKubelet reports whether a pod is by what was written a static one: the kubelet of a node
// makes it from a file on that, and a drain leaves it there. Such a pod is in the network of
// its node and has the node's own access to the API server, or its file is called so.
//
// Source: kubernetes.io, Create static Pods.
func ofKubelet(w *kubernetes.Workload) bool {
	if responsibility.IsStaticPod(filepath.ToSlash(w.Position.File)) {
		return true
	}
	return slices.Contains(w.Template.Asks, "hostNetwork") && slices.ContainsFunc(w.Template.Asks, func(asked string) bool {
		at, is := strings.CutPrefix(asked, "hostPath:/etc/kubernetes/")
		return is && (strings.HasSuffix(at, ".conf") || at == "pki" || at == "manifests")
	})
}

// forOthersToFill reports whether a pod is by the name of its file a template of pods that a
// program makes: nobody applies it.
func forOthersToFill(w *kubernetes.Workload) bool {
	return responsibility.IsPodTemplate(filepath.ToSlash(w.Position.File))
}

// unmade says of a pod alone that it is gone with its node, unless something is known
// to make it anew each time.
func unmade(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	j := check.Judgement{Position: w.Position, Verdict: finding.Held}
	if w.Hook != "" {
		j.Message = "its tool makes it anew for each run of its hook (" + w.Hook + ")"
		ofWorkload(p, i, j)
		return
	}
	j.Verdict = finding.Broken
	j.Message = "no controller makes this pod again once its node is drained"
	j.Consequence = strings.TrimSpace(consequencesOf(p).of(i).ends() + " " + programsOf(p).loses(i, w))
	j.Fix = &finding.Fix{Summary: "run it under a Deployment, or a StatefulSet where it keeps data: these make a pod again"}
	if !servingOf(p).serves(i) {
		at, _ := servingOf(p).routed(i)
		j.Severity, j.Because = "low", at.Text
		j.Evidence = []finding.Evidence{at}
	}
	ofWorkload(p, i, j)
}
