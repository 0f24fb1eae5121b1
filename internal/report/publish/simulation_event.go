package publish

import (
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/simulate"
)

func (p *played) events() []published.SimulatedEvent {
	story := &p.Story
	all := make([]published.SimulatedEvent, len(story.Events))
	for i := range story.Events {
		ev := &story.Events[i]
		x := published.SimulatedEvent{AtSeconds: seconds(ev.At), At: p.clock(ev.At), Kind: ev.Kind.String(), Node: p.story.Node(ev.Node),
			Detail: ev.Detail}
		if ev.Pod >= 0 && int(ev.Pod) < len(story.Names.Pods) {
			x.Pod = story.Names.Pods[ev.Pod]
		}
		if ev.Workload >= 0 {
			x.Workload = p.Workloads[ev.Workload].String()
			x.Ready = intPointer(ev.Ready)
		}
		if counts(ev) {
			x.Number = intPointer(ev.Number)
		}
		if ev.Cause >= 0 {
			x.Cause = intPointer(ev.Cause)
		}
		all[i] = x
	}
	return all
}

// counts reports whether the number of an event says something.
func counts(ev *simulate.Event) bool {
	switch ev.Kind {
	case simulate.Triggered, simulate.DeadlinePassed, simulate.Evicted, simulate.Scaled:
		return true
	case simulate.Chosen:
		return ev.Number >= 0 && ev.Number < 1<<30 // else no limit applied
	}
	return false
}

func intPointer(n int32) *int {
	i := int(n)
	return &i
}
