package manifest

import (
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/responsibility"
)

// podAsks are what a pod asks of its node beside processors and memory: see PodTemplate.
func podAsks(spec *corev1.PodSpec) []string {
	var few [8]string // most pods ask for no more
	all := few[:0]
	for _, of := range []struct {
		set  bool
		said string
	}{
		{spec.HostNetwork, "hostNetwork"}, {spec.HostPID, "hostPID"}, {spec.HostIPC, "hostIPC"},
		{spec.OS != nil && spec.OS.Name == corev1.Windows || spec.NodeSelector[corev1.LabelOSStable] == string(corev1.Windows), "windows"},
	} {
		if of.set {
			all = append(all, of.said)
		}
	}
	if c := spec.SecurityContext; c != nil {
		all = append(all, hostProcess(c.WindowsOptions)...)
		all = append(all, unconfined(c.SeccompProfile, c.AppArmorProfile)...)
		for _, s := range c.Sysctls {
			all = append(all, "sysctl:"+s.Name)
		}
	}
	for i := range spec.Volumes {
		all = append(all, volumeAsks(&spec.Volumes[i])...)
	}
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		all = containerAsks(all, c, sidecar(c))
	}
	for i := range spec.Containers {
		all = containerAsks(all, &spec.Containers[i], true)
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	return slices.Clone(slices.Compact(all))
}

// containerAsks adds what a container asks for. One that lasts as long as its pod has
// probes, or lacks them.
func containerAsks(all []string, c *corev1.Container, lasts bool) []string {
	if s := c.SecurityContext; s != nil {
		if s.Privileged != nil && *s.Privileged {
			all = append(all, "privileged")
		}
		if s.Capabilities != nil {
			for _, name := range s.Capabilities.Add {
				all = append(all, "capability:"+strings.TrimPrefix(strings.ToUpper(string(name)), "CAP_"))
			}
		}
		if s.ProcMount != nil && *s.ProcMount == corev1.UnmaskedProcMount {
			all = append(all, "unmaskedProc")
		}
		all = append(all, hostProcess(s.WindowsOptions)...)
		all = append(all, unconfined(s.SeccompProfile, s.AppArmorProfile)...)
	}
	for _, p := range c.Ports {
		if p.HostPort > 0 {
			all = append(all, "hostPort:"+strconv.Itoa(int(p.HostPort)))
		}
	}
	if asksMetadata(c) {
		all = append(all, "instanceMetadata")
	}
	if lasts && c.LivenessProbe == nil {
		all = append(all, "noLivenessProbe")
	}
	if lasts && c.ReadinessProbe == nil {
		all = append(all, "noReadinessProbe")
	}
	return all
}

// asksMetadata reports whether a container is told to ask the metadata service of its node. One whose
// SDKs are told that it is disabled asks nothing there by its environment.
func asksMetadata(c *corev1.Container) bool {
	told := slices.Concat(c.Command, c.Args)
	for i, s := range told {
		flagged := i > 0 && strings.HasPrefix(told[i-1], "-") && responsibility.RefusesMetadata(told[i-1]) // --deny URL
		if responsibility.AsksMetadata(s) && !flagged {
			return true
		}
	}
	disabled := func(e corev1.EnvVar) bool { return responsibility.DisablesMetadata(e.Name, e.Value) }
	set := func(e corev1.EnvVar) bool {
		return responsibility.AsksMetadata(e.Value) && !responsibility.RefusesMetadata(e.Name)
	}
	return !slices.ContainsFunc(c.Env, disabled) && slices.ContainsFunc(c.Env, set)
}

// hostProcess is what runs as a process of its node, which is one with Windows then.
func hostProcess(w *corev1.WindowsSecurityContextOptions) []string {
	if w == nil || w.HostProcess == nil || !*w.HostProcess {
		return nil
	}
	return []string{"hostProcess", "windows"}
}

func unconfined(seccomp *corev1.SeccompProfile, armor *corev1.AppArmorProfile) []string {
	var all []string
	if seccomp != nil && seccomp.Type == corev1.SeccompProfileTypeUnconfined {
		all = append(all, "seccompUnconfined")
	}
	if armor != nil && armor.Type == corev1.AppArmorProfileTypeUnconfined {
		all = append(all, "appArmorUnconfined")
	}
	return all
}

// volumeAsks are what a volume asks for that is no claim: a path of the node, or the
// driver that serves it, under the name of its provisioner.
//
// Source: the in-tree plugins' names in pkg/volume of Kubernetes.
func volumeAsks(v *corev1.Volume) []string {
	driver := ""
	switch s := &v.VolumeSource; {
	case s.HostPath != nil:
		return []string{"hostPath:" + HostPath(s.HostPath.Path)}
	case s.CSI != nil:
		driver = s.CSI.Driver
	case s.AWSElasticBlockStore != nil:
		driver = "kubernetes.io/aws-ebs"
	case s.GCEPersistentDisk != nil:
		driver = "kubernetes.io/gce-pd"
	case s.AzureDisk != nil:
		driver = "kubernetes.io/azure-disk"
	case s.AzureFile != nil:
		driver = "kubernetes.io/azure-file"
	}
	if driver == "" {
		return nil
	}
	return []string{"driver:" + driver}
}

// deepestPath is how many parts of a path of a node are told: enough for what platforms
// allow or refuse, and too few for what somebody has called a folder.
const deepestPath = 3

// HostPath is the beginning of a path of a node.
func HostPath(of string) string {
	parts := strings.Split(strings.Trim(path.Clean("/"+of), "/"), "/")
	return "/" + strings.Join(parts[:min(deepestPath, len(parts))], "/")
}
