package manifest

import (
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/responsibility"
)

// Purpose is what of a container tells what it is there for, in as few words as
// the readers need: its image, command and arguments may hold what is private.
func Purpose(c *corev1.Container) (image string, command []string) {
	told, off := elects(c)
	switch {
	case pauses(c.Image):
		image = "pause"
	case autoscales(c) != nil:
		image, command = programName(c.Image), offs(c)
	case responsibility.ForcedBy(programName(c.Image)) != "":
		image, command = programName(c.Image), forces(c)
	case sleeps(c):
		command = []string{"sleep", "infinity"}
	case told:
		command = []string{"--" + electing[0]}
	case off != "":
		command = []string{"--" + electing[0] + "=false"}
	}
	return image, command
}

// pauses reports whether an image is the one that does nothing but keep a pod
// in its place, such as registry.k8s.io/pause:3.9.
func pauses(image string) bool {
	name := imageName(image)
	return name == "pause" || strings.HasPrefix(name, "pause-")
}

// sleeps reports whether all that a container does is to sleep, so that somebody
// can log into it, or see how nodes come and go.
func sleeps(c *corev1.Container) bool {
	words := slices.Concat(c.Command, c.Args)
	if len(words) > 0 && shells[words[0][strings.LastIndexByte(words[0], '/')+1:]] {
		words = words[1:]
		if len(words) > 0 && strings.HasPrefix(words[0], "-") && strings.HasSuffix(words[0], "c") {
			words = words[1:]
		}
	}
	slept := false
	for _, command := range strings.FieldsFunc(strings.Join(words, " "), func(r rune) bool { return strings.ContainsRune(";&|\n", r) }) {
		fields := strings.Fields(command)
		for len(fields) > 0 && leading[fields[0]] {
			fields = fields[1:]
		}
		if len(fields) == 0 {
			continue
		}
		switch name := fields[0][strings.LastIndexByte(fields[0], '/')+1:]; {
		case name == "sleep", name == "tail" && slices.Contains(fields, "/dev/null"):
			slept = true
		case !idle[name]:
			return false
		}
	}
	return slept
}

// What a shell may do beside sleeping and still do nothing.
var (
	shells  = map[string]bool{"sh": true, "bash": true, "ash": true}
	leading = map[string]bool{"exec": true, "do": true, "then": true, "while": true, "until": true}
	idle    = map[string]bool{"trap": true, "wait": true, "true": true, ":": true, "done": true, "echo": true, "date": true, "set": true}
)

// spoken are the words of what a container is told to run, those of a script in an
// argument among them.
func spoken(c *corev1.Container) []string {
	return strings.Fields(strings.Join(slices.Concat(c.Command, c.Args), " "))
}

// runs is the first program that a container is told to run, in a shell or without,
// with the word behind it where that is no flag; empty where its image says.
func runs(c *corev1.Container) string {
	all := spoken(c)
	for i, w := range all {
		name := strings.TrimSuffix(path.Base(w), ".sh")
		if shells[name] || leading[name] || idle[name] || strings.HasPrefix(w, "-") || strings.HasSuffix(w, ";") {
			continue
		}
		if i+1 < len(all) && subcommand.MatchString(all[i+1]) {
			return name + " " + all[i+1]
		}
		return name
	}
	return ""
}

// subcommand is a word that says which part of a program to run.
var subcommand = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
