package nodes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// Target says which nodes go.
type Target struct {
	Kind  string // one of TargetKinds
	Value string
	names []string
	age   time.Duration
	parts []int // of a version
}

// The kinds of targets.
const (
	ByVersion = "version"    // nodes whose kubelet is older than this
	ByImage   = "image"      // nodes that do not run this
	ByAge     = "older-than" // nodes that were created longer ago
	ByDrift   = "drifted"    // nodes whose NodeClaim has drifted
	ByName    = "nodes"      // these
)

// TargetKinds are all of them, as they are written.
var TargetKinds = []string{ByVersion + "=1.36", ByImage + "=IMAGE", ByAge + "=14d", ByDrift, ByName + "=a,b"}

// ParseTarget reads a target as it is typed.
func ParseTarget(text string) (Target, error) {
	kind, value, valued := strings.Cut(text, "=")
	t := Target{Kind: kind, Value: value}
	wants := func(what string) (Target, error) {
		return t, fmt.Errorf("is %q, wants %s", text, what)
	}
	switch kind {
	case ByVersion:
		if t.parts = versionOf(value); len(t.parts) < 2 {
			return wants("a version of the kubelet, such as version=1.36 or version=1.36.2")
		}
	case ByImage:
		if value == "" {
			return wants("what nodes call their image, such as image=\"Bottlerocket OS 1.52.0\"")
		}
	case ByAge:
		age, err := words.ParseDuration(value)
		if err != nil || age <= 0 {
			return wants("an age, such as older-than=14d")
		}
		t.age = age
	case ByDrift:
		if valued {
			return wants("drifted alone")
		}
	case ByName:
		t.names = strings.Split(value, ",")
		if slices.Contains(t.names, "") {
			return wants("names of nodes, such as nodes=a,b")
		}
	default:
		return wants(words.Or(TargetKinds))
	}
	return t, nil
}

// versionOf are the numbers of a version, without what stands before and behind them; nil for
// what is none.
func versionOf(text string) []int {
	text = strings.TrimPrefix(text, "v")
	if end := strings.IndexAny(text, "+-"); end >= 0 {
		text = text[:end]
	}
	var all []int
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil
		}
		all = append(all, n)
	}
	return all
}

// String is the target in words: nodes …
func (t *Target) String() string {
	switch t.Kind {
	case ByVersion:
		return "whose version is below " + t.Value
	case ByImage:
		return "that do not run the image " + t.Value
	case ByAge:
		return "older than " + words.Duration(t.age)
	case ByDrift:
		return "whose NodeClaims have drifted"
	}
	return "by name"
}

// picks reports whether a node goes, at a time. Where that is not known it says why.
func (t *Target) picks(n *kubernetes.Node, now time.Time) (goes bool, unknown string) {
	switch t.Kind {
	case ByVersion:
		is := versionOf(n.KubeletVersion)
		if len(is) < 2 {
			return false, "its version was not read"
		}
		return slices.Compare(is[:min(len(is), len(t.parts))], t.parts) < 0, ""
	case ByImage:
		if n.OSImage == "" {
			return false, "its image was not read"
		}
		return n.OSImage != t.Value, ""
	case ByAge:
		if n.Created.IsZero() {
			return false, "its age was not read"
		}
		return now.Sub(n.Created) > t.age, ""
	case ByDrift:
		return n.NodeClaim != nil && n.NodeClaim.Drifted, ""
	}
	return slices.Contains(t.names, n.Name), ""
}

// NoneError says that a target picks no node, and what nodes there are.
type NoneError struct {
	Said  string
	There string
}

func (e *NoneError) Error() string { return e.Said }

// none is that error.
func (t *Target) none(e *kubernetes.Estate, now time.Time) error {
	if len(e.Nodes) == 0 {
		return &NoneError{"no node was read, so that none can be replaced", "give a snapshot of a cluster, or --context"}
	}
	count := map[string]int{}
	var seen []string
	for i := range e.Nodes {
		is := t.isOf(&e.Nodes[i], now)
		if count[is]++; count[is] == 1 {
			seen = append(seen, is)
		}
	}
	slices.Sort(seen)
	for i, is := range seen {
		seen[i] = words.Count(count[is], "node") + " " + is
	}
	return &NoneError{fmt.Sprintf("the target %s picks none of %s", t.Written(), words.Count(len(e.Nodes), "node")),
		"it has " + words.First(seen, 8)}
}

// Written is the target as it is typed.
func (t *Target) Written() string {
	if t.Kind == ByDrift {
		return t.Kind
	}
	return t.Kind + "=" + t.Value
}

// isOf is what a target looks at of a node, in words.
func (t *Target) isOf(n *kubernetes.Node, now time.Time) string {
	unread := func(is, of string) string {
		if is == "" {
			return "whose " + of + " was not read"
		}
		return "of " + of + " " + is
	}
	switch t.Kind {
	case ByVersion:
		return unread(n.KubeletVersion, "version")
	case ByImage:
		return unread(n.OSImage, "image")
	case ByAge:
		if n.Created.IsZero() {
			return "whose age was not read"
		}
		return words.Duration(now.Sub(n.Created).Truncate(time.Hour)) + " old"
	case ByDrift:
		if n.NodeClaim == nil {
			return "without a NodeClaim"
		}
		return "that has not drifted"
	}
	return "called " + n.Name
}
