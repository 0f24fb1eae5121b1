package kubernetes

import "slices"

// The kinds that an Ingress has had.
var ingresses = []string{"networking.k8s.io/Ingress", "extensions/Ingress"}

// What says the class of an Ingress beside its field, and that a class is the one of
// Ingresses which name none.
//
// Source: kubernetes.io/docs/concepts/services-networking/ingress (Deprecated annotation, Default IngressClass).
const (
	ingressClass          = "networking.k8s.io/IngressClass"
	ingressClassAnnotated = "kubernetes.io/ingress.class"
	isDefaultIngressClass = "ingressclass.kubernetes.io/is-default-class"
)

// IngressOf is what manages an Ingress, with the words by which that is seen: the
// controller of its class, or the class itself where that was not read. Both are empty
// for what is no Ingress, and for one of no class.
//
// A class by annotation names no IngressClass: a controller compares it with its own
// name for that.
func IngressOf(o *Object, objects []Object) (controller, said string) {
	if !slices.Contains(ingresses, o.API) {
		return "", ""
	}
	if c := o.Annotations[ingressClassAnnotated]; c != "" {
		return c, "annotation " + ingressClassAnnotated + "=" + c
	}
	named := o.Values["spec.ingressClassName"]
	for i := range objects {
		c := &objects[i]
		if c.API != ingressClass || c.Values["spec.controller"] == "" {
			continue
		}
		switch {
		case named != "" && c.Name == named:
			controller = c.Values["spec.controller"]
			return controller, "spec.ingressClassName=" + named + ", a class of " + controller
		case named == "" && c.Annotations[isDefaultIngressClass] == "true":
			controller = c.Values["spec.controller"]
			return controller, "the default IngressClass " + c.Name + ", which is of " + controller
		}
	}
	if named == "" {
		return "", ""
	}
	return named, "spec.ingressClassName=" + named
}
