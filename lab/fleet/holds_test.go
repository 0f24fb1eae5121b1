package fleet

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// primaryOf is the primary of a set as it was seen last; nil for none.
func (w *world) primaryOf(s *set) *member {
	looks := w.watch.since(time.Time{})
	for _, l := range slices.Backward(looks) {
		if all := l.primaries(s); len(all) == 1 {
			return all[0]
		}
	}
	return nil
}

// all have a build in the end.
func (w *world) all(t *testing.T, build string) {
	t.Helper()
	for _, s := range w.sets {
		for _, m := range s.members {
			want := filepath.Join(w.builds, s.product, build, "bin")
			if got, err := os.Readlink(filepath.Join(m.dir, "bin")); err != nil || got != want {
				t.Errorf("%s runs %s, and not %s", m.name, got, want)
			}
		}
	}
}

// restart is one that was seen.
type restart struct {
	m          *member
	down, back time.Time // the looks in which it was not there any more, and there again
}

// record is what was seen from a time on.
type record struct {
	w        *world
	looks    []look
	restarts []restart
}

// holds says what has to hold whatever happens, since a time: and that what was acknowledged is there, on each server.
func (w *world) holds(t *testing.T, begun time.Time) *record {
	t.Helper()
	w.steady(t)
	time.Sleep(time.Second) // one look more
	is := &record{w: w, looks: w.watch.since(begun)}
	is.quorum(t)
	is.order(t)
	w.kept(t)
	t.Logf("%d looks at 18 servers in %s, %d restarts", len(is.looks), time.Since(begun).Round(time.Second), len(is.restarts))
	return is
}

// quorum: two of three are there in each look, with no two primaries.
func (r *record) quorum(t *testing.T) {
	t.Helper()
	last := map[*member]seen{}
	for i := range r.looks {
		l := &r.looks[i]
		if i > 0 && l.at.Sub(r.looks[i-1].at) > 3*time.Second {
			t.Errorf("nobody looked for %s", l.at.Sub(r.looks[i-1].at))
		}
		for _, s := range r.w.sets {
			up := 0
			for _, m := range s.members {
				is := l.of[m]
				if is.up {
					up++
				}
				was, known := last[m]
				switch {
				case known && was.up && !is.up:
					r.restarts = append(r.restarts, restart{m: m, down: l.at})
				case known && is.up && (!was.up || was.life != is.life):
					if was.up { // it was away between two looks
						r.restarts = append(r.restarts, restart{m: m, down: l.at})
					}
					for k := range r.restarts {
						if x := &r.restarts[k]; x.m == m && x.back.IsZero() {
							x.back = l.at
						}
					}
				}
				last[m] = is
			}
			if up < 2 {
				t.Errorf("%s: %d of %s were there\n%s", l.at.Format(time.TimeOnly), up, s.name, r.w.watch.line(l))
			}
			if n := len(l.primaries(s)); n > 1 {
				t.Errorf("%s: %s had %d primaries", l.at.Format(time.TimeOnly), s.name, n)
			}
		}
	}
}

// order: a server that was the primary, and is back with another build, has the one that all others of its set have by then: they
// had gone before it.
func (r *record) order(t *testing.T) {
	t.Helper()
	for k, x := range r.restarts {
		since := time.Time{}
		for _, before := range r.restarts[:k] {
			if before.m.set == x.m.set {
				since = before.back
			}
		}
		first := (*member)(nil) // the primary before this one went
		before := ""            // what this one ran by then
		builds := map[*member]string{}
		for i := range r.looks {
			l := &r.looks[i]
			if l.at.Before(since) || first != nil && l.at.After(x.back) {
				continue
			}
			if all := l.primaries(x.m.set); first == nil && len(all) == 1 {
				first = all[0]
			}
			if is := l.of[x.m]; is.up && l.at.Before(x.down) {
				before = is.build
			}
			for _, m := range x.m.set.members {
				if l.of[m].up {
					builds[m] = l.of[m].build
				}
			}
		}
		if first != x.m || x.back.IsZero() || builds[x.m] == before {
			continue
		}
		for _, m := range x.m.set.members {
			if builds[m] != builds[x.m] {
				t.Errorf("%s: %s was the primary and went to %s, when %s ran %s", x.down.Format(time.TimeOnly), x.m.name, builds[x.m], m.name,
					builds[m])
			}
		}
	}
}

// each: every server was restarted so many times.
func (r *record) each(t *testing.T, want int) {
	t.Helper()
	n := map[*member]int{}
	for _, x := range r.restarts {
		n[x.m]++
	}
	for _, s := range r.w.sets {
		for _, m := range s.members {
			if n[m] != want {
				t.Errorf("%s was restarted %d times, and not %d times", m.name, n[m], want)
			}
		}
	}
}

// restarted is how many restarts there were.
func (r *record) restarted() int { return len(r.restarts) }

// waves: one set goes first and bakes, then the other of its region, then one region after the other, each of which bakes.
func (r *record) waves(t *testing.T) {
	t.Helper()
	type span struct{ from, to time.Time }
	of := map[*set]*span{}
	var order []*set
	for _, x := range r.restarts {
		if of[x.m.set] == nil {
			of[x.m.set] = &span{from: x.down}
			order = append(order, x.m.set)
		}
		of[x.m.set].to = x.back
	}
	said := ""
	for _, s := range order {
		said += fmt.Sprintf("  %s from %s to %s\n", s.name, of[s].from.Format(time.TimeOnly), of[s].to.Format(time.TimeOnly))
	}
	t.Logf("the order was\n%s", said)
	if len(order) != len(r.w.sets) {
		t.Errorf("%d of %d sets were seen to begin", len(order), len(r.w.sets))
		return
	}
	for i := 1; i < len(order); i++ {
		s, before := order[i], order[i-1]
		switch {
		case i == 1:
			if s.region != before.region || of[s].from.Sub(of[before].to) < 7*time.Second {
				t.Errorf("%s was begun %s after %s, the canary", s.name, of[s].from.Sub(of[before].to), before.name)
			}
		case s.region != before.region:
			for _, b := range order[:i] {
				if of[s].from.Sub(of[b].to) < 3*time.Second {
					t.Errorf("%s was begun %s after %s, which is of the wave before", s.name, of[s].from.Sub(of[b].to), b.name)
				}
			}
		}
	}
}

// kept: what was acknowledged to a client is on each server of the set.
func (w *world) kept(t *testing.T) {
	t.Helper()
	total, longest := 0, time.Duration(0)
	for _, x := range w.writers {
		n, gap := x.count()
		total, longest = total+n, max(longest, gap)
		if n == 0 {
			t.Errorf("no write to %s was acknowledged", x.set.name)
		}
		x.mu.Lock()
		acked := slices.Clone(x.acked)
		x.mu.Unlock()
		for _, m := range x.set.members {
			lost := w.lacks(t, m, x.id, acked)
			if len(lost) > 0 {
				t.Errorf("%s has lost %d writes that were acknowledged, the first is %d", m.name, len(lost), lost[0])
			}
		}
	}
	t.Logf("%d acknowledged writes are on all three servers of their sets; the longest time without one was %s",
		total, longest.Round(10*time.Millisecond))
}

// lacks are the numbers that a server has not got, once it had the time to catch up.
func (w *world) lacks(t *testing.T, m *member, writer int, acked []int64) (lost []int64) {
	t.Helper()
	for range 20 {
		has, err := m.has(t.Context(), writer)
		if err != nil {
			t.Fatal(err)
		}
		lost = slices.DeleteFunc(slices.Clone(acked), func(n int64) bool { return has[n] })
		if len(lost) == 0 {
			return nil
		}
		time.Sleep(500 * time.Millisecond)
	}
	return lost
}
