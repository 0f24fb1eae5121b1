package manifest

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// How long a hook sleeps before its program is told to stop, as far as it begins with that.
func TestStopHook(t *testing.T) {
	for _, x := range []struct {
		command []string
		want    time.Duration
	}{
		{[]string{"sleep", "15"}, 15 * time.Second},
		{[]string{"/bin/sleep", "1m"}, time.Minute},
		{[]string{"/bin/sh", "-c", "sleep 20"}, 20 * time.Second},
		{[]string{"bash", "-ec", "sleep 20 && nginx -s quit"}, 20 * time.Second},
		{[]string{"sh", "-c", "sleep 5\nkill 1"}, 5 * time.Second},
		{[]string{"sh", "-c", "nginx -s quit; sleep 20"}, 0},
		{[]string{"sh", "-c", "sleep $WAIT"}, 0},
		{[]string{"sh", "sleep", "5"}, 0},
		{[]string{"sleep", "infinity"}, 0},
		{[]string{"sleep", "-5"}, 0},
		{[]string{"sleep", "99999999999999999999"}, 0},
		{[]string{"sleep"}, 0},
		{nil, 0},
	} {
		c := &corev1.Container{Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: x.command}}}}
		if got := StopHook(c); got != x.want {
			t.Errorf("%q: %s, want %s", x.command, got, x.want)
		}
	}
	if got := StopHook(&corev1.Container{}); got != 0 {
		t.Errorf("no hook: %s", got)
	}
}

// Images that name no version.
func TestFloatingImages(t *testing.T) {
	for image, want := range map[string]bool{
		"nginx:latest": true, "registry.example.org/web": true, "registry.example.org:5000/web": true, "team/web:Main": true,
		"registry.example.org/web:nightly": true, "nginx": false, "controller:v1": false, "registry.example.org:5000/web:1": false,
		"web:latest@sha256:abc": false, "web:1-latest": false, "${REGISTRY}/web:latest": false, "": false, "registry.example.org/": false,
		"your-registry/web:latest": false,
	} {
		if got := floating(&corev1.Container{Image: image}) != ""; got != want {
			t.Errorf("%q: %t, want %t", image, got, want)
		}
	}
	if floating(&corev1.Container{Image: "team/web:latest", ImagePullPolicy: corev1.PullNever}) != "" {
		t.Error("an image that is never pulled")
	}
}
