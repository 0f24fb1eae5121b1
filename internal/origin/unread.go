package origin

import (
	"fmt"
	"path"
	"path/filepath"
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
	// Of is what holds or makes such objects, where that is known: a file, a base
	// of a build, an operator. Then Kind may be empty, for any kind, and only what
	// is in its Scope can rest on it.
	Of    string `json:"of,omitempty"`
	Scope Scope  `json:"scope,omitzero"`
	// Acts says that it does itself what such objects would, of which it makes none.
	Acts bool `json:"acts,omitempty"`
	// Unseen says that nothing of what holds them could be looked at, as of a folder
	// without permission: it may hold what stands beside it as well as what is its own.
	Unseen bool `json:"unseen,omitempty"`
}

// Scope is where objects stand that something unread may be about. Of fields
// that are empty it says nothing.
type Scope struct {
	Directory string `json:"directory,omitempty"` // that the file is in, or one above it
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`  // or one that continues it after a dash
	Exact     string `json:"exact,omitempty"` // the name of the one object
	Chart     string `json:"chart,omitempty"` // that makes objects of its own, which Helm's conventions name after it
}

// Holds reports whether an object is in the scope. An object without a
// namespace is in that of whatever it is applied to.
func (s Scope) Holds(namespace, name string, at Position) bool {
	if s.Namespace != "" && namespace != "" && s.Namespace != namespace {
		return false
	}
	if s.Exact != "" && name != s.Exact {
		return false
	}
	if s.Name != "" && name != s.Name && !strings.HasPrefix(name, s.Name+"-") {
		return false
	}
	if s.Chart != "" && !strings.Contains("-"+name+"-", "-"+s.Chart+"-") {
		return false
	}
	if s.Directory == "" || s.Directory == "." {
		return true
	}
	dir := path.Dir(filepath.ToSlash(at.File))
	return dir == s.Directory || strings.HasPrefix(dir, strings.TrimSuffix(s.Directory, "/")+"/")
}

// May reports whether objects of a kind may be among what could not be read.
func (u Unread) May(kind string) bool { return u.Of != "" && (u.Kind == "" || u.Kind == kind) }

// Says reports whether another one is told in the same words: of the kinds that a
// file may hold no more is known than that they may be in it.
func (u Unread) Says(other Unread) bool {
	if u.Of != "" {
		u.Resource, u.Kind, other.Resource, other.Kind = "", "", "", ""
	}
	return u == other
}

// Plural is the kind in words, PodDisruptionBudgets; or what holds such objects.
func (u Unread) Plural() string {
	if u.Of != "" {
		return u.Of
	}
	if u.Kind == "" {
		return u.Resource
	}
	return words.Plural(u.Kind)
}

// Words say what was not read, why, and how to have it read.
func (u Unread) Words() string {
	if u.Cause == Elsewhere || u.Cause == Made {
		return u.Of + ": " + u.Reason
	}
	said := u.Plural() + " could not be read"
	if u.Reason != "" {
		said += ": " + u.Reason
	}
	if u.Cause == Forbidden {
		said += "; allow list on " + u.Resource
	}
	return said
}

// Doubt says what may change a verdict: what could not be read, and what is
// elsewhere or is made when it runs.
func Doubt(all []Unread) string {
	if _, others := parted(all); len(others) == 0 {
		return Lacks(all) + ", and may change that"
	}
	return Lacks(all)
}

// Lacks is Doubt where it is known already that something else is not known either.
func Lacks(all []Unread) string {
	unread, others := parted(all)
	switch {
	case len(others) == 0:
		return Plurals(unread) + " could not be read"
	case len(unread) == 0:
		return Plurals(others) + " may change that"
	}
	return Plurals(unread) + " could not be read, and " + Plurals(others) + " may change that, too"
}

// parted are those that could not be read, and those that are elsewhere or made later.
func parted(all []Unread) (unread, others []Unread) {
	for _, u := range all {
		if u.Cause == Elsewhere || u.Cause == Made {
			others = append(others, u)
		} else {
			unread = append(unread, u)
		}
	}
	return unread, others
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

// named is how many kinds or files a sentence names.
const named = 3

// Plurals names kinds in a sentence: PodDisruptionBudgets and Nodes. Of what
// holds objects it names the first few.
func Plurals(all []Unread) string {
	var names []string
	more := 0
	for _, u := range all {
		switch {
		case slices.Contains(names, u.Plural()):
		case u.Of != "" && len(names) >= named:
			more++
		default:
			names = append(names, u.Plural())
		}
	}
	if more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return words.And(names)
}
