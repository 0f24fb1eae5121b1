package origin

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/words"
)

// Kinds are kinds of objects that tell alike. A kind whose name several groups
// have is written as its resource.
type Kinds []string

// Unread is a kind of object that could not be read, or not all of it.
type Unread struct {
	Resource string `json:"resource"` // as RBAC spells it, such as poddisruptionbudgets.policy
	Kind     string `json:"kind"`
	Reason   string `json:"reason"` // why, for people
}

// Plural is the kind in words: PodDisruptionBudgets.
func (u Unread) Plural() string {
	if u.Kind == "" {
		return u.Resource
	}
	return words.Plural(u.Kind)
}

// Words say what was not read, why, and how to have it read.
func (u Unread) Words() string {
	said := u.Plural() + " could not be read"
	if u.Reason != "" {
		said += ": " + u.Reason
	}
	if u.Forbidden() {
		said += "; allow list on " + u.Resource
	}
	return said
}

// Forbidden reports whether the reader lacks the permission.
func (u Unread) Forbidden() bool { return strings.HasPrefix(strings.ToLower(u.Reason), "forbidden") }

// Why is the sort of reason, in a word or two: what stands before its colon.
func (u Unread) Why() string {
	why, _, _ := strings.Cut(u.Reason, ":")
	return why
}

// ByWhy are those that could not be read for one sort of reason together, in
// the order in which the reasons come first, each in words.
func ByWhy(all []Unread, in func([]Unread) string) string {
	var whys []string
	by := map[string][]Unread{}
	for _, u := range all {
		if by[u.Why()] == nil {
			whys = append(whys, u.Why())
		}
		by[u.Why()] = append(by[u.Why()], u)
	}
	parts := make([]string, len(whys))
	for i, why := range whys {
		if parts[i] = in(by[why]); why != "" {
			parts[i] += " (" + why + ")"
		}
	}
	return strings.Join(parts, "; ")
}

// Plurals names kinds in a sentence: PodDisruptionBudgets and Nodes.
func Plurals(all []Unread) string {
	var names []string
	for _, u := range all {
		if !slices.Contains(names, u.Plural()) {
			names = append(names, u.Plural())
		}
	}
	return words.And(names)
}
