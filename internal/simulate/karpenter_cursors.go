package simulate

// cursors are, within one trial of Karpenter's scheduler, from where on there may be a
// ready node that takes a pod: by class or wish, and by what its volumes tie it to.
// Nearly no pod is tied, so that most are kept in a slice, which is cleared by counting.
type cursors struct {
	trial uint32
	free  []cursor // by id
	tied  map[[2]int32]int32
}

type cursor struct {
	trial uint32
	at    int32
}

// clear begins a trial: each is at the first node.
func (c *cursors) clear() {
	c.trial++
	if c.trial == 0 { // all numbers were used once
		clear(c.free)
		c.trial = 1
	}
	clear(c.tied)
}

func (c *cursors) of(id, tie int32) int32 {
	if tie != untied {
		return c.tied[[2]int32{id, tie}]
	}
	if x := &c.free[id]; x.trial == c.trial {
		return x.at
	}
	return 0
}

func (c *cursors) set(id, tie, at int32) {
	if tie != untied {
		c.tied[[2]int32{id, tie}] = at
		return
	}
	c.free[id] = cursor{c.trial, at}
}
