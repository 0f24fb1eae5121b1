package kubernetes

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// setClock is one that somebody sets again and again while a plan is carried out: forth and back over
// the ends of a window, and over that of the lease. The cluster's own goes on.
type setClock struct {
	*fakeClock
	r   *rand.Rand
	off time.Duration
	n   int // how often
}

func (c *setClock) Now() time.Time { return c.fakeClock.Now().Add(c.off) }

func (c *setClock) Sleep(ctx context.Context, d time.Duration) {
	if c.n > 0 && c.r.IntN(4) == 0 {
		c.n--
		c.off = []time.Duration{0, 16 * time.Minute, -16 * time.Minute, time.Hour, -time.Hour, 13 * time.Hour, -13 * time.Hour}[c.r.IntN(7)]
	}
	c.fakeClock.Sleep(ctx, d)
}

// However the clock of the machine is set, no pod is evicted twice, no floor is broken, and no node
// stays cordoned: the plan is carried out, or paused and gone on with.
func TestClockIsSet(t *testing.T) {
	paused, jumps, seeds := 0, 0, uint64(3)
	if os.Getenv("ONUS_FAULTS") != "" {
		seeds = 60
	}
	for seed := range seeds {
		b := newBench(t, 2)
		for i := range b.plan.Steps {
			s := &b.plan.Steps[i]
			s.Guards = append(s.Guards, plan.Guard{Kind: step.Window, Says: "the window is open", With: map[string]string{
				step.At: "11:00", step.Length: "61m"}})
			s.TimeoutSeconds = 86400
		}
		c := &setClock{fakeClock: b.clock, r: rand.New(rand.NewPCG(seed, 0)), n: 30}
		var status apply.Status
		var err error
		for try := range 10 {
			status, err = carry(t.Context(), b.plan, b.client, c, b.file, try > 0, func(s *apply.Settings) {
				s.Events = func(e apply.Event) { b.events = append(b.events, e) }
			}, func(e *apply.Engine) (apply.Status, error) { return e.Run(t.Context(), try > 0) })
			if status == apply.Finished {
				break
			}
			paused++
		}
		jumps += 30 - c.n
		if replaced(t, b.server, 2); t.Failed() || status != apply.Finished || err != nil {
			for _, e := range b.events {
				t.Logf("%s %s %s: %s", e.At.Format(time.DateTime), e.Step, e.Kind, e.Says)
			}
			t.Fatal(seed, status, err)
		}
	}
	t.Logf("set %d times, paused %d times", jumps, paused)
	if jumps < 10*int(seeds) {
		t.Error("the clock was hardly set")
	}
}
