package manifest

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// The cluster autoscaler, and the flags that say for which pods it leaves their node: it
// does so unless it is told not to.
//
// Source: "What types of pods can prevent CA from removing a node?" in the FAQ of the
// autoscaler.
const (
	autoscaler       = "cluster-autoscaler"
	skipLocalStorage = "--skip-nodes-with-local-storage"
	skipSystemPods   = "--skip-nodes-with-system-pods"
)

// autoscales is what a container tells the cluster autoscaler; nil where it runs none.
func autoscales(c *corev1.Container) *kubernetes.Autoscaler {
	if programName(c.Image) != autoscaler {
		return nil
	}
	told := func(flag string) bool { return !slices.Contains(offs(c), flag+"=false") }
	return &kubernetes.Autoscaler{LocalStorage: told(skipLocalStorage), SystemPods: told(skipSystemPods)}
}

// offs are the flags by which the cluster autoscaler is told not to leave nodes.
func offs(c *corev1.Container) []string {
	var all []string
	for _, w := range slices.Concat(c.Command, c.Args) {
		for _, flag := range []string{skipLocalStorage, skipSystemPods} {
			name, value, _ := strings.Cut(w, "=")
			if strings.TrimLeft(name, "-") == strings.TrimLeft(flag, "-") && (value == "false" || value == "0") {
				all = append(all, flag+"=false")
			}
		}
	}
	return all
}
