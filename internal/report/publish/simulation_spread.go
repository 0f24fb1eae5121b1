package publish

import (
	"math"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/simulate"
)

// spread goes over the runs that have a value.
func spread(runs []simulate.Run, value func(*simulate.Run) (float64, bool)) published.Spread {
	var seen []float64
	for i := range runs {
		if v, ok := value(&runs[i]); ok {
			seen = append(seen, v)
		}
	}
	if len(seen) == 0 {
		return published.Spread{}
	}
	slices.Sort(seen)
	return published.Spread{Min: seen[0], Median: seen[(len(seen)-1)/2], Max: seen[len(seen)-1]}
}

func spreadOf(runs []simulate.Run, count func(*simulate.Run) int) published.Spread {
	return spread(runs, func(r *simulate.Run) (float64, bool) { return float64(count(r)), true })
}

// spreadWhere is that of a time over the runs in which it came, nil where it
// came in none.
func spreadWhere(runs []simulate.Run, when func(*simulate.Run) time.Duration) *published.Spread {
	any := slices.ContainsFunc(runs, func(r simulate.Run) bool { return when(&r) != simulate.None })
	if !any {
		return nil
	}
	s := spread(runs, func(r *simulate.Run) (float64, bool) { return seconds(when(r)), when(r) != simulate.None })
	return &s
}

// seconds are those of a duration, to the thousandth.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }
