package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/contract"
)

// engine plays one run: the state of the world, and those who change it, each
// with what only it has to remember. Time passes from one due step to the next,
// and every step is somebody's.
type engine struct {
	state

	// What the scenario does.
	triggers   triggers
	autoscaler autoscaler

	// Kubernetes.
	scheduler     scheduler     // binds pods to nodes, and preempts for them
	controllers   controllers   // of workloads: keep the number of pods
	rollouts      rollouts      // of workloads: replace pods by a new revision
	kubelet       kubelet       // starts pods and stops them
	attacher      attacher      // attaches their volumes
	admission     admission     // answers of the API server
	pdbController pdbController // keeps the status of PodDisruptionBudgets
	evictor       evictor       // evicts pods, and is refused
	taintEvicter  taintEvicter  // evicts pods of nodes that are not ready
	collector     collector     // garbage of nodes that are gone
	nodeLifecycle nodeLifecycle // nodes come, are set aside, and go

	// Those who replace nodes.
	drainer       drainer        // empties nodes
	handDrains    handDrains     // and those who do so by hand
	waves         plannedWaves   // as a plan has it
	upgrader      upgrader       // rolling upgrades
	loop          disruptionLoop // Karpenter's: what to disrupt next
	drift         drifter        // of its methods the one for drifted nodes
	consolidation consolidator   // and those for nodes that are not needed
	commands      commands       // nodes that wait for their replacements
	expirer       expirer        // Karpenter's controller of expiry
	provisioner   provisioner    // Karpenter's: nodes for pods without one
	static        staticPools    // and those of its pools that have a fixed number
	solver        solver         // Karpenter's scheduler: where pods would go
	nodeClaims    claimPlanner   // the nodes that it would make for them
}

// newEngine sets a run up.
func newEngine(w *World, s *Scenario, seed int64, recording bool) *engine {
	e := &engine{state: newState(w, s, seed, recording)}
	e.join()
	e.loop.anchor = -e.rng.Int64N(int64(pollInterval + pollSlip))
	at := start{e}
	at.setCounts()
	at.setWorkloads()
	at.setNodes()
	at.setPods()
	for i := range s.Triggers {
		e.at(int64(s.Triggers[i].At), doTrigger, int32(i), 0, 0)
	}
	return e
}

// join lets each of those who change the world see it, and one another.
func (e *engine) join() {
	w := e.World
	e.triggers = triggers{engine: e, policies: map[policyKey]*contract.Policy{}}
	e.autoscaler = autoscaler{e}
	e.scheduler = scheduler{engine: e, failed: map[[2]int32]bool{}, lowest: 1 << 30}
	e.controllers = controllers{engine: e}
	e.rollouts = rollouts{e}
	e.kubelet = kubelet{e}
	e.attacher = attacher{engine: e, at: make([]int32, len(w.disks))}
	e.admission = admission{e}
	e.pdbController = pdbController{e}
	e.evictor = evictor{e}
	e.taintEvicter = taintEvicter{e}
	e.collector = collector{engine: e}
	e.nodeLifecycle = nodeLifecycle{engine: e}
	e.drainer = drainer{engine: e}
	e.handDrains = handDrains{engine: e}
	e.waves = plannedWaves{engine: e}
	e.upgrader = upgrader{engine: e}
	e.loop = disruptionLoop{engine: e, next: never, allowed: make([]int, len(w.pools)), concerns: make([]bool, len(w.pools))}
	e.drift = drifter{engine: e}
	e.consolidation = consolidator{engine: e}
	e.commands = commands{engine: e}
	e.expirer = expirer{engine: e}
	e.provisioner = provisioner{engine: e}
	e.static = staticPools{e, slices.ContainsFunc(w.pools, func(p pool) bool { return p.static })}
	e.solver = solver{engine: e, cursors: cursors{free: make([]cursor, w.classIDs), tied: map[[2]int32]int32{}}}
	e.nodeClaims = claimPlanner{engine: e, over: make([]bool, len(w.pools))}
}

// play goes through the steps until the horizon.
func (e *engine) play() {
	for len(e.steps.heap) > 0 {
		e.step()
	}
	e.now = e.horizon
	e.finish()
}

// step does what is due next.
func (e *engine) step() {
	s := e.steps.pop()
	e.now = s.at
	e.run.Steps++
	switch s.what {
	case doNodeReady, doDrain, doExpire, doEndDrain:
		if e.nodes[s.a].gen == s.gen { // it is still the node that was meant
			e.stepOfNode(&s)
		}
	case doEvict, doGone, doReady, doCrash, doUnblock, doTaintEvict:
		if e.pods[s.a].gen == s.gen {
			e.stepOfPod(&s)
		}
	default:
		e.stepOfController(&s)
	}
}

func (e *engine) stepOfNode(s *step) {
	switch s.what {
	case doNodeReady:
		e.nodeLifecycle.ready(s.a)
	case doDrain:
		if n := &e.nodes[s.a]; n.looking == s.at {
			n.looking = 0
			e.drainer.look(s.a)
		}
	case doExpire:
		e.expirer.expire(s.a, s.b)
	case doEndDrain:
		e.drainer.end(s.a)
	}
}

func (e *engine) stepOfPod(s *step) {
	p := &e.pods[s.a]
	switch s.what {
	case doEvict:
		if p.evicting && !p.waiting {
			e.evictor.evict(s.a)
		}
	case doGone:
		if p.leaves == s.at {
			e.kubelet.remove(s.a)
		}
	case doReady:
		switch {
		case p.state != podRunning || p.stuck:
		case !e.attacher.attach(s.a): // it was there when the run began
			e.attacher.wait(s.a)
		default:
			e.kubelet.setReady(s.a, true, e.podEvent(PodReady, s.a, p.cause))
			e.kubelet.crashLater(s.a, e.now)
		}
	case doCrash:
		if p.state == podRunning && p.ready {
			e.kubelet.crash(s.a)
		}
	case doTaintEvict:
		e.taintEvicter.evict(s.a)
	case doUnblock:
		e.pdbController.updateBlocked(s.a)
		if n := e.pods[s.a].node; n >= 0 { // it is to move from now on where its node goes
			e.drift.refile(n)
		}
		e.loop.wake()
	}
}

func (e *engine) stepOfController(s *step) {
	switch s.what {
	case doTrigger:
		e.triggers.trigger(int(s.a))
	case doRepair:
		e.triggers.repairLater(s.a, s.b)
	case doScale:
		e.autoscaler.scale(&e.scenario.Triggers[s.a], s.b)
	case doSync:
		e.workloads[s.a].syncDue = false
		e.controllers.sync(s.a)
	case doRetry:
		if e.workloads[s.a].retry == s.at { // and no sooner one has come in its place
			e.controllers.sync(s.a)
		}
	case doSchedule:
		e.scheduler.due = false
		e.scheduler.schedule()
	case doCollect:
		e.collector.collect(s.a)
	case doDetach:
		e.attacher.free(s.a)
	case doUpgrade:
		e.upgrader.upgrades[s.a].due = false
		e.upgrader.advance(s.a)
	case doRested:
		r := e.upgrader.upgrades[s.a]
		r.active--
		r.soon(e)
	case doPass:
		if e.loop.next == s.at { // and no sooner one has come in its place
			e.loop.pass()
		}
	case doCommand:
		e.commands.look(s.a)
	case doDrainByHand:
		e.handDrains.look(s.a)
	case doWave:
		e.waves.next(int(s.a))
	case doWaveLook:
		e.waves.look()
	case doProvision:
		e.provisioner.provision()
	case doRemind:
		e.provisioner.retrigger()
	}
}
