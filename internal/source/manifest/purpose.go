package manifest

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Purpose is what of a container tells what it is there for, in as few words as
// the readers need: its image, command and arguments may hold what is private.
func Purpose(c *corev1.Container) (image string, command []string) {
	switch {
	case pauses(c.Image):
		image = "pause"
	case sleeps(c):
		command = []string{"sleep", "infinity"}
	case elects(c):
		command = []string{"--" + electing[0]}
	}
	return image, command
}

// pauses reports whether an image is the one that does nothing but keep a pod
// in its place, such as registry.k8s.io/pause:3.9.
func pauses(image string) bool {
	name := imageName(image)
	return name == "pause" || strings.HasPrefix(name, "pause-")
}

// imageName is the name of an image without registry, path, tag and digest.
func imageName(image string) string {
	name := image[strings.LastIndexByte(image, '/')+1:]
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// sleeps reports whether all that a container does is to sleep, so that somebody
// can log into it.
func sleeps(c *corev1.Container) bool {
	words := strings.Fields(strings.Join(slices.Concat(c.Command, c.Args), " "))
	if len(words) > 0 && (words[0] == "sh" || words[0] == "bash" || words[0] == "/bin/sh" || words[0] == "/bin/bash") {
		words = words[1:]
		if len(words) > 0 && words[0] == "-c" {
			words = words[1:]
		}
	}
	switch said := strings.Join(words, " "); {
	case len(words) == 2 && (words[0] == "sleep" || words[0] == "/bin/sleep"):
		return true
	default:
		return said == "tail -f /dev/null"
	}
}

// elects reports whether a container is told to elect a leader, by the flags that
// the libraries of controllers give them: --leader-elect, --enable-leader-election
// and the like, or those that say how: --leader-election-namespace. A flag that
// switches it off holds over those.
func elects(c *corev1.Container) bool {
	told := false
	for _, arg := range slices.Concat(c.Command, c.Args) {
		flag, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case !strings.HasPrefix(arg, "-"):
		case slices.Contains(electing, flag):
			return value != "false"
		case strings.HasPrefix(flag, "leader-election-"), strings.HasPrefix(flag, "leader-elect-"):
			told = true
		}
	}
	return told
}

var electing = []string{"leader-elect", "leader-election", "enable-leader-election", "leader-election-enabled", "enable-leader-elect"}
