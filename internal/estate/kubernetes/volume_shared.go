package kubernetes

// Shared is the claim by which all pods of a workload run on one node: they mount
// the same one, and that is for one node at a time. It is nil where each has a
// claim of its own, where the workload has one pod, and where pods that are ready
// on several nodes show that the driver lets them. Claims finds one by its name
// in the namespace; nil for one that was not read.
//
// Source: kubernetes.io/docs/concepts/storage/persistent-volumes (access modes).
func (e *Estate) Shared(w *Workload, claims func(namespace, name string) *VolumeClaim) *VolumeClaim {
	if w.Bare || max(w.AtLeast(), w.Replicas) < 2 {
		return nil
	}
	for _, name := range w.Template.VolumeClaims {
		if c := claims(w.Namespace, name); c != nil && c.Once && !e.apart(w) {
			return c
		}
	}
	return nil
}

// apart reports whether ready pods of a workload are on several nodes.
func (e *Estate) apart(w *Workload) bool {
	node := ""
	for _, i := range w.Pods {
		p := &e.Pods[i]
		if !p.Ready || p.Node == "" {
			continue
		}
		if node != "" && p.Node != node {
			return true
		}
		node = p.Node
	}
	return false
}
