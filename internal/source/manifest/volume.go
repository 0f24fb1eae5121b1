package manifest

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r sizeReader) volumeClaim(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			VolumeName       string                              `json:"volumeName"`
			StorageClassName *string                             `json:"storageClassName"`
			AccessModes      []corev1.PersistentVolumeAccessMode `json:"accessModes"`
			Selector         *metav1.LabelSelector               `json:"selector"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	named := namedClass(o.Metadata.Annotations, o.Spec.StorageClassName)
	class := ""
	if named != nil {
		class = *named
	}
	var selector labels.Selector
	if o.Spec.Selector != nil {
		var err error
		if selector, err = metav1.LabelSelectorAsSelector(o.Spec.Selector); err != nil {
			selector = labels.Nothing() // the API server takes no such claim
		}
	}
	r.shown(doc, "/PersistentVolumeClaim", o.Metadata, storageClass(class))
	r.into.VolumeClaims = append(r.into.VolumeClaims, kubernetes.VolumeClaim{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Volume: o.Spec.VolumeName, Once: Once(o.Spec.AccessModes),
		OncePod: slices.Contains(o.Spec.AccessModes, corev1.ReadWriteOncePod), // the API server takes it alone
		Class:   class, Local: slices.Contains(localClasses, class), Unclassed: named == nil, Selector: selector,
		Position: r.at(doc),
	})
	return nil
}

// namedClass is the class that a claim names, if it names one.
func namedClass(annotations map[string]string, field *string) *string {
	if c, ok := annotations[kubernetes.ClassAnnotation]; ok {
		return &c
	}
	return field
}

// localClasses are classes, by the names that their provisioners come with, of which
// each volume is a directory of one node.
//
// Source: github.com/rancher/local-path-provisioner (deploy/local-path-storage.yaml),
// openebs.io/docs (Local PV Hostpath), microk8s.io/docs/addon-hostpath-storage.
var localClasses = []string{"local-path", "openebs-hostpath", "microk8s-hostpath"}

// Once reports whether all the ways in which a volume can be mounted are for
// one node, or one pod, at a time.
func Once(modes []corev1.PersistentVolumeAccessMode) bool {
	return len(modes) > 0 && !slices.ContainsFunc(modes, func(m corev1.PersistentVolumeAccessMode) bool {
		return m != corev1.ReadWriteOnce && m != corev1.ReadWriteOncePod
	})
}

// storageClass is the value that names the class of a claim's storage.
func storageClass(name string) map[string]string {
	if name == "" {
		return nil
	}
	return map[string]string{"spec.storageClassName": name}
}

func (r sizeReader) persistentVolume(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ClaimRef struct {
				Namespace string `json:"namespace"`
				Name      string `json:"name"`
			} `json:"claimRef"`
			StorageClassName string                    `json:"storageClassName"`
			Local            *struct{}                 `json:"local"`
			HostPath         *struct{}                 `json:"hostPath"`
			NodeAffinity     corev1.VolumeNodeAffinity `json:"nodeAffinity"`
			servedBy
		} `json:"spec"`
		Status struct {
			Phase corev1.PersistentVolumePhase `json:"phase"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	if driver := o.Spec.CSI.Driver; driver != "" {
		r.shown(doc, "/PersistentVolume", o.Metadata, map[string]string{"spec.csi.driver": driver})
	}
	d := kubernetes.Volume{
		Name: o.Metadata.Name, Class: cmp.Or(o.Metadata.Annotations[kubernetes.ClassAnnotation], o.Spec.StorageClassName),
		Local: o.Spec.Local != nil, Labels: o.Metadata.Labels, Storage: o.Spec.storage(),
		OnDisk: o.Spec.Local != nil || o.Spec.HostPath != nil,
	}
	// Released, it still names the claim it had; one made anew under that name
	// does not get it.
	if o.Status.Phase != corev1.VolumeReleased && o.Spec.ClaimRef.Name != "" {
		d.ClaimNamespace, d.ClaimName = namespaceOf(o.Spec.ClaimRef.Namespace), o.Spec.ClaimRef.Name
	}
	if required := o.Spec.NodeAffinity.Required; required != nil {
		d.Zones, d.Host = zones(required.NodeSelectorTerms), host(required.NodeSelectorTerms)
	}
	if d.Zones == nil {
		d.Zones = labelledZones(o.Metadata.Labels)
	}
	r.into.Volumes = append(r.into.Volumes, d)
	return nil
}

// servedBy are the fields of a volume by which it is served over the network, or by
// a driver.
type servedBy struct {
	NFS       *struct{} `json:"nfs"`
	CephFS    *struct{} `json:"cephfs"`
	Glusterfs *struct{} `json:"glusterfs"`
	AzureFile *struct{} `json:"azureFile"`
	Quobyte   *struct{} `json:"quobyte"`
	EBS       *struct{} `json:"awsElasticBlockStore"`
	GCE       *struct{} `json:"gcePersistentDisk"`
	AzureDisk *struct{} `json:"azureDisk"`
	Cinder    *struct{} `json:"cinder"`
	CSI       struct {
		Driver string `json:"driver"`
	} `json:"csi"`
}

// storage is what serves it: the name of that field, or of the driver; empty for
// others.
func (s *servedBy) storage() string {
	switch {
	case s.NFS != nil:
		return "nfs"
	case s.CephFS != nil:
		return "cephfs"
	case s.Glusterfs != nil:
		return "glusterfs"
	case s.AzureFile != nil:
		return "azureFile"
	case s.Quobyte != nil:
		return "quobyte"
	case s.EBS != nil:
		return kubernetes.Driver("kubernetes.io/aws-ebs")
	case s.GCE != nil:
		return kubernetes.Driver("kubernetes.io/gce-pd")
	case s.AzureDisk != nil:
		return kubernetes.Driver("kubernetes.io/azure-disk")
	case s.Cinder != nil:
		return kubernetes.Driver("kubernetes.io/cinder")
	}
	return s.CSI.Driver
}

// zoneLabels are labels of nodes whose value is the zone they are in: that of
// Kubernetes, the one it had before, and those that storage drivers add.
var zoneLabels = []string{
	corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaZone,
	"topology.ebs.csi.aws.com/zone", "topology.gke.io/zone", "topology.disk.csi.azure.com/zone",
	"topology.diskplugin.csi.alibabacloud.com/zone",
}

// zones are those that a volume's node affinity leaves it, sorted; nil for any.
func zones(terms []corev1.NodeSelectorTerm) []string {
	var all []string
	for _, term := range terms { // one of them has to hold
		in, named := zonesOfTerm(term)
		if !named {
			return nil
		}
		all = append(all, in...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// zonesOfTerm are the zones that meet every requirement of a term, and whether
// one asks for any. Azure writes an empty zone for machines that are in none.
func zonesOfTerm(term corev1.NodeSelectorTerm) (in []string, named bool) {
	for _, e := range term.MatchExpressions {
		if e.Operator != corev1.NodeSelectorOpIn || !slices.Contains(zoneLabels, e.Key) {
			continue
		}
		fits := func(zone string) bool { return zone != "" && (!named || slices.Contains(in, zone)) }
		var both []string
		for _, zone := range e.Values {
			if fits(zone) {
				both = append(both, zone)
			}
		}
		in, named = both, true
	}
	return in, named
}

// host is the one that a local volume lies on, by its kubernetes.io/hostname.
func host(terms []corev1.NodeSelectorTerm) string {
	if len(terms) != 1 {
		return ""
	}
	for _, e := range terms[0].MatchExpressions {
		if e.Key == corev1.LabelHostname && e.Operator == corev1.NodeSelectorOpIn && len(e.Values) == 1 {
			return e.Values[0]
		}
	}
	return ""
}

// labelledZones are those of a volume made before there was node affinity: the
// scheduler still goes by its labels.
//
// Source: pkg/scheduler/framework/plugins/volumezone, and LabelZonesToSet in
// k8s.io/cloud-provider/volume/helpers/zones.go for two underscores.
func labelledZones(labels map[string]string) []string {
	for _, key := range zoneLabels[:2] {
		if zone := labels[key]; zone != "" {
			return strings.Split(zone, "__")
		}
	}
	return nil
}
