package bound

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// A node is given back at a deadline that is there, and whose end says so.
func TestPasses(t *testing.T) {
	for d, want := range map[disruption.Deadline]bool{
		{}: false, {Then: disruption.Skip}: false, after(time.Hour, disruption.Skip): true, after(time.Hour, disruption.Force): false,
		after(time.Hour, disruption.Wait): false,
	} {
		if got := (&Disruption{Deadline: d}).passes(); got != want {
			t.Errorf("%+v: %t", d, got)
		}
	}
}

// Nodes that are stuck take the turns of others, where not all may go at once.
func TestFreeSlots(t *testing.T) {
	for _, x := range []struct{ limit, meant, stuck, want int }{{2, 3, 1, 1}, {2, 3, 2, 0}, {3, 3, 2, none}, {4, 3, 0, none}} {
		f := poolFacts{limit: x.limit, meant: x.meant, stuck: x.stuck}
		if got := f.freeSlots(); got != x.want {
			t.Errorf("%d of %d at once, %d stuck: %d more, want %d", x.limit, x.meant, x.stuck, got, x.want)
		}
	}
}
