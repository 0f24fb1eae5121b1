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

// below are fields in which, as a list or a map of texts, any text will do.
var below = []string{"annotations", "args", "command", "configMapKeyRef", "configMapRef", "externalIPs",
	"imagePullSecrets", "loadBalancerSourceRanges", "secretKeyRef", "secretRef", "tags", "volumeAttributes"}

// contents are such fields where they are an object's own: custom resources have parts that are called so.
var contents = []string{"data", "stringData"}

// sources are such fields of a volume.
var sources = []string{"configMap", "nfs", "secret"}

// counted are fields on which verdicts rest wherever they stand, and maps that select by what they hold.
var counted = []string{"labels", "matchExpressions", "matchLabels", "maxUnavailable", "minAvailable", "nodeSelector",
	"replicas", "selector"}

// chosen are lists of which the values tell nodes apart.
var chosen = []string{"matchExpressions", "requirements", "startupTaints", "taints", "tolerations"}

// named are lists whose elements may have any name.
var named = []string{"containers", "env", "initContainers", "ports", "volumeMounts", "volumes"}

// wholes are fields, lists and maps for the most part, of which it does not matter what there is.
var wholes = []string{"annotations", "args", "command", "env", "envFrom", "hostAliases", "httpHeaders", "image", "imagePullSecrets",
	"serviceAccountName", "volumeMounts"}

// Text reports whether any text will do in a field below others, of which the first is the
// object's own. The names of labels are those of whoever gives them, and say nothing of what they hold.
func Text(key string, above []string) bool {
	if len(above) > 0 && above[0] == "" {
		above = above[1:]
	}
	parent := ""
	if len(above) > 0 {
		parent = above[len(above)-1]
	}
	counts := func(name string) bool { return slices.Contains(counted, name) }
	switch {
	case parent == "annotations", len(above) == 1 && slices.Contains(contents, parent): // whatever its keys are called
		return true
	case counts(key), slices.ContainsFunc(above, counts):
		return false
	case key == "value" && (parent == "" || slices.Contains(chosen, parent)): // of a PriorityClass, or of a taint
		return false
	case slices.Contains(texts, key), slices.Contains(below, key), slices.Contains(below, parent):
		return true
	case slices.Contains(contents, key):
		return parent == ""
	case key == "name" && slices.Contains(named, parent), key == "hosts", key == "" && parent == "hosts":
		return true
	}
	of := slices.Index(above, "volumes")
	return slices.Contains(sources, key) || of >= 0 && slices.ContainsFunc(above[of:], func(name string) bool {
		return slices.Contains(sources, name)
	})
}

// Whole reports whether it does not matter what there is in a field below others. What is picked
// from a volume or set for name lookups is called as the elements of a List.
func Whole(key string, above []string) bool {
	if key == "items" || key == "options" {
		return slices.ContainsFunc(above, func(name string) bool { return name == "volumes" || name == "dnsConfig" })
	}
	return slices.Contains(wholes, key)
}
