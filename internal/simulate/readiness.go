package simulate

import "time"

// available reports whether a pod counts for its controller: it does so once it
// has been ready for minReadySeconds. Budgets count it from its first moment.
//
// Source: IsPodAvailable in pkg/api/v1/pod/util.go of Kubernetes 1.36.
func (s *state) available(p int32) bool {
	x := &s.pods[p]
	return x.ready && s.now-x.since >= int64(s.World.workloads[s.classes[x.class].workload].rollout.MinReady)
}

// availableOf counts a workload's pods that are.
func (s *state) availableOf(l int32) int32 {
	x := &s.workloads[l]
	if s.World.workloads[l].rollout.MinReady == 0 {
		return x.ready
	}
	n := int32(0)
	for _, p := range x.pods {
		n += int32(boolean(s.available(p)))
	}
	return n
}

// counted keeps the least that the API server called ready.
func (s *state) counted(l *workloadState) {
	if n := l.ready + l.staleReady; n < l.minCounted && l.watched >= 0 {
		l.minCounted = n
		w := &s.run.Workloads[l.watched]
		w.MinCounted, w.CountedAt = int(n), time.Duration(s.now)
	}
}

// countReady keeps the least that were ready, and for how long too few were.
func (s *state) countReady(l *workloadState, by int32, cause int32) {
	below := l.ready < l.floor
	l.ready += by
	if l.watched < 0 {
		return
	}
	s.counted(l)
	w := &s.run.Workloads[l.watched]
	if l.ready < l.min {
		l.min = l.ready
		w.MinReady, w.MinAt, w.MinEvent = int(l.ready), time.Duration(s.now), int(cause)
	}
	switch now := l.ready < l.floor; {
	case now && !below:
		l.since = s.now
	case !now && below:
		w.BelowFloor += time.Duration(s.now - l.since)
	}
}
