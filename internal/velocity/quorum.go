package velocity

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/words"
)

// mostVotes is how many members of a set vote, at the most.
//
// Source: mongodb.com/docs/manual/core/replica-set-members: 50 members, of which 7 vote.
const mostVotes = 7

// Order is the order in which the members of a deployment are patched, one at a time: config
// servers before shards before routers, set by set; in each set what serves nobody first, and the
// primary, which steps down, at last. Members that are fixed already are left out.
//
// Source: mongodb.com/docs/manual/tutorial/upgrade-revision: secondaries, one at a time, then the
// primary, which is told to step down; config servers and then shards, of a sharded cluster.
func (d *Deployment) Order() []int {
	order := make([]int, 0, len(d.Members))
	for i := range d.Members {
		if !d.Members[i].Fixed {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := &d.Members[i], &d.Members[j]
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Set, b.Set), cmp.Compare(a.Role, b.Role))
	})
	return order
}

// Standing is a set as its votes and its data stand.
type Standing struct {
	Votes, Up     int // that there are, and that are up
	Data, DataUp  int // members with data
	Concern       int // how many with data a write waits for
	quorum        Quorum
	arbiters, all int
}

// stand counts a set with some members down.
func (d *Deployment) stand(set string, down func(member int) bool) Standing {
	s := Standing{quorum: d.Quorum}
	for i := range d.Members {
		m := &d.Members[i]
		if m.Set != set || m.Part == Router {
			continue
		}
		s.all++
		up := 1
		if down(i) {
			up = 0
		}
		if s.Votes < mostVotes {
			s.Votes, s.Up = s.Votes+1, s.Up+up
		}
		if m.Role == Arbiter {
			s.arbiters++
			continue
		}
		s.Data, s.DataUp = s.Data+1, s.DataUp+up
	}
	s.Concern = cmp.Or(d.Concern, s.usual())
	return s
}

// usual is what writes wait for where nobody says otherwise.
//
// Source: mongodb.com/docs/manual/reference/mongodb-defaults: a majority, but 1 where there are
// arbiters and no more voting members with data than a majority has.
func (s *Standing) usual() int {
	if s.quorum == ByReplica || s.arbiters > 0 && s.Data <= s.majority() {
		return 1
	}
	return min(s.majority(), s.Data)
}

func (s *Standing) majority() int { return s.Votes/2 + 1 }

// Holds reports whether the set has its quorum, and says what it lacks.
func (s *Standing) Holds() (bool, string) {
	switch {
	case s.quorum == ByVotes && s.Up < s.majority():
		return false, fmt.Sprintf("%d of %s up, and a majority is %d", s.Up, words.Count(s.Votes, "vote"), s.majority())
	case s.DataUp < s.Concern:
		return false, fmt.Sprintf("%d of %s up, and writes wait for %d", s.DataUp, words.Count(s.Data, "member")+" with data", s.Concern)
	}
	return true, ""
}

// alone reports whether a set is one server, which has no quorum to be kept: it is down while it is patched.
func (s *Standing) alone() bool { return s.all == 1 }

// Keeps reports whether each set keeps its quorum while its members are patched one at a time, and
// says where it does not. Of a server that stands alone it does not ask.
func (d *Deployment) Keeps() (bool, string) {
	for i := range d.Members {
		m := &d.Members[i]
		if m.Part == Router || m.Fixed {
			continue
		}
		s := d.stand(m.Set, func(member int) bool { return member == i })
		if s.alone() {
			continue
		}
		if ok, why := s.Holds(); !ok {
			return false, "with one member down " + why
		}
	}
	return true, ""
}

// Alone reports whether a deployment has a set of one server, which is down while it is patched.
func (d *Deployment) Alone() bool {
	for i := range d.Members {
		if s := d.stand(d.Members[i].Set, func(int) bool { return false }); s.alone() && !d.Members[i].Fixed {
			return true
		}
	}
	return false
}
