// Package indifferent says of fields of Kubernetes objects that no verdict rests on what they say,
// by their names and by those of the fields that they stand below, as Kubernetes spells them.
// What fills such a field in, and is not known, leaves the rest of the object known.
package indifferent

import "slices"

// texts are fields of which any text will do: what stands there tells neither which object it is,
// nor what it selects, nor how many there are.
var texts = []string{"claimName", "description", "email", "externalName", "host", "image", "ingressClassName", "instanceProfile",
	"loadBalancerIP", "match", "message", "mountPath", "path", "regex", "replacement", "role", "secretName", "server", "serviceAccountName",
	"storageClassName", "subPath", "url", "value", "workingDir"}

// below are fields below which, and in which as a list, any text will do.
var below = []string{"annotations", "args", "command", "configMap", "configMapKeyRef", "configMapRef", "data", "externalIPs", "hosts",
	"imagePullSecrets", "loadBalancerSourceRanges", "nfs", "secret", "secretKeyRef", "secretRef", "stringData", "tags", "volumeAttributes"}

// named are lists whose elements may have any name.
var named = []string{"containers", "env", "initContainers", "ports", "volumeMounts", "volumes"}

// wholes are fields, lists and maps for the most part, of which it does not matter what there is.
var wholes = []string{"annotations", "args", "command", "env", "envFrom", "hostAliases", "httpHeaders", "image", "imagePullSecrets",
	"serviceAccountName", "volumeMounts"}

// Text reports whether any text will do in a field below others, of which the first is the
// object's own.
func Text(key string, above []string) bool {
	parent := ""
	if len(above) > 0 {
		parent = above[len(above)-1]
	}
	switch {
	case key == "value" && parent == "tolerations": // by which nodes are told apart
		return false
	case slices.Contains(texts, key), slices.Contains(below, key), key == "name" && slices.Contains(named, parent):
		return true
	}
	return slices.ContainsFunc(above, func(name string) bool { return slices.Contains(below, name) })
}

// Whole reports whether it does not matter what there is in a field below others. What is picked
// from a volume or set for name lookups is called as the elements of a List.
func Whole(key string, above []string) bool {
	if key == "items" || key == "options" {
		return slices.ContainsFunc(above, func(name string) bool { return name == "volumes" || name == "dnsConfig" })
	}
	return slices.Contains(wholes, key)
}
