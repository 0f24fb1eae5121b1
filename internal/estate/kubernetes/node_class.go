package kubernetes

import "strings"

// unnamedClass is what a pool has whose reference says neither the group nor the kind of its
// node class: v1beta1 of Karpenter leaves both to whose provider it is.
const unnamedClass = "/"

// nodeClasses says of such pools what their node class is: the only kind that has one of
// its name.
func (l *linker) nodeClasses() {
	for i := range l.Pools {
		p := &l.Pools[i]
		if p.API != KarpenterPool || p.NodeClass != unnamedClass || p.ClassName == "" {
			continue
		}
		found := ""
		for j := range l.Objects {
			o := &l.Objects[j]
			switch {
			case o.Name != p.ClassName || !strings.HasSuffix(o.API, "NodeClass") || o.API == found:
			case found == "":
				found = o.API
			default:
				found = unnamedClass
			}
		}
		if found != "" {
			p.NodeClass = found
		}
	}
}
