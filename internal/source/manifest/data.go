package manifest

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Words of a path by which what is kept there is data, and those of a path or of a
// volume by which it is none, or made anew by each pod.
var (
	dataWords    = []string{"data", "storage", "db", "database", "databases", "persistent", "persistence"}
	scratchWords = []string{
		"tmp", "temp", "cache", "caches", "log", "logs", "run", "sock", "socket", "sockets", "scratch", "shm", "spool", "queue", "shared",
		"static", "public", "assets", "plugins", "config", "conf", "etc", "certs", "tls", "secrets", "test", "testdata", "metadata",
		"istio", "linkerd", // of proxies that stand beside others
	}
)

// lostData is the path at which a container keeps data by its name, or as it is told, and has
// an emptyDir: it goes with the pod. What an init container fills is made anew, and so is no data,
// nor is what lies in memory or is mounted to be read. It is empty where there is none.
func lostData(spec *corev1.PodSpec) string {
	for i := range spec.Volumes {
		v := &spec.Volumes[i]
		if v.EmptyDir == nil || v.EmptyDir.Medium == corev1.StorageMediumMemory || filled(spec, v.Name) {
			continue
		}
		for k := range spec.Containers {
			c := &spec.Containers[k]
			if refills(c) {
				continue
			}
			for _, m := range c.VolumeMounts {
				words := wordsOf(m.MountPath)
				keeps := among(words, dataWords) || slices.ContainsFunc(directories(c), func(dir string) bool { return mountOf(c, dir) == m.MountPath })
				if m.Name == v.Name && !m.ReadOnly && keeps && !among(append(words, wordsOf(v.Name)...), scratchWords) {
					return m.MountPath
				}
			}
		}
	}
	return ""
}

// refills reports whether a container is the store gateway or the compactor of Thanos, which fill
// what they have on their disk from the bucket again.
//
// Source: thanos.io/tip/components/store.md and compact.md.
func refills(c *corev1.Container) bool {
	words := spoken(c)
	return (slices.Contains(words, "store") || slices.Contains(words, "compact")) &&
		slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "--objstore.config") })
}

// mountOf is the path of the mount that holds a directory: of several the deepest; empty for none.
func mountOf(c *corev1.Container, dir string) string {
	deepest := ""
	for _, m := range c.VolumeMounts {
		if within(dir, m.MountPath) && len(path.Clean(m.MountPath)) > len(path.Clean(deepest)) || deepest == "" && within(dir, m.MountPath) {
			deepest = m.MountPath
		}
	}
	return deepest
}

// within reports whether a directory is one, or lies in it.
func within(dir, of string) bool {
	of = path.Clean(of)
	return dir == of || strings.HasPrefix(dir, strings.TrimSuffix(of, "/")+"/")
}

// scratch reports whether a volume is mounted, and everywhere at a path by which nothing
// is kept there: /tmp.
func scratch(spec *corev1.PodSpec, volume string) bool {
	mounted := false
	for i := range spec.Containers {
		for _, m := range spec.Containers[i].VolumeMounts {
			if m.Name != volume {
				continue
			}
			if mounted = true; !among(wordsOf(m.MountPath), scratchWords) {
				return false
			}
		}
	}
	return mounted
}

// filled reports whether an init container writes to a volume.
func filled(spec *corev1.PodSpec, volume string) bool {
	return slices.ContainsFunc(spec.InitContainers, func(c corev1.Container) bool {
		return slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume && !m.ReadOnly })
	})
}

func wordsOf(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("/-_.", r) })
}

func among(words, of []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(of, w) })
}
