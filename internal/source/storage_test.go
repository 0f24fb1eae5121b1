package source

import (
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// A claim is for one node at a time unless all that may serve it attaches volumes to
// no node: nothing else keeps the others away.
func TestStorage(t *testing.T) {
	known, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog"})
	if err != nil {
		t.Fatal(err)
	}
	claim := func(spec string) string {
		return "-- claim/claim.yaml --\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: ns}\nspec: {" + spec + "}\n"
	}
	volume := func(name, spec string) string {
		return "-- claim/" + name + ".yaml --\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: " + name +
			", labels: {for: " + name + "}}\nspec: {" + spec + "}\n"
	}
	class := func(at, name, provisioner string) string {
		return "-- " + at + ".yaml --\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: " + name + "}\nprovisioner: " +
			provisioner + "\n"
	}
	driver := func(name, attach string) string {
		return "-- driver.yaml --\napiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: " + name + "}\nspec: {" + attach + "}\n"
	}
	const once, nfs, disk = "accessModes: [ReadWriteOnce], ", "nfs: {server: s, path: /p}", "csi: {driver: ebs.csi.aws.com}"
	byDefault := "-- claim/default.yaml --\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: d, annotations: " +
		"{storageclass.kubernetes.io/is-default-class: 'true'}}\nprovisioner: "
	inKustomization := "-- claim/kustomization.yaml --\nresources: [claim.yaml, v.yaml]\n"
	for _, c := range []struct {
		name, archive string
		once          bool
	}{
		{"nothing else", claim(once), true},
		{"many nodes", claim("accessModes: [ReadWriteMany]"), false},
		{"its volume is of NFS", claim(once+"volumeName: v") + volume("v", nfs), false},
		{"built by kustomize", claim(once+"volumeName: v") + volume("v", nfs) + inKustomization, false},
		{"its volume is a disk", claim(once+"volumeName: v") + volume("v", disk), true},
		{"its volume says nothing that is known", claim(once+"volumeName: v") + volume("v", "iscsi: {}"), true},
		{"its volume was not read", claim(once + "volumeName: v"), true},
		{"for one pod", claim("accessModes: [ReadWriteOncePod], volumeName: v") + volume("v", "csi: {driver: efs.csi.aws.com}"), true},
		{"a volume kept for it", claim(once) + volume("v", "csi: {driver: efs.csi.aws.com}, claimRef: {namespace: ns, name: c}"), false},
		{"a volume kept for another one", claim(once) + volume("v", nfs+", claimRef: {namespace: ns, name: d}"), true},
		{"no class, and a volume without one", claim(once+"storageClassName: ''") + volume("v", "azureFile: {shareName: x}"), false},
		{"no class, and a volume of one", claim(once+"storageClassName: ''") + volume("v", nfs+", storageClassName: x"), true},
		{"one of two volumes", claim(once+"storageClassName: ''") + volume("v", nfs) + volume("w", disk), true},
		{"one of two volumes that it selects", claim(once+"storageClassName: '', selector: {matchLabels: {for: v}}") + volume("v", nfs) +
			volume("w", disk), false},
		{"it selects no volume", claim(once+"storageClassName: '', selector: {matchLabels: {for: x}}") + volume("v", nfs), true},
		{"a class made by hand", claim(once+"storageClassName: x") + volume("v", "glusterfs: {path: p}, storageClassName: x"), false},
		{"a class of EFS", claim(once+"storageClassName: x") + class("sc", "x", "efs.csi.aws.com"), false},
		{"a class of another name", claim(once+"storageClassName: z") + class("sc", "x", "efs.csi.aws.com"), true},
		{"a class of disks", claim(once+"storageClassName: x") + class("sc", "x", "ebs.csi.aws.com"), true},
		{"a class by a release of a chart",
			claim(once+"storageClassName: x") + class("sc", "x", "cluster.local/media-nfs-client-provisioner"), false},
		{"a class of two clusters", claim(once+"storageClassName: x") + class("a/sc", "x", "nfs.csi.k8s.io") +
			"-- a/kustomization.yaml --\nresources: [sc.yaml]\n" + class("b/sc", "x", "disk.csi.azure.com") +
			"-- b/kustomization.yaml --\nresources: [sc.yaml]\n", true},
		{"of the default class", claim(once) + byDefault + "file.csi.azure.com\n", false},
		{"of the default class, which makes disks", claim(once) + byDefault + "disk.csi.azure.com\n", true},
		{"not of the default class", claim(once+"storageClassName: ''") + byDefault + "file.csi.azure.com\n", true},
		{"CephFS of Rook", claim(once+"volumeName: v") + volume("v", "csi: {driver: rook-ceph.cephfs.csi.ceph.com}"), true},
		{"CephFS of Rook, not attached", claim(once+"volumeName: v") + volume("v", "csi: {driver: rook-ceph.cephfs.csi.ceph.com}") +
			driver("rook-ceph.cephfs.csi.ceph.com", "attachRequired: false"), false},
		{"NFS that is attached", claim(once+"volumeName: v") + volume("v", "csi: {driver: nfs.csi.k8s.io}") + driver("nfs.csi.k8s.io", ""), true},
		{"disks of the node are attached to none", claim(once+"volumeName: v") + volume("v", "csi: {driver: topolvm.io}") +
			driver("topolvm.io", "attachRequired: false"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, c.archive)
			whole, err := Read(t.Context(), Input{Paths: []string{"."}, Catalog: known})
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, u := range whole.Units {
				for _, v := range u.Kubernetes.VolumeClaims {
					if v.Name == "c" {
						found = true
						if v.Once != c.once {
							t.Errorf("for one node at a time: %v, want %v (%q)", v.Once, c.once, v.Storage)
						}
					}
				}
			}
			if !found {
				t.Error("the claim was not read")
			}
		})
	}
}
