package simulate

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/words"
)

// openLabel is a label of the new nodes of a pool of which the template does not say which
// value they have, or allows more values than are told apart.
type openLabel struct {
	key   string
	only  []string // the values that it may have; nil for any
	never []string // those that it has not
}

// anotherValue is one that nobody asks for.
const anotherValue = "another value"

func (o *openLabel) may(value string) bool {
	return !slices.Contains(o.never, value) && (o.only == nil || slices.Contains(o.only, value))
}

// leaveOpen notes that of the new nodes of a pool the value of a label is not known.
func (b *nodeShapes) leaveOpen(pool int32, o openLabel) {
	p := &b.pools[pool]
	i := slices.IndexFunc(p.open, func(x openLabel) bool { return x.key == o.key })
	if i < 0 {
		p.open = append(p.open, o)
		return
	}
	for _, v := range o.only {
		if x := &p.open[i]; x.only != nil && !slices.Contains(x.only, v) {
			x.only = append(x.only, v)
		}
	}
}

// leaveCut notes the labels that tell apart variants of which not all are kept.
func (b *nodeShapes) leaveCut(variants []shape) {
	for _, key := range slices.Sorted(maps.Keys(variants[0].labels)) {
		var values []string
		for i := range variants {
			if v := variants[i].labels[key]; !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		if len(values) > 1 {
			b.leaveOpen(variants[0].pool, openLabel{key: key, only: values})
		}
	}
}

// askedFirst are the values that a requirement allows: those that some template asks for before
// the others.
func (b *nodeConstraints) askedFirst(r *corev1.NodeSelectorRequirement) []string {
	asked, rest := []string{}, []string{}
	known := b.values(r.Key)
	for _, v := range slices.Compact(slices.Sorted(slices.Values(r.Values))) {
		if slices.Contains(known, v) {
			asked = append(asked, v)
		} else {
			rest = append(rest, v)
		}
	}
	return append(asked, rest...)
}

// values are those of a label that templates ask for.
func (b *nodeConstraints) values(key string) []string {
	all := map[string]bool{}
	for i := range b.asked {
		c := &b.asked[i]
		if v, ok := c.selector[key]; ok {
			all[v] = true
		}
		for _, term := range c.terms {
			for _, r := range term {
				if r.Key() == key && (r.Operator() == selection.In || r.Operator() == selection.Equals) {
					for _, v := range r.ValuesUnsorted() {
						all[v] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// judgeOpen says which pods may find a place on new nodes whose labels are not known, where
// they find none on those that are played.
func (b nodeFits) judgeOpen() {
	for i := range b.classes {
		c := &b.classes[i]
		c.open = false
		for p := range b.pools {
			x := &b.pools[p]
			if len(x.open) == 0 || !x.managed || x.closed || !b.mayFit(c, x) {
				continue
			}
			c.open = true
			var keys []string
			for k := range x.open {
				keys = append(keys, x.open[k].key)
			}
			b.note("the template of pool %s does not say which %s its new nodes have, or allows too many to be told apart: "+
				"whether pods of %s find a place on them is not known", x.name, words.And(keys), b.workloads[c.workload].Name)
		}
	}
}

// mayFit reports whether a class's pods may fit on new nodes of a pool, by labels that are not
// known of these.
func (b nodeFits) mayFit(c *class, p *pool) bool {
	asked := &b.constraints.asked[c.constraint]
	if slices.ContainsFunc(p.shapes, func(s int32) bool { return b.fits[c.constraint][s] }) {
		return slices.ContainsFunc(p.open, func(o openLabel) bool { return b.placedBy(c, o.key) })
	}
	for i := range p.open {
		o := &p.open[i]
		for _, s := range p.shapes {
			trial := b.shapes[s]
			for k := range p.open { // what is asked for by a selector they may have together
				if v, ok := asked.selector[p.open[k].key]; ok && p.open[k].may(v) {
					trial = trial.with(p.open[k].key, v)
				}
			}
			values := append(b.constraints.values(o.key), anotherValue)
			if o.only != nil {
				values = o.only
			}
			if slices.ContainsFunc(values, func(v string) bool {
				with := trial.with(o.key, v)
				return o.may(v) && asked.admits(&with)
			}) {
				return true
			}
		}
	}
	return false
}

// placedBy reports whether where other pods and volumes are decides by a label where those of
// a class may go.
func (b nodeFits) placedBy(c *class, label string) bool {
	by := func(g int32) bool { return b.topology.names[b.groups[g].key] == label }
	return label == zone && b.mounts(c) || slices.ContainsFunc(c.near, by) || slices.ContainsFunc(c.anti, by) ||
		slices.ContainsFunc(c.spread, func(x spread) bool { return by(x.group) })
}

// mounts reports whether pods of a class may have volumes that lie somewhere.
func (b nodeFits) mounts(c *class) bool {
	w := &b.workloads[c.workload]
	return c.tie != untied || slices.ContainsFunc(w.ties, func(t int32) bool { return t != untied }) || c.mounts
}
