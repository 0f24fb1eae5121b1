package manifest

import "testing"

// The words of a tag say which edition an image is, and its numbers which version.
func TestTagWords(t *testing.T) {
	for image, want := range map[string]string{
		"sonarqube:2025.4-datacenter-app": "datacenter-app", "registry.example:5000/sonarqube": "", "redis:7.2-alpine3.19": "",
		"example.org/a/sonarqube:Community@sha256:abc": "community", "sonarqube@sha256:abc": "", "": "", "nginx:stable_alpine": "stable-alpine",
	} {
		if got := tagWords(image); got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
	}
}
