package mix

import "github.com/onus-project/onus/lab/record"

// drawEvents draws what happens, and for how long it is watched.
func (d *dice) drawEvents() {
	w := &d.written
	w.Horizon = seconds(160)
	pool := one(d, d.pools...)
	switch n := d.IntN(100); {
	case n < 42:
		d.happens(0, record.Trigger{Kind: "drift", Pool: pool})
	case n < 52:
		for _, p := range d.pools {
			d.happens(0, record.Trigger{Kind: "drift", Pool: p})
		}
	case n < 67:
		d.happens(0, record.Trigger{Kind: "delete", Nodes: "all"})
	case n < 77:
		d.happens(0, record.Trigger{Kind: "delete", Pool: pool})
	case n < 90:
		d.expire()
		d.happens(0, record.Trigger{Kind: "expiry"})
	default:
		d.scale(0)
		d.consolidates = true
	}
	if d.consolidates {
		d.happens(0, record.Trigger{Kind: "consolidation"})
	}
	if d.chance(30) {
		d.happens(10+d.IntN(60), record.Trigger{Kind: "rollout", Workload: d.someWorkload().ref()})
	}
	if d.chance(12) {
		d.scale(10 + d.IntN(60))
	}
	if d.chance(8) {
		d.happens(20+d.IntN(40), record.Trigger{Kind: "delete", Pool: one(d, d.pools...)})
	}
}

// scale gives some workload another number of pods.
func (d *dice) scale(at int) {
	w := d.someWorkload()
	d.happens(at, record.Trigger{Kind: "scale", Workload: w.ref(), Replicas: new(one(d, 0, 1, w.replicas+1, w.replicas+2))})
}

func (d *dice) someWorkload() *workload { return &d.workloads[d.IntN(len(d.workloads))] }

func (d *dice) happens(at int, t record.Trigger) {
	t.At = seconds(at)
	d.written.Triggers = append(d.written.Triggers, t)
}
