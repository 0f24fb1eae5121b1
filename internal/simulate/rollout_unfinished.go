package simulate

import "fmt"

// unfinished says of workloads whose rollout is not through when the time is over, in the
// run that is told, what it waits for: their old pods stay ready, so that nothing else does.
func (ro *rollouts) unfinished() []string {
	var notes []string
	for _, l := range ro.watchlist() {
		w, x := &ro.World.workloads[l], &ro.workloads[l]
		if x.rollout == nil {
			continue
		}
		note := fmt.Sprintf("the rollout of %s/%s is not through at the end of the run that is told", w.Namespace, w.Name)
		for _, p := range x.pods {
			if y := &ro.pods[p]; y.state == podPending && y.unschedulable {
				if why := (whyPending{ro.engine}).of(p).text; why != "" { // else it has not been tried again
					note += fmt.Sprintf(": no node takes pod %s: %s", ro.podNamed(p), why)
					break
				}
			}
		}
		notes = append(notes, note)
	}
	return notes
}
