package indifferent

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for path, want := range map[string]bool{
		"spec.template.spec.containers.image":       true,
		"spec.template.spec.containers.name":        true,
		"spec.template.spec.containers.env.value":   true,
		"spec.template.spec.tolerations.value":      false,
		"spec.template.spec.volumes.configMap.name": true,
		"spec.template.spec.volumes.name":           true,
		"metadata.annotations.any":                  true,
		"metadata.labels.any":                       false,
		"metadata.name":                             false,
		"spec.replicas":                             false,
		"spec.selector.matchLabels.app":             false,
		"spec.rules.host":                           true,
		"spec.tls.hosts":                            true,
		"data":                                      true,
		"name":                                      false,
		// Labels may be called as fields are.
		"spec.selector.matchLabels.role":       false,
		"spec.selector.matchLabels.server":     false,
		"spec.selector.role":                   false,
		"spec.template.spec.nodeSelector.role": false,
		"metadata.labels.host":                 false,
		"metadata.annotations.replicas":        true,
		// Values that tell nodes apart, or say what goes first.
		"spec.template.spec.taints.value":        false,
		"spec.template.spec.startupTaints.value": false,
		"spec.template.spec.requirements.value":  false,
		"value":                                  false,
		// Parts of custom resources may be called as fields are.
		"data.url":                true,
		"data.replicas":           true,
		"spec.data.replicas":      false,
		"spec.data.mode":          false,
		"spec.configMap.replicas": false,
		"spec.secret.mode":        false,
		"spec.hosts.minAvailable": false,
		"spec.hosts.mode":         false,
		"spec.tags.owner":         true,
		"spec.template.spec.volumes.projected.sources.secret.items.key": true,
	} {
		names := strings.Split(path, ".")
		if got := Text(names[len(names)-1], names[:len(names)-1]); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestWhole(t *testing.T) {
	for path, want := range map[string]bool{
		"spec.containers.env":          true,
		"spec.containers.volumeMounts": true,
		"spec.containers.ports":        false,
		"items":                        false,
		"spec.volumes.configMap.items": true,
		"spec.dnsConfig.options":       true,
		"spec.tolerations":             false,
	} {
		names := strings.Split(path, ".")
		if got := Whole(names[len(names)-1], names[:len(names)-1]); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
