package fidelity

import (
	"math"
	"slices"
)

// Score says how close a forecast came, by a rule that nobody betters by a
// wider or a narrower range than what they believe: a forecast that lies beside
// what happened is punished by how far, one that is wide by how wide.
//
// It is the continuous ranked probability score, E|X-y| - E|X-X'|/2 for runs X and
// X' of the simulator and y of the real thing. Source: Gneiting and Raftery,
// Strictly Proper Scoring Rules, Prediction, and Estimation, 2007, equation 21.
type Score struct {
	Measures int
	Repeated int // those that the real thing showed more than once
	// Score, in pods, nodes or seconds: 0 is a forecast of just what happened.
	Score float64
	// Best is what the best forecast there is would score, as repetitions on the
	// real thing differ among themselves: half of Real.
	Best float64
	// Blind is what one would score who knows nothing but the most it can be.
	Blind float64
	// Relative is Score for each measure as a share of Blind, on average.
	Relative float64
	// Simulated and Real are how far two runs of the simulator, and two
	// repetitions on the real thing, lie apart on average.
	Simulated, Real float64
	// Range and RealRange are how far the least and the most of all runs, and of
	// all repetitions, lie apart on average. The more there are the wider they get.
	Range, RealRange float64
}

// Scores are those of measures, each kind by itself.
func Scores(measures []Measure) map[string]Score {
	of := map[string][]Measure{}
	for i := range measures {
		of[measures[i].Kind] = append(of[measures[i].Kind], measures[i])
	}
	all := map[string]Score{}
	for kind, these := range of {
		all[kind] = ScoreOf(these)
	}
	return all
}

// ScoreOf is the score over measures. Those of which nothing is known to have
// been possible, such as of a workload without pods, do not count.
func ScoreOf(measures []Measure) Score {
	var s Score
	for i := range measures {
		m := &measures[i]
		simulated, observed := m.whole()
		if m.Most <= 0 || len(simulated) == 0 || len(observed) == 0 {
			continue
		}
		spread := apart(simulated)
		score, blind := 0.0, 0.0
		for _, y := range observed {
			score += (distance(simulated, y) - spread/2) / float64(len(observed))
			blind += uniform(m.Most, y) / float64(len(observed))
		}
		s.Measures++
		s.Score += score
		s.Blind += blind
		s.Relative += score / blind
		s.Simulated += spread
		s.Range += slices.Max(simulated) - slices.Min(simulated)
		if len(observed) > 1 {
			s.Repeated++
			s.Real += apart(observed)
			s.RealRange += slices.Max(observed) - slices.Min(observed)
		}
	}
	if s.Measures > 0 {
		n := float64(s.Measures)
		for _, x := range []*float64{&s.Score, &s.Blind, &s.Relative, &s.Simulated, &s.Range} {
			*x /= n
		}
	}
	if s.Repeated > 0 {
		s.Real, s.RealRange = s.Real/float64(s.Repeated), s.RealRange/float64(s.Repeated)
		s.Best = s.Real / 2
	}
	return s
}

// whole are all runs and all repetitions: what never happened counts as late as
// anybody looked.
func (m *Measure) whole() (simulated, observed []float64) {
	return append(slices.Clone(m.Simulated), slices.Repeat([]float64{m.Most}, m.neverSimulated)...),
		append(slices.Clone(m.Observed), slices.Repeat([]float64{m.Most}, m.neverObserved)...)
}

// distance is how far values lie from one, on average.
func distance(values []float64, from float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Abs(v - from)
	}
	return sum / float64(len(values))
}

// apart is how far two different ones of some values lie apart, on average.
func apart(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	sum := 0.0
	for _, v := range values {
		sum += distance(values, v)
	}
	return sum / float64(len(values)-1)
}

// uniform is the score of the forecast that all from 0 to most is as likely.
func uniform(most, y float64) float64 {
	beyond := max(0, y-most)
	share := min(y, most) / most
	return beyond + most*(share*share-share+1.0/3)
}
