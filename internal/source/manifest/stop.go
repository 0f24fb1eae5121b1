package manifest

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// StopHook is how long a container's preStop hook sleeps before anything else, in which
// time its program has not been told to stop; 0 where it does something else.
func StopHook(c *corev1.Container) time.Duration {
	if c.Lifecycle == nil || c.Lifecycle.PreStop == nil {
		return 0
	}
	switch h := c.Lifecycle.PreStop; {
	case h.Sleep != nil && h.Sleep.Seconds > 0:
		return seconds(h.Sleep.Seconds)
	case h.Exec != nil:
		return sleeping(h.Exec.Command)
	}
	return 0
}

// stopHook is the longest and the least of a pod's containers.
func stopHook(spec *corev1.PodSpec) (longest, least time.Duration) {
	for i := range spec.Containers {
		hook := StopHook(&spec.Containers[i])
		if longest = max(longest, hook); i == 0 || hook < least {
			least = hook
		}
	}
	return longest, least
}

// sleeping is how long a command sleeps that begins with that, alone or in a shell.
func sleeping(command []string) time.Duration {
	if len(command) > 2 && shells[path.Base(command[0])] && strings.HasPrefix(command[1], "-") && strings.HasSuffix(command[1], "c") {
		first, _, _ := strings.Cut(strings.NewReplacer("&&", ";", "\n", ";").Replace(command[2]), ";")
		command = strings.Fields(first)
	}
	if len(command) != 2 || path.Base(command[0]) != "sleep" {
		return 0
	}
	d, err := time.ParseDuration(command[1])
	if n, whole := strconv.Atoi(command[1]); whole == nil {
		d, err = time.Duration(n)*time.Second, nil
	}
	if err != nil || d < 0 || d > longestHook {
		return 0
	}
	return d
}

// longestHook is beyond what anybody means: it is a way to say for ever.
const longestHook = 24 * time.Hour

// unprobed reports whether nothing says of a pod when it is ready: it is as soon as its
// containers run.
func unprobed(spec *corev1.PodSpec) bool {
	probed := func(c corev1.Container) bool { return c.ReadinessProbe != nil || c.StartupProbe != nil }
	return len(spec.Containers) > 0 && len(spec.ReadinessGates) == 0 &&
		!slices.ContainsFunc(spec.Containers, probed) && !slices.ContainsFunc(spec.InitContainers, probed)
}
