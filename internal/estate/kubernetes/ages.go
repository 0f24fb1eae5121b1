package kubernetes

import "github.com/onus-project/onus/internal/origin"

// Ages are what objects tell of how old the clusters are that take them, by the versions
// of their kinds.
type Ages struct {
	// Old are those in a version that was gone before policy/v1beta1 was, Now how many
	// there are, by kind, in the version that took the place of such a one.
	Old []Withdrawn
	Now map[string]int
	// New is where those stand that are in a version which took the place of policy/v1beta1,
	// or of one that went with it or later.
	New []origin.Position
}

func (a *Ages) add(o *Ages) {
	a.Old, a.New = append(a.Old, o.Old...), append(a.New, o.New...)
	for kind, n := range o.Now {
		if a.Now == nil {
			a.Now = map[string]int{}
		}
		a.Now[kind] += n
	}
}
