package velocity

import (
	"sort"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// opening is a stretch of time in which patches may begin, counted from the start.
type opening struct{ from, until time.Duration }

// openings are those of a window, without the hours that are protected: sorted, and none touches another.
type openings struct {
	always  bool
	all     []opening
	longest time.Duration
}

// next is when something that takes so long may begin, no sooner than at: the opening has room for it.
func (o *openings) next(at, need time.Duration) (time.Duration, bool) {
	if o.always {
		return at, true
	}
	k := sort.Search(len(o.all), func(k int) bool { return o.all[k].until > at })
	for ; k < len(o.all); k++ {
		from := max(at, o.all[k].from)
		if o.all[k].until-from >= need {
			return from, true
		}
	}
	return 0, false
}

// latest is until when something that takes so long may begin in the opening that a time is in.
func (o *openings) latest(at, need time.Duration) time.Duration {
	if o.always {
		return forever
	}
	k := sort.Search(len(o.all), func(k int) bool { return o.all[k].until > at })
	if k == len(o.all) {
		return at
	}
	return o.all[k].until - need
}

// forever is later than anything that is played.
const forever = 1 << 62 * time.Nanosecond

// calendarOf is when patches may begin in a window that is not within protected hours.
func (p *player) calendarOf(window, protected int) *openings {
	o := &openings{always: p.Override || window == None && protected == None}
	if o.always {
		return o
	}
	until := p.Start.Add(p.Horizon + 2*week)
	open := []disruption.Opening{{From: p.Start, Until: until}}
	if window != None {
		open = p.fleet.Windows[window].Openings(disruption.NodeWork, p.Start, until)
	}
	var shut []disruption.Opening
	if protected != None {
		shut = p.fleet.Windows[protected].Openings(disruption.NodeWork, p.Start, until)
	}
	for _, x := range open {
		for _, s := range shut {
			if !s.Until.After(x.From) || !s.From.Before(x.Until) {
				continue
			}
			o.add(p.Start, disruption.Opening{From: x.From, Until: s.From})
			x.From = s.Until
		}
		o.add(p.Start, x)
	}
	return o
}

func (o *openings) add(start time.Time, x disruption.Opening) {
	if !x.From.Before(x.Until) {
		return
	}
	one := opening{x.From.Sub(start), x.Until.Sub(start)}
	o.all = append(o.all, one)
	o.longest = max(o.longest, one.until-one.from)
}

// openings are those of a deployment, which many share.
func (p *player) openings(d *Deployment) *openings {
	key := [2]int{d.Window, d.Protected}
	o := p.calendars[key]
	if o == nil {
		o = p.calendarOf(d.Window, d.Protected)
		p.calendars[key] = o
	}
	return o
}
