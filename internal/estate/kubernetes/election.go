package kubernetes

import "github.com/onus-project/onus/internal/origin"

// LeaseRole is a Role or a ClusterRole that lets whoever has it hold the lease by which
// one of several is the leader. Its namespace is empty for a ClusterRole.
type LeaseRole struct {
	Ref
	Position origin.Position
}

// StatusRole is a Role or a ClusterRole that lets whoever has it write the status of custom
// resources, as what brings into being what these ask for does.
type StatusRole struct {
	Ref
	Of string // the first of them: workspaces
}

// PodRole is a Role or a ClusterRole that lets whoever has it make pods, or what makes them.
type PodRole struct {
	Ref
	Makes    []string // resources: pods, deployments
	Position origin.Position
}

// RoleBinding is a binding, of a namespace or of the whole cluster, that gives a role to
// ServiceAccounts, or to people alone.
type RoleBinding struct {
	Namespace string // empty for a ClusterRoleBinding
	Role      Ref    // of the kind Role or ClusterRole
	Accounts  []Ref
}
