package velocity

import (
	"cmp"
	"math"
	"slices"
)

// Sees is the probability that so many instances show a fault at least once that hits each with some
// probability.
func Sees(instances int, fault float64) float64 { return 1 - math.Pow(1-fault, float64(instances)) }

// Needs is how many instances it takes to see a fault, as sure as is asked.
func Needs(fault, sure float64) int {
	return int(math.Ceil(math.Log(1-sure)/math.Log(1-fault) - 1e-9))
}

// Smallest is the smallest share of instances that a fault has to hit for so many of them to see it,
// as sure as is asked: 1 where there are none.
func Smallest(instances int, sure float64) float64 {
	if instances == 0 {
		return 1
	}
	return 1 - math.Pow(1-sure, 1/float64(instances))
}

// Watched is what the first wave can see of a stratum.
type Watched struct {
	Stratum           string
	Instances, Canary int // that are to be patched, and of them in the first wave
}

// Canary is what the first wave can see, stratum by stratum, the largest first: of one that it has
// nothing of it sees no fault that hits that stratum alone.
func (p *Played) Canary() []Watched {
	at := map[string]int{}
	var all []Watched
	for i := range p.Turns {
		d, t := &p.Fleet.Deployments[i], &p.Turns[i]
		k, ok := at[d.Stratum]
		if !ok {
			k = len(all)
			at[d.Stratum] = k
			all = append(all, Watched{Stratum: d.Stratum})
		}
		n := len(d.Order())
		all[k].Instances += n
		if t.Wave == 0 && t.Outcome != NoFix && t.Outcome != NoQuorum && t.Outcome != NoWindow {
			all[k].Canary += n
		}
	}
	all = slices.DeleteFunc(all, func(w Watched) bool { return w.Instances == 0 })
	slices.SortFunc(all, func(a, b Watched) int {
		return cmp.Or(cmp.Compare(b.Instances, a.Instances), cmp.Compare(a.Stratum, b.Stratum))
	})
	return all
}
