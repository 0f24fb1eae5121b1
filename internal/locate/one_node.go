package locate

import (
	"slices"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
)

// oneNode says by what it is known that the cluster of some units has one node: nothing
// else of the input makes a cluster. It is empty where more nodes are made, or other
// clusters, or nothing tells. What stands in folders of tests and samples makes those.
func (l *locator) oneNode(units []Unit) string {
	said, clusters := "", 0
	for i := range units {
		u := &units[i]
		for k := range u.Estate.Objects {
			o := &u.Estate.Objects[k]
			if u.Folders != nil {
				if of, _ := u.Folders.OfDir(directory(o.Position.File)); of != purpose.Deployed {
					continue
				}
			}
			f := objectFields(o)
			for _, r := range l.rules["object"] {
				if len(r.OneNode) == 0 {
					continue
				}
				if _, ok := f.match(r.Rule); !ok {
					continue
				}
				clusters++
				if !slices.ContainsFunc(r.OneNode, func(c responsibility.Condition) bool { _, ok := f.satisfies(c); return !ok }) {
					said = f.of + " in " + o.Position.File + " makes a cluster of one node"
				}
			}
		}
	}
	if clusters != 1 {
		return ""
	}
	return said
}
