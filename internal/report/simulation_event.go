package report

import (
	"github.com/onus-project/onus/internal/simulate"
)

// SimulatedEvent is something that happened in the story, and why: Cause is
// the event that led to it, by its place in the list.
type SimulatedEvent struct {
	AtSeconds float64 `json:"atSeconds"`
	At        string  `json:"at"`
	Kind      string  `json:"kind"`
	Node      string  `json:"node,omitempty"`
	Pod       string  `json:"pod,omitempty"`
	Workload  string  `json:"workload,omitempty"`
	Ready     *int    `json:"ready,omitempty"`
	Number    *int    `json:"number,omitempty"`
	Cause     *int    `json:"cause,omitempty"`
	Detail    string  `json:"detail,omitempty"`
}

func (v *Simulation) events() []SimulatedEvent {
	story := &v.played.Story
	all := make([]SimulatedEvent, len(story.Events))
	for i := range story.Events {
		ev := &story.Events[i]
		x := SimulatedEvent{AtSeconds: seconds(ev.At), At: v.clock(ev.At), Kind: ev.Kind.String(), Node: v.story.Node(ev.Node), Detail: ev.Detail}
		if ev.Pod >= 0 && int(ev.Pod) < len(story.Names.Pods) {
			x.Pod = story.Names.Pods[ev.Pod]
		}
		if ev.Workload >= 0 {
			x.Workload = v.played.Workloads[ev.Workload].String()
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
