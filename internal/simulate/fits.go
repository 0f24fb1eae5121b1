package simulate

import (
	"hash/maphash"
	"slices"
)

// nodeFits is which pods may run on which kinds of nodes.
type nodeFits struct{ *builder }

// judge says what may run where, for the shapes there are.
func (b nodeFits) judge() {
	b.fits, b.namesAsked = make([][]bool, len(b.constraints.asked)), make([][]string, len(b.constraints.asked))
	labelled := b.shapesByLabel()
	for i := range b.constraints.asked {
		b.fits[i], b.namesAsked[i] = make([]bool, len(b.shapes)), b.constraints.asked[i].nodeNames()
		for _, s := range labelled.candidates(b.constraints.asked[i].selector) {
			b.fits[i][s] = b.constraints.asked[i].admits(&b.shapes[s])
		}
	}
	for i := range b.shapes {
		b.domainsOf(&b.shapes[i])
	}
	for i := range b.groups {
		if b.groups[i].spreads {
			b.judgeDomains(&b.groups[i])
		}
	}
	fits, next := b.rowsOfFits(), int32(len(b.classes))
	for i := range b.classes {
		c := &b.classes[i]
		c.judgeNodes(b.shapes)
		c.id, c.wishes = int32(i), b.wishesOf(c, fits)
		c.alone = len(c.member)+len(c.anti)+len(c.near)+len(c.spread)+len(c.wishes)+len(c.prefers) == 0
		for k := range c.wishes {
			c.wishes[k].id = next
			next++
		}
	}
	b.classIDs = next
	b.judgeOpen()
	b.tellKindsApart()
}

// labelled are shapes by the labels that selectors ask for, so that of many pools each
// with its own label not every one is asked.
type labelled struct {
	all []int32
	by  map[[2]string][]int32 // by key and value
}

func (b nodeFits) shapesByLabel() *labelled {
	l := &labelled{by: map[[2]string][]int32{}}
	for i := range b.constraints.asked {
		for k, v := range b.constraints.asked[i].selector {
			l.by[[2]string{k, v}] = nil
		}
	}
	for s := range b.shapes {
		l.all = append(l.all, int32(s))
		for k, v := range b.shapes[s].labels {
			if of, asked := l.by[[2]string{k, v}]; asked {
				l.by[[2]string{k, v}] = append(of, int32(s))
			}
		}
	}
	return l
}

// candidates are the shapes that may satisfy a selector: the fewest that have one of its
// labels.
func (l *labelled) candidates(selector map[string]string) []int32 {
	fewest := l.all
	for k, v := range selector {
		if of := l.by[[2]string{k, v}]; len(of) < len(fewest) {
			fewest = of
		}
	}
	return fewest
}

// nodeKinds is a set of kinds of nodes: of those that the same pods may run on. There may be
// more kinds than bits, so that two share one: being of a kind is no proof that a pod may
// run there, but not being of it is one that it may not.
type nodeKinds uint32

const mostKinds = 32

// tellKindsApart finds the kind of each shape, and those that each constraint admits.
func (b nodeFits) tellKindsApart() {
	seed := maphash.MakeSeed()
	columns := make([]uint64, len(b.shapes))
	for i, row := range b.fits {
		salt := maphash.Comparable(seed, i)
		for s, fits := range row {
			if fits {
				columns[s] += salt
			}
		}
	}
	known := map[uint64]int{}
	b.kindOfShape, b.kindsThatFit = make([]nodeKinds, len(b.shapes)), make([]nodeKinds, len(b.fits))
	for s, column := range columns {
		k, ok := known[column]
		if !ok {
			k = len(known)
			known[column] = k
		}
		b.kindOfShape[s] = 1 << (k % mostKinds)
	}
	for i, row := range b.fits {
		for s, fits := range row {
			if fits {
				b.kindsThatFit[i] |= b.kindOfShape[s]
			}
		}
	}
}

// judgeNodes says what nodes of each shape are worth to pods of a class.
func (c *class) judgeNodes(shapes []shape) {
	if len(c.preferred) == 0 {
		return
	}
	c.worth = make([]int32, len(shapes))
	for s := range shapes {
		for i := range c.preferred {
			if c.preferred[i].attracts(&shapes[s]) {
				c.worth[s] += c.preferred[i].weight
			}
		}
	}
}

// judgeDomains says which nodes count as domains of a spread.
//
// Source: matchNodeInclusionPolicies and nodeLabelsMatchSpreadConstraints in
// pkg/scheduler/framework/plugins/podtopologyspread/common.go of Kubernetes 1.36.
func (b nodeFits) judgeDomains(g *group) {
	g.counts = make([]bool, len(b.shapes))
	asked := &b.constraints.asked[g.constraint]
	for s := range b.shapes {
		x := &b.shapes[s]
		g.counts[s] = (g.ignoresAffinity || asked.attracts(x)) && (!g.honorsTaint || tolerates(asked.tolerate, x.taints)) &&
			!slices.ContainsFunc(g.keys, func(k int32) bool { return k != 0 && x.domains[k] < 0 })
	}
}

func (b nodeFits) domainsOf(s *shape) {
	s.domains = make([]int32, len(b.topology.names))
	for k, name := range b.topology.names {
		s.domains[k] = -1
		if v, ok := s.labels[name]; ok && name != hostname {
			s.domains[k] = b.topology.domain(int32(k), v)
		}
	}
}

// measure counts domains, and what DaemonSets take of every shape.
func (b nodeFits) measure() {
	b.domainSizes = make([]int, len(b.topology.names))
	for k := range b.topology.names {
		b.domainSizes[k] = len(b.topology.domains[k])
	}
	b.overhead, b.daemons = make([]amount, len(b.shapes)), make([][]int32, len(b.shapes))
	for l := range b.workloads {
		if b.workloads[l].kind != daemon {
			continue
		}
		c := &b.classes[b.workloads[l].class]
		for s := range b.shapes {
			if b.fits[c.constraint][s] {
				b.overhead[s].add(&c.asks)
				b.daemons[s] = append(b.daemons[s], int32(l))
			}
		}
	}
}
