package velocity

import (
	"math"
	"slices"
	"time"
)

// Summary is how the instances of a fleet, or of one tier of it, fared.
type Summary struct {
	Deployments, Instances int
	Already                int // instances that were fixed before
	Patched                int
	Left                   map[Outcome]int // instances that were not, by what became of their deployment
	Half, Mean             time.Duration   // half are patched, and when on average: of those that were
	P95                    time.Duration   // 95 % of all that are to be patched are; Never where they are not
	Last                   time.Duration   // the last one of those that were; Never where none was
	// Exposure is in instance-days, of those that were patched: from the start of the rollout.
	Exposure float64
	times    []time.Duration // sorted
}

// ToDo is how many instances are to be patched.
func (s *Summary) ToDo() int { return s.Instances - s.Already }

// Unpatched is how many of them were not.
func (s *Summary) Unpatched() int { return s.ToDo() - s.Patched }

// PatchedBy is how many instances the rollout has patched at a time.
func (s *Summary) PatchedBy(at time.Duration) int {
	n, _ := slices.BinarySearch(s.times, at+1)
	return n
}

// ExposedSince is the exposure in instance-days from some time after the start on.
func (s *Summary) ExposedSince(at time.Duration) float64 {
	sum := 0.0
	for _, t := range s.times[s.PatchedBy(at):] {
		sum += float64(t-at) / float64(day)
	}
	return sum
}

// quantile is when a share of all that are to be patched are.
func (s *Summary) quantile(q float64) time.Duration {
	k := int(math.Ceil(q*float64(s.ToDo()))) - 1
	if k < 0 || k >= len(s.times) {
		return Never
	}
	return s.times[k]
}

// Slow is when the slowest 5 % of those that were patched are still to come.
func (s *Summary) Slow() time.Duration {
	if len(s.times) == 0 {
		return 0
	}
	return s.times[(len(s.times)-1)*95/100]
}

// Summarize counts the whole fleet, and each tier by its name.
func (p *Played) Summarize() (whole *Summary, tiers map[string]*Summary) {
	whole, tiers = newSummary(), map[string]*Summary{}
	for i := range p.Turns {
		d := &p.Fleet.Deployments[i]
		tier := tiers[d.Tier]
		if tier == nil {
			tier = newSummary()
			tiers[d.Tier] = tier
		}
		p.count(i, tier)
	}
	for _, t := range tiers {
		whole.merge(t)
		t.finish()
	}
	whole.finish()
	return whole, tiers
}

func newSummary() *Summary { return &Summary{Left: map[Outcome]int{}} }

// count adds a deployment.
func (p *Played) count(i int, to *Summary) {
	d, t := &p.Fleet.Deployments[i], &p.Turns[i]
	to.Deployments++
	to.Instances += len(d.Members)
	open := 0
	for k := range d.Members {
		if d.Members[k].Fixed {
			to.Already++
		} else {
			open++
		}
	}
	if t.Outcome != Failed {
		for k := range t.Steps {
			if s := &t.Steps[k]; !s.Failed && s.End <= p.Horizon && (t.Outcome == Patched || !t.broken()) {
				to.times = append(to.times, s.End)
				open--
			}
		}
	}
	if open > 0 {
		to.Left[t.Outcome] += open
	}
}

// broken reports whether a member failed with the fix.
func (t *Turn) broken() bool { return len(t.Steps) > 0 && t.Steps[len(t.Steps)-1].Failed }

func (s *Summary) merge(o *Summary) {
	s.Deployments, s.Instances, s.Already = s.Deployments+o.Deployments, s.Instances+o.Instances, s.Already+o.Already
	s.times = append(s.times, o.times...)
	for k, n := range o.Left {
		s.Left[k] += n
	}
}

func (s *Summary) finish() {
	slices.Sort(s.times)
	s.Patched = len(s.times)
	s.Half, s.P95, s.Last = s.quantile(0.5), s.quantile(0.95), Never
	if s.Patched == 0 {
		return
	}
	s.Last = s.times[s.Patched-1]
	sum := 0.0
	for _, t := range s.times {
		sum += t.Seconds()
	}
	s.Exposure = sum / day.Seconds()
	s.Mean = time.Duration(sum / float64(s.Patched) * float64(time.Second))
}

// Together adds summaries of rollouts with a time of their own: the times of the second are later by so much.
func Together(a, b *Summary, later time.Duration) *Summary {
	out := newSummary()
	out.merge(a)
	moved := *b
	moved.times = make([]time.Duration, len(b.times))
	for i, t := range b.times {
		moved.times[i] = t + later
	}
	out.merge(&moved)
	out.finish()
	return out
}

// Point is how many instances are patched at a time.
type Point struct {
	At      time.Duration
	Patched int
}

// Curve is the course of a summary in so many steps of the same length until its end.
func (s *Summary) Curve(steps int) []Point {
	end := max(s.Last, 0)
	all := make([]Point, 0, steps+1)
	for k := range steps + 1 {
		at := end * time.Duration(k) / time.Duration(steps)
		all = append(all, Point{at, s.PatchedBy(at)})
	}
	return all
}
