package kubernetes

import "slices"

// UID is what tells the cluster from all others, as it is common: the UID of its namespace
// kube-system. It is empty where that was not read of a cluster.
func (e *Estate) UID() string {
	i := slices.IndexFunc(e.Namespaces, func(n Namespace) bool { return n.Name == "kube-system" })
	if i < 0 {
		return ""
	}
	return e.Namespaces[i].UID
}
