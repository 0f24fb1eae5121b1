package simulate

import "slices"

// anotherMachine is what new nodes are called while nobody knows their names. No node can
// have it, so that nothing asks for it.
const anotherMachine = "another machine"

// renew says what shape another machine has that comes in place of a node: all that matters
// of it is the same, but its name and its hostname are its own, and what the template of its
// pool has by now. Pods that ask for a node by its name do not find it there.
func (b *nodeShapes) renew() {
	for i := range len(b.shapes) {
		anew := b.anew(int32(i))
		b.shapes[i].anew = anew
	}
	for i := range b.pools {
		b.pools[i].shapes = slices.DeleteFunc(b.pools[i].shapes, func(s int32) bool { return b.shapes[s].anew != s })
	}
}

// renewMadeUp does so for nodes that were made up, once pods were placed on them.
func (b *nodeShapes) renewMadeUp() {
	known := len(b.shapes)
	if b.renew(); len(b.shapes) > known {
		b.orderShapes()
		nodeFits{b.builder}.judge()
	}
}

func (b *nodeShapes) anew(i int32) int32 {
	s := b.shapes[i]
	labels, own := map[string]string{}, false
	for k, v := range s.labels {
		if (k == hostname || k == nodeName) && v != "" {
			v, own = anotherMachine, own || v != anotherMachine
		}
		labels[k] = v
	}
	s.labels = labels
	if t := b.pools[s.pool].template; t != nil {
		return b.byTemplate(t, s)
	}
	if !own {
		return i
	}
	return b.addShape(s)
}

// asksForOther reports whether pods ask for nodes by their names, and nodes of a shape have
// another.
func (w *World) asksForOther(constraint, shape int32) bool {
	names, labels := w.namesAsked[constraint], w.shapes[shape].labels
	return len(names) > 0 && !slices.Contains(names, labels[hostname]) && !slices.Contains(names, labels[nodeName])
}
