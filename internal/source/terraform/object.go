package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/indifferent"
)

// Object is one of Kubernetes that Terraform makes.
type Object struct {
	APIVersion, Kind string
	Value            map[string]any // as Kubernetes has it; nil where it is not known
	Open             []string       // what it rests on and is not known until Terraform runs
	Templates        []string       // files that it was made of by a template
	Position         origin.Position
}

// WhyNotKnown says why an object could not be read.
const WhyNotKnown = "is an object of Kubernetes that Terraform makes, and what it rests on is not known until that runs"

// kinds are those of the objects by what the provider for Kubernetes calls them; _v1 and the
// like may follow.
//
// Source: registry.terraform.io/providers/hashicorp/kubernetes/latest/docs.
var kinds = map[string]struct{ version, kind string }{
	"deployment": {"apps/v1", "Deployment"}, "stateful_set": {"apps/v1", "StatefulSet"}, "daemonset": {"apps/v1", "DaemonSet"},
	"daemon_set": {"apps/v1", "DaemonSet"}, "pod": {"v1", "Pod"}, "job": {"batch/v1", "Job"}, "cron_job": {"batch/v1", "CronJob"},
	"replication_controller": {"v1", "ReplicationController"}, "service": {"v1", "Service"},
	"pod_disruption_budget":     {"policy/v1", "PodDisruptionBudget"},
	"horizontal_pod_autoscaler": {"autoscaling/v2", "HorizontalPodAutoscaler"},
	"ingress":                   {"networking.k8s.io/v1", "Ingress"},
	"persistent_volume_claim":   {"v1", "PersistentVolumeClaim"},
}

// kindOf is the kind of object that a resource makes by its name; false for others.
func kindOf(resource string) (version, kind string, known bool) {
	name, is := strings.CutPrefix(resource, "kubernetes_")
	if !is {
		return "", "", false
	}
	if at := strings.LastIndex(name, "_v"); at > 0 && strings.Trim(name[at+2:], "0123456789beta") == "" {
		name = name[:at]
	}
	of, known := kinds[name]
	if resource == "kubernetes_ingress" {
		of.version = "extensions/v1beta1"
	}
	return of.version, of.kind, known
}

// Resources that state an object as Kubernetes has it.
const (
	ofManifest = "kubernetes_manifest"
	ofText     = "kubectl_manifest"
)

// Made are the objects of Kubernetes that all modules make, in the order of their directories.
// What stands in a file as it is, is not among them: that is read itself.
func (c *Configuration) Made() []Object {
	c.settle()
	var all []Object
	for _, dir := range slices.Sorted(maps.Keys(c.modules)) {
		var e *evaluator
		for _, b := range c.modules[dir].blocks() {
			if b.Type != "resource" || len(b.Labels) != 2 {
				continue
			}
			_, _, known := kindOf(b.Labels[0])
			if !known && b.Labels[0] != ofManifest && b.Labels[0] != ofText {
				continue
			}
			if e == nil {
				e = c.evaluator(dir, unlessSet)
			}
			for _, of := range e.instances(b.Body) {
				o, is := of.object(b)
				o.Position = origin.Position{File: b.TypeRange.Filename, Line: b.TypeRange.Start.Line}
				if is {
					all = append(all, o)
				}
			}
		}
	}
	return all
}

func (e *evaluator) object(b *hclsyntax.Block) (o Object, is bool) {
	replicas := []string{"spec", "replicas"}
	switch b.Labels[0] {
	case ofManifest:
		o, is = e.stated(b.Body.Attributes["manifest"])
		replicas = append([]string{"manifest"}, replicas...)
	case ofText:
		o, is = e.stated(b.Body.Attributes["yaml_body"])
		replicas = []string{"yaml_body"}
	default:
		o, is = e.shaped(b), true
	}
	if is && e.ignores(b.Body, replicas) && slices.Contains(replicated, o.Kind) {
		o.Open = append(o.Open, "spec.replicas")
	}
	return o, is
}

// replicated are the kinds that say how many pods there are.
var replicated = []string{"Deployment", "StatefulSet", "ReplicationController"}

// shaped is an object that blocks of the provider for Kubernetes state.
func (e *evaluator) shaped(b *hclsyntax.Block) (o Object) {
	o.APIVersion, o.Kind, _ = kindOf(b.Labels[0])
	s := &shaper{evaluator: e}
	o.Value = map[string]any{"apiVersion": o.APIVersion, "kind": o.Kind}
	for _, part := range b.Body.Blocks {
		if part.Type == "metadata" || part.Type == "spec" {
			o.Value[part.Type] = s.block(part.Type, "", part.Body)
		}
	}
	for _, name := range []string{"metadata", "spec"} {
		if o.Value[name] == nil {
			s.open = append(s.open, name)
		}
	}
	if spec, is := o.Value["spec"].(map[string]any); is && o.Kind == "DaemonSet" && spec["strategy"] != nil {
		spec["updateStrategy"] = spec["strategy"] // which the provider calls as that of a Deployment
		delete(spec, "strategy")
	}
	o.Open = s.open
	return o
}

// ignores reports whether a resource leaves a setting to others: all that it says, the setting, or what
// that is a part of. The providers have lists of fields for this, too.
//
// Source: docs/resources/manifest.md of github.com/hashicorp/terraform-provider-kubernetes; of all,
// github.com/hashicorp/terraform/pull/31747.
func (e *evaluator) ignores(body *hclsyntax.Body, setting []string) bool {
	for _, name := range []string{"computed_fields", "ignore_fields"} {
		if a := body.Attributes[name]; a != nil {
			each, _ := elements(e.value(a.Expr))
			if slices.ContainsFunc(each, func(of element) bool { return word(of.value) == "spec" || word(of.value) == "spec.replicas" }) {
				return true
			}
		}
	}
	return slices.ContainsFunc(body.Blocks, func(part *hclsyntax.Block) bool {
		a := part.Body.Attributes["ignore_changes"]
		if part.Type != "lifecycle" || a == nil {
			return false
		}
		list, is := a.Expr.(*hclsyntax.TupleConsExpr)
		if !is {
			return hcl.ExprAsKeyword(a.Expr) == "all"
		}
		return slices.ContainsFunc(list.Exprs, func(one hclsyntax.Expression) bool { return partOf(one, setting) })
	})
}

// partOf reports whether a setting is what is referred to, or a part of that.
func partOf(x hclsyntax.Expression, setting []string) bool {
	t, diags := hcl.RelTraversalForExpr(x)
	var names []string
	for _, step := range t {
		switch of := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, of.Name)
		case hcl.TraverseAttr:
			names = append(names, of.Name)
		}
	}
	return !diags.HasErrors() && len(names) > 0 && len(names) <= len(setting) && slices.Equal(names, setting[:len(names)])
}

// stated is an object as Kubernetes has it, in HCL or in a text of YAML.
func (e *evaluator) stated(a *hclsyntax.Attribute) (o Object, is bool) {
	if a == nil {
		return o, false
	}
	x := e.resolved(a.Expr)
	name, args := called(x)
	if name == "yamldecode" && len(args) == 1 {
		x = e.resolved(args[0])
		name, args = called(x)
	}
	switch {
	case name == "file":
		return o, false
	case name == "templatefile" && len(args) > 0:
		if _, at, err := e.file(word(e.value(args[0]))); err == nil {
			o.Templates = []string{at}
		}
	}
	if v := e.value(x); v.IsKnown() && !v.IsNull() && keyed(v.Type()) {
		o.Value, _ = plain(v).(map[string]any)
	} else if text, ok := e.text(x); !ok || yaml.Unmarshal([]byte(text), &o.Value) != nil {
		o.Value = nil
	}
	if o.Value == nil {
		o.Open, o.Templates = []string{"what it is"}, nil
		return o, true
	}
	e.placed(o.Value, x)
	o.Open = opened(o.Value, "", nil)
	if text, _ := o.Value["apiVersion"].(string); text != origin.NotKnown {
		o.APIVersion = text
	}
	if text, _ := o.Value["kind"].(string); text != origin.NotKnown {
		o.Kind = text
	}
	return o, true
}

// opened are the paths of what is not known and on which something rests; namespaces and
// annotations that are not known are taken out.
func opened(value any, at string, above []string) (all []string) {
	switch of := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(of)) {
			text, _ := of[key].(string)
			switch path := strings.TrimPrefix(at+"."+key, "."); {
			case !strings.Contains(text, origin.NotKnown):
				all = append(all, opened(of[key], path, append(above, key))...)
			case leftOut(key, above):
				delete(of, key)
			case !indifferentTo(key, above):
				all = append(all, path)
			}
		}
	case []any:
		last := len(above) - 1
		for _, one := range of {
			text, _ := one.(string)
			if strings.Contains(text, origin.NotKnown) && last >= 0 && !indifferentTo(above[last], above[:last]) {
				all = append(all, at)
			} else {
				all = append(all, opened(one, at, above)...)
			}
		}
	}
	return all
}

// indifferentTo reports whether no verdict rests on what a field says, in either spelling. Labels
// are told apart by what they are made of.
func indifferentTo(key string, above []string) bool {
	if len(above) == 0 {
		return false
	}
	names := inKubernetes(above)
	return names[len(names)-1] == "labels" || indifferent.Text(inWords(key), names)
}

// inKubernetes are blocks as Kubernetes calls the fields that they stand for.
func inKubernetes(blocks []string) []string {
	names := make([]string, len(blocks))
	for i, block := range blocks {
		above := ""
		if i > 0 {
			above = blocks[i-1]
		}
		if names[i] = listed(block, above); names[i] == "" {
			names[i] = inWords(block)
		}
	}
	return names
}

// leftOut reports whether a field that is not known is as good as not there: a namespace,
// annotations, and labels of others than pods as a whole.
func leftOut(key string, above []string) bool {
	switch key {
	case "namespace": // then of what stands beside it
		return true
	case "labels":
		return len(above) == 1 && above[0] == "metadata"
	case "annotations":
		return true
	}
	return false
}
