package selfhosted

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The fields of a Talos configuration, of its machine and of its cluster. Words are
// those of each that nothing else is likely to have: a machine has a type and files in
// many a file of values.
//
// Source: docs.siderolabs.com/talos, reference, v1alpha1 Config.
var (
	configFields  = []string{"version", "debug", "persist", "machine", "cluster"}
	machineFields = append([]string{
		"ca", "disks", "env", "features", "files", "kernel", "logging", "network", "pods", "time", "token", "type",
	}, machineWords...)
	machineWords = []string{
		"acceptedCAs", "baseRuntimeSpecOverrides", "certSANs", "controlPlane", "install", "kubelet", "nodeAnnotations", "nodeLabels",
		"nodeTaints", "registries", "seccompProfiles", "sysctls", "sysfs", "systemDiskEncryption", "udev",
	}
	clusterFields = append([]string{
		"acceptedCAs", "apiServer", "ca", "clusterName", "controlPlane", "controllerManager", "etcd", "id", "network", "proxy", "scheduler",
		"secret", "serviceAccount", "token",
	}, clusterWords...)
	clusterWords = []string{
		"adminKubeconfig", "aescbcEncryptionSecret", "aggregatorCA", "allowSchedulingOnControlPlanes", "allowSchedulingOnMasters", "coreDNS",
		"discovery", "externalCloudProvider", "extraManifestHeaders", "extraManifests", "inlineManifests", "secretboxEncryptionSecret",
	}
)

// versionOfTalos is the API of its other documents, which no kind of Kubernetes has: one
// without a group that is none of the core's.
//
// Source: talos.dev/v1.8/reference/configuration.
var (
	versionOfTalos = regexp.MustCompile(`(?m)^apiVersion:\s*["']?v1alpha1["']?\s*(#.*)?$`)
	kindOfTalos    = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*Config$`)
)

// document reports whether a document is one of Talos beside its configuration, such as
// a UserVolumeConfig.
func document(fields map[string]yaml.Node) bool {
	return fields["apiVersion"].Value == "v1alpha1" && kindOfTalos.MatchString(fields["kind"].Value)
}

// configuration reports whether a document is a configuration of Talos, or a part of one:
// by a field that only Talos has, by the type of its machine or its version, or where
// the path speaks of Talos.
func configuration(name string, fields map[string]yaml.Node) bool {
	if !only(fields, configFields) {
		return false
	}
	machine, cluster := settings(fields, "machine"), settings(fields, "cluster")
	if len(machine)+len(cluster) == 0 || !only(machine, machineFields) || !only(cluster, clusterFields) {
		return false
	}
	version, kind := fields["version"], machine["type"]
	return some(machine, machineWords) || some(cluster, clusterWords) || version.Value == "v1alpha1" ||
		slices.Contains([]string{"controlplane", "worker", "init"}, kind.Value) ||
		len(machine) > 0 && strings.Contains(strings.ToLower(name), "talos")
}

// settings are the fields of a part of a document.
func settings(fields map[string]yaml.Node, name string) map[string]yaml.Node {
	part := fields[name]
	return mapping(&part)
}

// only reports whether fields have no names but some.
func only(fields map[string]yaml.Node, names []string) bool {
	for name := range fields {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

// some reports whether fields have one of some names.
func some(fields map[string]yaml.Node, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { _, ok := fields[name]; return ok })
}
