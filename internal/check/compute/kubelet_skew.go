package compute

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// KubeletSkew looks for nodes that are further behind their control plane than Kubernetes
// supports.
var KubeletSkew = check.Check{
	ID: "kubelet-skew", Axis: Axis,
	Subjects: check.Subjects{
		There:  func(p *check.Pass) bool { return len(kubeletsOf(p.Estate.Kubernetes)) > 0 },
		Untold: func(p *check.Pass) bool { return serverOf(p.Estate.Kubernetes) == 0 && len(behind(p)) == 0 },
	},
	Needs: check.Needs{Held: []check.Need{allNodes}},
	Run:   kubeletSkew,
}

// allNodes: there are no nodes beside those that were read.
func allNodes(p *check.Pass, _ *check.Judgement) []origin.Unread {
	return p.Estate.Kubernetes.Lacks(kubernetes.NodeKinds)
}

// kubelets are the nodes of one minor version of Kubernetes 1, by their indices.
type kubelets struct {
	minor int
	nodes []int
}

// version is that of a kubelet or an API server. What only acts as a kubelet says so
// behind it, such as v1.25.0-vk-azure-aci-1.6, and is none.
var version = regexp.MustCompile(`^v?1\.([0-9]+)(?:\.[0-9]+)?(?:[-+](.*))?$`)

// minorOf is the minor version; 0 where there is none.
func minorOf(of string) int {
	m := version.FindStringSubmatch(of)
	if m == nil || responsibility.IsVirtualVersion(m[2]) {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // digits, and too many of them are no version
	return n
}

// kubeletsOf are those of the nodes that were read, the oldest first. Nodes of several
// clusters have no control plane in common, and tell nothing.
func kubeletsOf(e *kubernetes.Estate) []kubelets {
	if !e.Live || len(e.Contexts) > 1 || len(e.Servers) > 1 {
		return nil
	}
	var all []kubelets
	for i := range e.Nodes {
		n := &e.Nodes[i]
		minor := minorOf(n.KubeletVersion)
		if minor == 0 || responsibility.IsVirtualNode(n.Labels) {
			continue
		}
		k := slices.IndexFunc(all, func(x kubelets) bool { return x.minor == minor })
		if k < 0 {
			k, all = len(all), append(all, kubelets{minor: minor})
		}
		all[k].nodes = append(all[k].nodes, i)
	}
	slices.SortFunc(all, func(a, b kubelets) int { return cmp.Compare(a.minor, b.minor) })
	return all
}

// serverOf is the minor version of the API server; 0 where it was not read.
func serverOf(e *kubernetes.Estate) int {
	if len(e.Servers) != 1 {
		return 0
	}
	return minorOf(e.Servers[0])
}

// supported is how many minor versions a kubelet may be behind.
func supported(minor int) int {
	if minor < 25 {
		return 2
	}
	return 3
}

// behind are the kubelets that are too far behind: the API server, or where its version is
// not known the newest kubelet, than which it is no older.
func behind(p *check.Pass) []kubelets {
	e := p.Estate.Kubernetes
	all := kubeletsOf(e)
	if len(all) == 0 {
		return nil
	}
	newest := max(serverOf(e), all[len(all)-1].minor)
	return slices.DeleteFunc(all, func(x kubelets) bool { return newest-x.minor <= supported(x.minor) })
}

func kubeletSkew(p *check.Pass) {
	e := p.Estate.Kubernetes
	all, server := kubeletsOf(e), serverOf(e)
	if len(all) == 0 {
		return
	}
	late := behind(p)
	for _, x := range late {
		p.Report(tooOld(p, x, all[len(all)-1]))
	}
	if len(late) == 0 && server > 0 {
		j := ofNodes(p, all[0])
		j.Verdict = finding.Held
		j.Message = fmt.Sprintf("has the oldest kubelet, of 1.%d, which Kubernetes supports under an API server of 1.%d", all[0].minor, server)
		p.Report(j)
	}
}

// tooOld says of nodes that their kubelets are too far behind.
func tooOld(p *check.Pass, x, newest kubelets) check.Judgement {
	j := ofNodes(p, x)
	server := serverOf(p.Estate.Kubernetes)
	j.Verdict = finding.Broken
	others := ""
	if n := len(x.nodes) - 1; n == 1 {
		others = ", as does 1 other node"
	} else if n > 1 {
		others = fmt.Sprintf(", as do %d other nodes", n)
	}
	of := fmt.Sprintf("an API server of 1.%d", server)
	if newest.minor > server {
		first := &p.Estate.Kubernetes.Nodes[newest.nodes[0]]
		of = fmt.Sprintf("an API server of 1.%d or later", newest.minor)
		j.Evidence = append(j.Evidence, finding.Evidence{
			Text:     "node " + first.Name + " runs " + first.KubeletVersion + ", and no API server may be older than a kubelet",
			Position: first.Position,
		})
	}
	most := words.Count(supported(x.minor), "minor version")
	j.Message = fmt.Sprintf("runs a kubelet of 1.%d under %s%s: Kubernetes supports %s between them", x.minor, of, others, most)
	j.Consequence = "Nobody tests the two together, and the control plane cannot be upgraded further before these nodes are replaced."
	j.Fix = &finding.Fix{Summary: "replace these nodes by ones of a version that the control plane supports, before its next upgrade"}
	return j
}

// ofNodes is a judgement on nodes of one version, by the first of them.
func ofNodes(p *check.Pass, x kubelets) check.Judgement {
	i := x.nodes[0]
	n := &p.Estate.Kubernetes.Nodes[i]
	return check.Judgement{
		Subject: finding.Subject{Kind: "Node", Name: n.Name}, Index: i, Place: placeOr(p.Places.Nodes[i], p.Places.Fallback),
		Position: n.Position, Evidence: []finding.Evidence{{Text: "kubelet " + n.KubeletVersion, Position: n.Position}},
	}
}
