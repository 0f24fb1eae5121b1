package manifest

import (
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// elects reports whether a container is told to elect a leader, by the flags that
// the libraries of controllers give them: --leader-elect, --enable-leader-election
// and the like, or those that say how: --leader-election-namespace; or by a variable
// such as STRIMZI_LEADER_ELECTION_ENABLED. A flag that switches it off holds over
// those. Off is what switches it off, as it is written.
func elects(c *corev1.Container) (told bool, off string) {
	for _, v := range c.Env {
		switch {
		case !strings.Contains(v.Name, "LEADER_ELECT"):
		case strings.EqualFold(v.Value, "true"):
			told = true
		case strings.EqualFold(v.Value, "false"):
			off = v.Name + "=" + v.Value
		}
	}
	for _, arg := range slices.Concat(c.Command, c.Args) {
		flag, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case !strings.HasPrefix(arg, "-"):
		case slices.Contains(electing, flag):
			if value == "false" {
				return false, arg
			}
			return true, ""
		case strings.HasPrefix(flag, "leader-election-"), strings.HasPrefix(flag, "leader-elect-"):
			told = true
		}
	}
	return told, off
}

var electing = []string{"leader-elect", "leader-election", "enable-leader-election", "leader-election-enabled", "enable-leader-elect"}

// on reports whether a setting is given, and does not switch something off.
func on(value string) bool {
	return value != "" && !slices.Contains([]string{"false", "0", "no", "off", "disabled", "none", "null", "{}"}, strings.ToLower(value))
}

// electionKey is what files of settings call the election of a leader, and what they say
// of it: leaderElection, leader_election_id, leaderElect.
var electionKey = regexp.MustCompile(`(?im)^[ \t]*["']?(?:enable[_-]?)?leader[_-]?elect(?:ion)?` +
	`(?:[_-]?(?:id|enabled|name|resource[_-]?\w*|lease[_-]?\w*))?["']?[ \t]*[:=][ \t]*(.*?)[ \t,]*(?:#.*)?$`)

// electsIn reports whether a file of settings asks for the election of a leader: by a
// heading or a value, none of which switches it off.
func electsIn(text string) bool {
	all := electionKey.FindAllStringSubmatch(text, -1)
	return len(all) > 0 && !slices.ContainsFunc(all, func(m []string) bool {
		value := strings.Trim(m[1], `"' `)
		return value != "" && value != "{" && !on(value)
	})
}

// leaseRole keeps of a Role or a ClusterRole whether it lets hold the lease of a leader:
// leases that it may write, or a ConfigMap or a role that is called after the election.
// Who may do everything says nothing.
//
// Source: resourcelock in k8s.io/client-go/tools/leaderelection, and the role
// leader-election-role that kubebuilder makes.
func (r accessReader) leaseRole(doc *document.Document, ref kubernetes.Ref) {
	var o rbacv1.ClusterRole
	if doc.Decode(&o) != nil {
		return // what it says is not ours to judge
	}
	r.statusRole(o.Rules, ref)
	writes := func(rule rbacv1.PolicyRule) bool {
		return slices.ContainsFunc(rule.Verbs, func(v string) bool { return v == "update" || v == "patch" || v == "*" })
	}
	if slices.ContainsFunc(o.Rules, func(rule rbacv1.PolicyRule) bool {
		named := slices.ContainsFunc(rule.ResourceNames, namesLeader)
		return writes(rule) && (slices.Contains(rule.Resources, "leases") || named && slices.Contains(rule.Resources, "configmaps"))
	}) || namesElection(ref.Name) && len(o.Rules) > 0 {
		r.into.LeaseRoles = append(r.into.LeaseRoles, kubernetes.LeaseRole{Ref: ref, Position: r.at(doc)})
	}
}

// statusRole keeps of a role of which custom resources it lets write the status.
//
// Source: the controllers that kubebuilder makes have such a rule, by the marker
// +kubebuilder:rbac for status; who only reads resources, or makes them, has none.
func (r *objectReader) statusRole(rules []rbacv1.PolicyRule, ref kubernetes.Ref) {
	for _, rule := range rules {
		custom := slices.ContainsFunc(rule.APIGroups, func(group string) bool { return group != "*" && !builtin(group) })
		if !custom || !slices.Contains(rule.Verbs, "update") && !slices.Contains(rule.Verbs, "patch") {
			continue
		}
		for _, resource := range rule.Resources {
			if of, ok := strings.CutSuffix(resource, "/status"); ok && of != "*" {
				r.into.StatusRoles = append(r.into.StatusRoles, kubernetes.StatusRole{Ref: ref, Of: of})
				return
			}
		}
	}
}

func namesLeader(name string) bool { return strings.Contains(name, "leader") }

func namesElection(role string) bool {
	return strings.Contains(role, "leader-elect") || strings.Contains(role, "leaderelect")
}

// roleBinding keeps which ServiceAccounts a binding gives a role to, if any.
func (r accessReader) roleBinding(doc *document.Document, kind, namespace string) {
	var o rbacv1.RoleBinding
	if doc.Decode(&o) != nil {
		return
	}
	b := kubernetes.RoleBinding{Role: kubernetes.Ref{Kind: o.RoleRef.Kind, Name: o.RoleRef.Name}}
	if kind == "RoleBinding" {
		b.Namespace = namespaceOf(namespace)
		if o.RoleRef.Kind == "Role" {
			b.Role.Namespace = b.Namespace
		}
	}
	for _, s := range o.Subjects {
		if s.Kind == rbacv1.ServiceAccountKind {
			b.Accounts = append(b.Accounts, kubernetes.Ref{Namespace: namespaceOf(s.Namespace), Kind: s.Kind, Name: s.Name})
		}
	}
	if len(o.Subjects) > 0 {
		r.into.RoleBindings = append(r.into.RoleBindings, b)
	}
}
