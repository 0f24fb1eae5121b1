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
	name := image[strings.LastIndexByte(image, '/')+1:]
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, ":")
	return name == "pause" || strings.HasPrefix(name, "pause-")
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

// elects reports whether a container is told to elect a leader, by the flag that
// the libraries of controllers give them: --leader-elect, --enable-leader-election
// and the like.
func elects(c *corev1.Container) bool {
	return slices.ContainsFunc(slices.Concat(c.Command, c.Args), func(arg string) bool {
		flag, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		return strings.HasPrefix(arg, "-") && value != "false" && slices.Contains(electing, flag)
	})
}

var electing = []string{"leader-elect", "leader-election", "enable-leader-election", "leader-election-enabled", "enable-leader-elect"}
