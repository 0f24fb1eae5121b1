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
	Cause    Cause  `json:"cause,omitempty"`
	Reason   string `json:"reason"` // why, for people; it begins with the cause
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
	if u.Cause == Forbidden {
		said += "; allow list on " + u.Resource
	}
	return said
}

// ByCause are those that could not be read for one cause together, in the order
// in which the causes come first, each in words.
func ByCause(all []Unread, in func([]Unread) string) string {
	var causes []Cause
	by := map[Cause][]Unread{}
	for _, u := range all {
		if by[u.Cause] == nil {
			causes = append(causes, u.Cause)
		}
		by[u.Cause] = append(by[u.Cause], u)
	}
	parts := make([]string, len(causes))
	for i, cause := range causes {
		if parts[i] = in(by[cause]); cause != "" {
			parts[i] += " (" + string(cause) + ")"
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
