package kubernetes

// ControlPlane reports whether a node is one of the control plane, by the label of its role: that
// of kubeadm, the one before it, which OpenShift keeps, and those of RKE.
func (n *Node) ControlPlane() bool {
	for _, role := range []string{"control-plane", "master", "controlplane", "etcd"} {
		if v, ok := n.Labels["node-role.kubernetes.io/"+role]; ok && v != "false" {
			return true
		}
	}
	return false
}
