package simulate

// launchForecast answers in a moment, for most candidates that will fail, that they do:
// their largest pod would land on a node that is being started. It knows how
// much is free on those nodes after each of the pods that come before.
type launchForecast struct {
	base      []int32
	freeAfter [][]amount // of the launching nodes, after so many of base
	known     map[kindOfPod]int32
	fresh     bool
}

type kindOfPod struct {
	asks       amount
	constraint int32
	tie        int32
	// choosy ones are always tried, for more than a node decides about them.
	choosy bool
}

// kindOf is the kind of a pod.
func (e *engine) kindOf(p int32) kindOfPod {
	x := &e.pods[p]
	c := &e.classes[x.class]
	tie := x.tie
	if tie != untied {
		tie = e.ties[tie].place
	}
	return kindOfPod{c.asks, c.constraint, tie, c.choosy()}
}

func (a *launchForecast) begin(e *engine, base []int32) {
	a.base, a.fresh = base, false
	clear(a.known)
	if a.known == nil {
		a.known = map[kindOfPod]int32{}
	}
	live := e.launching[:0]
	for _, n := range e.launching {
		if e.nodes[n].state == nodeLaunching {
			live = append(live, n)
		}
	}
	e.launching = live
}

// blocks reports whether a pod, as the first of its node, is sure to land on a
// launching node. It is never wrong when it says so.
func (a *launchForecast) blocks(e *engine, p int32) bool {
	switch turn := a.turnOf(e, e.kindOf(p)); {
	case turn == 0:
		return false
	case int(turn) > len(a.base):
		return true
	default:
		return e.solver.before(p, a.base[turn-1]) < 0 // it comes before that pod
	}
}

func (a *launchForecast) turnOf(e *engine, k kindOfPod) int32 {
	if len(e.launching) == 0 || k.choosy {
		return 0
	}
	turn, ok := a.known[k]
	if !ok {
		turn = a.turn(e, &k)
		a.known[k] = turn
	}
	return turn
}

// turn is after how many of the base no launching node takes
// such a pod: 0 where one that is ready takes it, or no launching one ever does;
// one more than the base where one takes it to the last.
func (a *launchForecast) turn(e *engine, p *kindOfPod) int32 {
	if e.solver.readyNodeFits(p) {
		return 0
	}
	if !a.fresh {
		a.walk(e)
	}
	for i, freeAfter := range a.freeAfter {
		fits := false
		for k, n := range e.launching {
			fits = fits || freeAfter[k].holds(&p.asks) && e.solver.mayRunOn(p, n)
		}
		if !fits {
			return int32(i)
		}
	}
	return int32(len(a.freeAfter))
}

// walk places the base once and notes what is free on launching nodes as it goes.
func (a *launchForecast) walk(e *engine) {
	a.fresh = true
	a.freeAfter = a.freeAfter[:0]
	note := func() {
		at := make([]amount, len(e.launching))
		for k, n := range e.launching {
			at[k] = e.nodes[n].free
		}
		a.freeAfter = append(a.freeAfter, at)
	}
	e.solver.lift(a.base)
	e.solver.cursors.clear()
	var claims []nodeClaim
	note()
	for _, p := range a.base {
		e.solver.placePod(&e.pods[p], false, &claims)
		note()
	}
	e.solver.restore()
}
