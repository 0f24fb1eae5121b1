package manifest

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// An image that somebody has yet to name is told from those that a tool fills in.
func TestImageToFillIn(t *testing.T) {
	for image, want := range map[string]bool{
		"update to your image name": true, "<image>": true, "CHANGE_ME": true, "registry.example.com/changeme:latest": true,
		"your-registry/app:1":         true,
		"docker.io/your_username/app": true, "quay.io/team/replace-me": true, "TODO": true, "my-repo/web:v1": true, "[REGISTRY]/app": true,
		"gcr.io/x/placeholder": true,
		"":                     false, "nginx": false, "$(IMAGE)": false, "${REGISTRY}/app": false, "{{ image }}": false,
		"docker.io/library/redis:7@sha256:0": false,
		"my-app:1":                           false, "changelog": false, "ghcr.io/me/todo-app": false, "replacement:1": false,
		"localhost:5000/app": false,
	} {
		if got := toFillIn(image); got != want {
			t.Errorf("%q is to fill in: %t", image, got)
		}
	}
}

// What is looked at first takes nothing away from the pattern.
func TestMayBePlaceholder(t *testing.T) {
	words := []string{
		"change", "Change", "me", "-", "_", "/", ":", ".", "replace", "FILL", "in", "your", "my", "My", "image", "registry", "org", "todo", "TBD",
		"placeholder", "image-name", " ", "<", "]", "nginx", "\t", "repo", "ſ", "K", "user",
	}
	rapid.Check(t, func(t *rapid.T) {
		image := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, "words"), "")
		if placeholder.MatchString(image) && !mayBePlaceholder(image) {
			t.Fatalf("%q is one", image)
		}
	})
}

// A registry on one's own machine is told by its address.
func TestRegistryOfOnesOwnMachine(t *testing.T) {
	for image, want := range map[string]bool{
		"localhost:5001/web:1": true, "127.0.0.1:5000/a/web": true, "k3d-registry.localhost:5000/web": true,
		"kind-registry:5000/web": true,
		"localhost/web":          false, "127.0.0.1/web": false, "127.0.0.1:31999/library/web:1": false, "localhost:30000/web": false,
		"localhost:32767/web": false, "localhost:29999/web": true, "localhost:32768/web": true, "x.localhost/web": true,
		"localhost:32000/web": false, "registry.shop.com/localhost/web": false, "localhost": false, "web": false, "localhosts:5000/web": false,
		"registry:5000/web": false, "": false,
	} {
		if got := onOwnMachine(image); got != want {
			t.Errorf("%s: %t", image, got)
		}
	}
}

// What kubebuilder writes for the image of a controller is none: make deploy names it.
func TestImageOfAScaffold(t *testing.T) {
	for image, want := range map[string]bool{
		"controller:latest": true, "controller": false, "controller:v1": false, "shop/controller:latest": false,
		"ghcr.io/shop/controller:latest": false,
	} {
		if got := toFillIn(image); got != want {
			t.Errorf("%s: %t", image, got)
		}
	}
}
