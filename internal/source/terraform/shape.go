package terraform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/indifferent"
)

// shaper makes of blocks of Terraform's provider for Kubernetes what Kubernetes has: fields in its
// own spelling, blocks that may be there more than once as lists.
//
// Source: kubernetes/schema_*.go and structure*.go of
// github.com/hashicorp/terraform-provider-kubernetes.
type shaper struct {
	*evaluator
	open []string // what is not known and something rests on
}

// lists are blocks that may be there more than once, and how Kubernetes calls the list.
var lists = map[string]string{
	"container": "containers", "init_container": "initContainers", "volume": "volumes", "env": "env", "env_from": "envFrom",
	"port": "ports", "volume_mount": "volumeMounts", "volume_device": "volumeDevices", "toleration": "tolerations",
	"topology_spread_constraint": "topologySpreadConstraints", "host_aliases": "hostAliases", "image_pull_secrets": "imagePullSecrets",
	"readiness_gate": "readinessGates", "volume_claim_template": "volumeClaimTemplates", "match_expressions": "matchExpressions",
	"match_fields": "matchFields", "node_selector_term": "nodeSelectorTerms", "rule": "rules", "path": "paths", "tls": "tls",
	"metric": "metrics", "policy": "policies", "items": "items", "sources": "sources", "option": "options", "sysctl": "sysctls",
	"http_header": "httpHeaders",
	"preferred_during_scheduling_ignored_during_execution": "preferredDuringSchedulingIgnoredDuringExecution",
	"required_during_scheduling_ignored_during_execution":  "requiredDuringSchedulingIgnoredDuringExecution",
}

// listed is how Kubernetes calls the list of blocks of a name; empty where there is only one.
func listed(name, above string) string {
	switch {
	case name == "required_during_scheduling_ignored_during_execution" && above == "node_affinity",
		name == "port" && above == "service", // of the backend of an Ingress
		name == "volume_claim_template" && above == "ephemeral":
		return ""
	}
	return lists[name]
}

// spelled are fields that Kubernetes spells otherwise than by their words.
var spelled = map[string]string{
	"cluster_ip": "clusterIP", "cluster_ips": "clusterIPs", "external_ips": "externalIPs", "load_balancer_ip": "loadBalancerIP",
	"host_ip": "hostIP", "host_pid": "hostPID", "host_ipc": "hostIPC", "timezone": "timeZone", "run_as_username": "runAsUserName",
}

// inWords is a field in the spelling of Kubernetes.
func inWords(name string) string {
	if as := spelled[name]; as != "" {
		return as
	}
	parts := strings.Split(name, "_")
	for i, part := range parts[1:] {
		if part != "" {
			parts[i+1] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}

// block is the object that a block at a path stands for.
func (s *shaper) block(at, above string, body *hclsyntax.Body) map[string]any {
	all := map[string]any{}
	name := at[strings.LastIndex(at, ".")+1:]
	for key, a := range body.Attributes {
		if v, is := s.field(at, key, name, a); is {
			all[inWords(key)] = v
		}
	}
	for _, b := range body.Blocks {
		if b.Type != "dynamic" {
			s.add(all, at, name, b.Type, s.evaluator, b.Body)
			continue
		}
		for _, of := range s.dynamic(b) {
			switch {
			case of != nil:
				s.add(all, at, name, b.Labels[0], of.evaluator, of.body)
			case !s.whole(b.Labels[0], at):
				s.open = append(s.open, at+"."+b.Labels[0])
			}
		}
	}
	return all
}

// whole reports whether no verdict rests on which dynamic blocks there are below a path.
func (s *shaper) whole(block, at string) bool {
	blocks := append(strings.Split(at, "."), block)
	names := inKubernetes(blocks)
	return indifferent.Whole(names[len(names)-1], names[:len(names)-1])
}

// add adds a block below one of a name.
func (s *shaper) add(to map[string]any, at, above, name string, e *evaluator, body *hclsyntax.Body) {
	below := &shaper{evaluator: e}
	o := below.block(at+"."+name, above, body)
	s.open = append(s.open, below.open...)
	if list := listed(name, above); list != "" {
		some, _ := to[list].([]any)
		to[list] = append(some, o)
		return
	}
	to[inWords(name)] = o
}

// field is the value of a setting of a block at a path; false where it says nothing.
func (s *shaper) field(at, key, block string, a *hclsyntax.Attribute) (any, bool) {
	v := s.value(a.Expr)
	switch {
	case !v.IsKnown():
		return s.unknown(at, key, block, a.Expr)
	case v.IsNull():
		return nil, false
	}
	value := plain(v)
	switch of := value.(type) {
	case map[string]any:
		return s.texts(at, key, of, a.Expr), true
	case []any:
		return s.list(at, key, block, of, a.Expr), len(of) > 0 // such as no external IPs
	}
	return typed(key, value)
}

// unknown is what stands for a setting of which the value is not known.
func (s *shaper) unknown(at, key, block string, x hclsyntax.Expression) (any, bool) {
	path := strings.Split(at, ".")
	if text, ok := s.text(x); ok && indifferentTo(key, path) {
		return text, true
	}
	label, _ := s.labelled(x)
	name, named := s.reference(x)
	switch {
	case named && selects(key, block):
		return label, true
	case named && (key == "name" || key == "service_name"):
		return name, true
	case key == "namespace" && at == "metadata":
		return s.place(x), true
	case leftOut(key, path), key == "wait_for_rollout":
		return nil, false
	case key == "args" || key == "command":
		return []any{origin.NotKnown}, true
	case !indifferentTo(key, path):
		s.open = append(s.open, at+"."+key)
	}
	return origin.NotKnown, true
}

// ofLabels are settings that hold labels, or select by them.
var ofLabels = []string{"labels", "match_labels", "selector", "node_selector"}

// texts are the values of a map, which are texts all of them. What its keys are called is up to whoever
// writes it: a label may be called as a field is of which any text will do.
func (s *shaper) texts(at, key string, of map[string]any, x hclsyntax.Expression) map[string]any {
	if slices.Contains(ofLabels, key) {
		of = s.labels(x, of)
	}
	rests := key != "labels" && !indifferentTo(key, strings.Split(at, "."))
	for name, one := range of {
		if one != nil {
			of[name] = fmt.Sprint(one)
		}
		if of[name] == origin.NotKnown && rests {
			s.open = append(s.open, at+"."+key)
		}
	}
	return of
}

// list is a list, of texts all of them.
func (s *shaper) list(at, key, block string, of []any, x hclsyntax.Expression) []any {
	if selects(key, block) {
		of = s.labelList(x, of)
	}
	for i, one := range of {
		of[i] = fmt.Sprint(one)
		if of[i] == origin.NotKnown && !indifferentTo(key, strings.Split(at, ".")) {
			s.open = append(s.open, at+"."+key)
		}
	}
	return of
}

// selects reports whether a field is part of what selects by labels, or of a toleration.
func selects(key, block string) bool {
	switch block {
	case "match_expressions":
		return key == "key" || key == "values"
	case "toleration":
		return key == "key" || key == "value"
	}
	return false
}

// numbers are endings of fields that are numbers, though the provider has some as texts.
var numbers = []string{"replicas", "seconds", "threshold", "weight", "max_skew", "min_domains", "run_as_user", "run_as_group", "fs_group",
	"_port", "number", "utilization", "percentage", "_limit", "completions", "parallelism", "partition"}

// eithers are fields that are a number or a text.
var eithers = []string{"port", "target_port", "service_port", "max_surge", "max_unavailable", "min_available"}

// typed is a value of the type that Kubernetes has a field of; false for what it has otherwise and
// nothing rests on.
func typed(key string, value any) (any, bool) {
	text := fmt.Sprint(value)
	switch n, err := strconv.ParseInt(text, 10, 64); {
	case key == "default_mode" || key == "mode":
		octal, err := strconv.ParseInt(text, 8, 32)
		return octal, err == nil
	case text == "":
		return nil, false // as good as not set
	case slices.Contains(eithers, key), slices.ContainsFunc(numbers, func(end string) bool { return strings.HasSuffix(key, end) }):
		if err == nil {
			return n, true
		}
		return value, true
	case text == "true" || text == "false":
		if key == "value" || key == "name" || key == "key" {
			return text, true
		}
		return text == "true", true
	}
	return text, true
}
