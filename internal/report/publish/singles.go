package publish

import (
	"time"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/single"
)

// Single is a comparison of ways as it is published; why says that none was played.
func Single(of finding.Subject, c *single.Compared, why string) published.SinglePod {
	v := published.SinglePod{Subject: of, Node: c.Node, Why: why, Ways: []published.SingleWay{}, Assumes: append([]string{}, c.Assumes...)}
	second := func(d time.Duration) float64 { return d.Round(100 * time.Millisecond).Seconds() }
	for i := range c.Ways {
		w := &c.Ways[i]
		x := published.SingleWay{Way: string(w.Way), Why: w.Why, Runs: w.Runs, Done: w.Done, Held: w.Held}
		if w.Why == "" {
			x.Lowest = &w.Lowest
			x.Unready = &published.Spread{Min: second(w.Least), Median: second(w.Middle), Max: second(w.Most)}
		}
		v.Ways = append(v.Ways, x)
	}
	return v
}
