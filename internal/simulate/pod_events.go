package simulate

// notePodEvent notes that a pod came to a node or began to leave it.
func (s *state) notePodEvent(n int32, c *class) {
	x := &s.nodes[n]
	if c.drain.DaemonSet || x.hadPods && s.now-x.lastPodEvent < int64(podEventInterval) {
		return
	}
	x.lastPodEvent, x.hadPods = s.now, true
}
