package manifest

import (
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// autoscales is what a container tells the cluster autoscaler; nil where it runs none.
func autoscales(c *corev1.Container) *kubernetes.Autoscaler {
	by := responsibility.ClusterAutoscaler()
	if programName(c.Image) != by.Program {
		return nil
	}
	return &kubernetes.Autoscaler{LocalStorage: isOn(c, by.SkipLocal), SystemPods: isOn(c, by.SkipSystem)}
}

// offs are the flags by which the cluster autoscaler is told not to leave nodes.
func offs(c *corev1.Container) []string {
	var all []string
	by := responsibility.ClusterAutoscaler()
	for _, flag := range []string{by.SkipLocal, by.SkipSystem} {
		if !isOn(c, flag) {
			all = append(all, "--"+flag+"=false")
		}
	}
	return all
}

// forces is the flag by which a container is told to take pods whatever their PDBs say, or the
// variable that stands for it, as that flag; nil for none. What the variable, or the words of a
// shell, are, and was not read, may be that.
//
// Source: cmd/kured/main.go of kured 1.21: loadFromEnv.
func forces(c *corev1.Container) []string {
	program := programName(c.Image)
	flag := responsibility.ForcedBy(program)
	if flag == "" {
		return nil
	}
	variable := strings.ToUpper(strings.ReplaceAll(program+"_"+flag, "-", "_"))
	said := slices.ContainsFunc(c.Env, func(v corev1.EnvVar) bool {
		is, err := strconv.ParseBool(v.Value)
		return v.Name == variable && (v.ValueFrom != nil || strings.Contains(v.Value, "$(") || is && err == nil)
	})
	if !isSet(c, flag, said || len(c.EnvFrom) > 0) && !elsewhere(c, program) {
		return nil
	}
	return []string{"--" + flag}
}

// elsewhere reports whether a container is told what it runs by what is not read: words that a shell
// or a variable replaces, or a script.
func elsewhere(c *corev1.Container, program string) bool {
	words := spoken(c)
	if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "$") && !strings.HasPrefix(w, "--") }) {
		return true
	}
	return len(words) > 0 && shells[path.Base(words[0])] &&
		!slices.ContainsFunc(words[1:], func(w string) bool { return path.Base(strings.Trim(w, `"';&`)) == program })
}

// isOn reports whether a flag of a program in Go is on that is so by default.
func isOn(c *corev1.Container, flag string) bool { return isSet(c, flag, true) }

// isSet reports whether a flag of a program in Go is on: of several the last counts.
func isSet(c *corev1.Container, flag string, on bool) bool {
	for _, w := range spoken(c) {
		if name, value, set := strings.Cut(strings.TrimLeft(strings.Trim(w, `"';&`), "-"), "="); name == flag {
			is, err := strconv.ParseBool(value)
			on = is || !set || err != nil
		}
	}
	return on
}
