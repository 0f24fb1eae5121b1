package simulate

import (
	"math/rand/v2"
	"time"
)

// clock is the time of a run, what is due, and chance: all that is random is
// drawn here, in the order in which it happens.
type clock struct {
	rng     *rand.Rand
	start   time.Time
	now     int64 // nanoseconds since the start
	horizon int64
	steps   schedule
	turns   []int32 // scratch of permutation
}

func (s *state) after(d time.Duration, what action, a, b int32, gen uint32) {
	s.at(s.now+int64(d), what, a, b, gen)
}

func (s *state) at(t int64, what action, a, b int32, gen uint32) {
	if t > s.horizon {
		return
	}
	s.steps.push(step{at: max(t, s.now), what: what, a: a, b: b, gen: gen})
}

// between is a random time in a window.
func (s *state) between(w window) time.Duration {
	return w.from + time.Duration(s.rng.Int64N(int64(w.to-w.from)))
}

// timeOfDay is the time of day.
func (s *state) timeOfDay() time.Time { return s.start.Add(time.Duration(s.now)) }

// permutation is a random order.
func (s *state) permutation(n int) []int32 {
	order := s.turns[:0]
	for i := range n {
		order = append(order, int32(i))
	}
	s.rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	s.turns = order
	return order
}
