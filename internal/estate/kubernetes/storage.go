package kubernetes

import "cmp"

// Kinds of objects that say what serves volumes.
const (
	storageClass  = "storage.k8s.io/StorageClass"
	storageDriver = "storage.k8s.io/CSIDriver"
)

// What makes a class the one of claims that name none. Kubernetes takes both.
//
// Source: pkg/volume/util/storageclass.go (IsDefaultAnnotation).
const (
	isDefaultClass  = "storageclass.kubernetes.io/is-default-class"
	wasDefaultClass = "storageclass.beta.kubernetes.io/is-default-class"
)

// ClassAnnotation is that by which claims, their templates and volumes named their class
// before there was a field, and it counts before the field.
//
// Source: k8s.io/component-helpers/storage/volume (GetPersistentVolumeClaimClass, GetPersistentVolumeClass).
const ClassAnnotation = "volume.beta.kubernetes.io/storage-class"

// inTree are plugins that were built into Kubernetes, by the drivers that serve in their place.
var inTree = map[string]string{
	"kubernetes.io/aws-ebs":         "ebs.csi.aws.com",
	"kubernetes.io/gce-pd":          "pd.csi.storage.gke.io",
	"kubernetes.io/azure-disk":      "disk.csi.azure.com",
	"kubernetes.io/cinder":          "cinder.csi.openstack.org",
	"kubernetes.io/portworx-volume": "pxd.portworx.com",
}

// Driver is the driver that serves what a provisioner or plugin makes: itself, unless it was
// built into Kubernetes, which has others serve in its place.
//
// Source: k8s.io/csi-translation-lib of Kubernetes 1.36, and isCSIMigrationOn in
// pkg/scheduler/framework/plugins/nodevolumelimits/utils.go.
func Driver(provisioner string) string { return cmp.Or(inTree[provisioner], provisioner) }

// Storage is what the objects of an input say of what serves volumes.
type Storage struct {
	provisioners map[string]string // of classes, by name; empty where they differ
	attach       map[string]string // whether volumes of a driver are attached to nodes; empty where they differ
}

// Add adds what objects say.
func (s *Storage) Add(objects []Object) {
	for i := range objects {
		switch o := &objects[i]; o.API {
		case storageClass:
			agree(&s.provisioners, o.Name, o.Values["provisioner"])
		case storageDriver:
			agree(&s.attach, o.Name, cmp.Or(o.Values["spec.attachRequired"], "true"))
		}
	}
}

// agree keeps a value under a name, and none where there was another one.
func agree(into *map[string]string, name, value string) {
	if *into == nil {
		*into = map[string]string{}
	}
	if had, ok := (*into)[name]; ok && had != value {
		value = ""
	}
	(*into)[name] = value
}

// Free takes from claims that one node at a time can mount them, where all that may
// serve them attaches volumes to no node: nothing else keeps the others away. Unattached
// reports that of what serves a volume, with what its driver itself says in the input
// (true, false, or nothing). What one pod at a time can mount stays with it.
//
// Source: pkg/controller/volume/attachdetach (IsMultiAttachAllowed is asked of what is
// attached), kubernetes.io/docs/concepts/storage/persistent-volumes (access modes).
func (s *Storage) Free(e *Estate, unattached func(storage, attach string) bool) {
	for i := range e.VolumeClaims {
		c := &e.VolumeClaims[i]
		if !c.Once || c.OncePod || c.Local {
			continue
		}
		all := s.Serves(e, c)
		free := len(all) > 0
		for _, x := range all {
			free = free && x != "" && unattached(x, s.attach[x])
		}
		c.Once = !free
	}
}

// Serves is what may serve the volume of a claim: an empty one, or none at all, is not
// known.
func (s *Storage) Serves(e *Estate, c *VolumeClaim) []string {
	switch {
	case len(c.Storage) > 0:
		return c.Storage
	case c.Class != "":
		return []string{s.provisioners[c.Class]}
	case c.Unclassed:
		return byDefault(e.Objects)
	}
	return nil
}

// byDefault are the provisioners of the classes that claims get which name none.
func byDefault(objects []Object) []string {
	var all []string
	for i := range objects {
		if o := &objects[i]; o.API == storageClass && (o.Annotations[isDefaultClass] == "true" || o.Annotations[wasDefaultClass] == "true") {
			all = append(all, o.Values["provisioner"])
		}
	}
	return all
}
