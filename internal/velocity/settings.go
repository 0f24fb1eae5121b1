package velocity

import (
	"fmt"
	"time"
)

// Settings are what a rollout is played with, beside the fleet and the strategy.
type Settings struct {
	Start   time.Time
	Horizon time.Duration // what is not patched by then stays so
	// Override has patches begin outside of windows, in protected hours, and where they were put off.
	Override bool
	Capacity int // how many deployments people have in hand at a time; 0 for no limit
	// Member is how long one takes, until it has caught up; StepDown is added where it is the primary.
	Member, StepDown time.Duration
	FailureRate      float64 // that a member fails with the fix
	Stragglers       float64 // that a deployment cannot be had when it has its turn,
	Late             time.Duration
	// EventsPerHour is how much an instance sees, for bakes that want some.
	EventsPerHour float64
	Seed          uint64
}

// Usual are settings where nobody says otherwise.
func Usual(start time.Time) Settings {
	return Settings{Start: start, Horizon: 90 * day, Member: 10 * time.Minute, StepDown: 12 * time.Second, Late: day, EventsPerHour: 60}
}

// check reports what cannot be played.
func (s *Settings) check() error {
	switch {
	case s.Horizon <= 0 || s.Horizon > most:
		return fmt.Errorf("horizon is %s, wants more than 0 and no more than a year", s.Horizon)
	case s.Member <= 0 || s.StepDown < 0 || s.Late < 0:
		return fmt.Errorf("a member takes %s and a step-down %s, wants more than 0 and no less than 0", s.Member, s.StepDown)
	case !(s.FailureRate >= 0 && s.FailureRate <= 1) || !(s.Stragglers >= 0 && s.Stragglers <= 1):
		return fmt.Errorf("rates are %g and %g, want 0 to 1", s.FailureRate, s.Stragglers)
	case !(s.EventsPerHour > 0):
		return fmt.Errorf("an instance has %g events an hour, wants more than 0", s.EventsPerHour)
	}
	return nil
}
