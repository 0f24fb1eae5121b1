package simulate

import (
	"strconv"
	"time"
)

// recorder writes down what comes of a run, and where that was asked for, what
// happened in it.
type recorder struct {
	run       Run
	recording bool
	newNodes  int // names given to them
}

// eventsEach is how many events a pod that moves comes to, and most do in what is played
// of large clusters.
const eventsEach = 5

// record has events kept from now on, with capacity for as many as there may well be.
func (r *recorder) record(w *World) {
	r.recording = true
	r.run.Events = make([]Event, 0, min(mostEvents, eventsEach*len(w.pods)+64))
	r.run.Names.Pods = make([]string, 0, 2*len(w.pods))
}

// event notes what happened, where that was asked for, and returns its index.
func (s *state) event(ev Event) int32 {
	if !s.recording {
		return -1
	}
	if len(s.run.Events) == mostEvents {
		s.recording, s.run.Cut = false, time.Duration(s.now)
		return -1
	}
	ev.At = time.Duration(s.now)
	if ev.Workload >= 0 {
		l := &s.workloads[ev.Workload]
		ev.Ready = l.ready
		ev.Workload = l.watched
	}
	if ev.Node >= 0 {
		ev.Node = s.nodeName(ev.Node)
	}
	if ev.Pod >= 0 {
		ev.Pod = s.podName(ev.Pod)
	}
	s.run.Events = append(s.run.Events, ev)
	return int32(len(s.run.Events) - 1)
}

// nodeName is a node's place in the names of the run.
func (s *state) nodeName(n int32) int32 {
	x := &s.nodes[n]
	if x.name >= 0 {
		return x.name
	}
	x.name = int32(len(s.run.Names.Nodes))
	name := ""
	if x.initial >= 0 {
		name = s.World.nodes[x.initial].name
	} else {
		s.newNodes++
		name = s.World.pools[x.pool].name + "-new-" + strconv.Itoa(s.newNodes)
	}
	s.run.Names.Nodes = append(s.run.Names.Nodes, name)
	return x.name
}

// podName is a pod's place in the names of the run.
func (s *state) podName(p int32) int32 {
	x := &s.pods[p]
	if x.name >= 0 {
		return x.name
	}
	x.name = int32(len(s.run.Names.Pods))
	l := &s.World.workloads[s.classes[x.class].workload]
	name := ""
	switch {
	case x.gen == 0 && int(p) < len(s.World.pods):
		name = s.World.pods[p].name
	case x.ordinal >= 0:
		name = l.Name + "-" + strconv.Itoa(int(x.ordinal))
	default:
		name = l.Name + "-new-" + strconv.Itoa(int(x.name))
	}
	s.run.Names.Pods = append(s.run.Names.Pods, name)
	return x.name
}

func (s *state) podEvent(kind EventKind, p int32, cause int32) int32 {
	if !s.recording {
		return -1
	}
	x := &s.pods[p]
	return s.event(Event{Kind: kind, Node: x.node, Pod: p, Workload: s.classes[x.class].workload, Cause: cause})
}
