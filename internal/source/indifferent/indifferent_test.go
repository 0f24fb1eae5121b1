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
