package apply

import (
	"testing"
	"time"
)

// What was watched before a crash does not count: nobody watched since.
func TestSoaksAnew(t *testing.T) {
	w := newWorld("a")
	waited := 0
	w.dieIf = func(point string) bool {
		if point == "soak.waiting" {
			waited++
		}
		return waited == 3
	}
	b := on(t, w, planFor("a"))
	_, _ = b.run(t, t.Context(), false) // it dies
	w.dieIf = nil
	w.clock.now = w.clock.now.Add(time.Hour)
	resumed := w.clock.now
	if status, err := b.run(t, t.Context(), true); status != Finished || err != nil || w.clock.now.Sub(resumed) < time.Minute {
		t.Error(status, err, w.clock.now.Sub(resumed))
	}
}
