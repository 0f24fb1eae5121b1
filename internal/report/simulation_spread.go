package report

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Spread is the least, the middle and the most over runs. Of an even number of
// runs the middle is the lower of the two there are, so that it was seen in one.
type Spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

// spread goes over the runs that have a value.
func spread(runs []simulate.Run, value func(*simulate.Run) (float64, bool)) Spread {
	var seen []float64
	for i := range runs {
		if v, ok := value(&runs[i]); ok {
			seen = append(seen, v)
		}
	}
	if len(seen) == 0 {
		return Spread{}
	}
	slices.Sort(seen)
	return Spread{seen[0], seen[(len(seen)-1)/2], seen[len(seen)-1]}
}

func spreadOf(runs []simulate.Run, count func(*simulate.Run) int) Spread {
	return spread(runs, func(r *simulate.Run) (float64, bool) { return float64(count(r)), true })
}

// spreadWhere is that of a time over the runs in which it came, nil where it
// came in none.
func spreadWhere(runs []simulate.Run, when func(*simulate.Run) time.Duration) *Spread {
	any := slices.ContainsFunc(runs, func(r simulate.Run) bool { return when(&r) != simulate.None })
	if !any {
		return nil
	}
	s := spread(runs, func(r *simulate.Run) (float64, bool) { return seconds(when(r)), when(r) != simulate.None })
	return &s
}

// seconds are those of a duration, to the thousandth.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }

// String is the spread in as few words as it takes: 6, or 4 to 6.
func (s Spread) String() string {
	if s.Min == s.Max {
		return number(s.Min)
	}
	return number(s.Min) + " to " + number(s.Max)
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// inSeconds is a spread of durations: 38s, 30s to 45s.
func (s Spread) inSeconds() string {
	least, most := words.Seconds(s.Min), words.Seconds(s.Max)
	if least == most {
		return least
	}
	return least + " to " + most
}
