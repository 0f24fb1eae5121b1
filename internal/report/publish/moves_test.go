package publish

import (
	"testing"

	"github.com/onus-project/onus/internal/responsibility"
)

func TestMovesInWords(t *testing.T) {
	fact := func(is string) responsibility.Fact { return responsibility.Fact{Is: is} }
	move := func(by, cadence, pace, windows, deadline, then string) responsibility.Move {
		return responsibility.Move{Initiator: fact(by), Cadence: fact(cadence), Pace: fact(pace), Windows: fact(windows), Deadline: fact(deadline), OnDeadline: fact(then)}
	}
	tests := map[string]struct {
		windows string
		move    responsibility.Move
		want    string
	}{
		"expiry on node budgets": {"node-budget-schedules", move("provider", "timer", "unbounded", "ignored", "24h", "force"),
			"every 336h at most, drain waits 24h for PDBs, then force; node budgets and windows do not apply"},
		"drift": {"node-budget-schedules", move("provider", "168h", "10%", "bind", "24h", "force"),
			"about every 168h, drain waits 24h for PDBs, then force; 10% of nodes at a time, windows bind it"},
		"an update that fails": {"own-schedule", move("customer", "on-demand", "1", "bind", "15m", "fail"),
			"when you start it, drain waits 15m for PDBs, then it fails and the node stays; one node at a time, windows bind it"},
		"a drain without end": {"none", move("provider", "on-demand", "2", "best-effort", "unlimited", "wait"),
			"when Acme starts it, drain waits for PDBs without limit; 2 nodes at a time, windows are kept where possible"},
		"a node that is taken": {"none", move("provider", "event", "unbounded", "ignored", "none", "force"),
			"when it happens, PDBs are not waited for; any number of nodes at once, windows do not apply"},
		"what is not published": {"none", move("provider", "unstated", "unstated", "none", "unstated", "skip"),
			"as often as Acme sees fit, how long a drain waits for PDBs is not published, then the node is skipped; how many nodes at once is not published, there is no window to set"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := &responsibility.Offering{Provider: "Acme", Contract: &responsibility.Contract{MaxNodeLife: fact("336h"), Windows: fact(test.windows)}}
			if got := inWords(o, test.move); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}
