package responsibility

import (
	"strings"
	"testing"
	"testing/fstest"
)

// Volumes are attached to no node by the name of what serves them, unless its driver
// says otherwise in the input; some have to say so.
func TestUnattached(t *testing.T) {
	c := builtin(t)
	for _, x := range []struct {
		name, attach string
		want         bool
	}{
		{"nfs", "", true}, {"cephfs", "", true}, {"azureFile", "", true}, {"azureDisk", "", false}, {"", "", false},
		{"efs.csi.aws.com", "", true}, {"efs.csi.aws.com", "false", true}, {"efs.csi.aws.com", "true", false}, {"ebs.csi.aws.com", "", false},
		{"cluster.local/nfs-subdir-external-provisioner", "", true}, {"cluster.local/x-nfs-client-provisioner", "", true},
		{"nfs-client-provisioner.example.com", "", false},
		{"cephfs.csi.ceph.com", "", true}, {"rook-ceph.cephfs.csi.ceph.com", "", false}, {"rook-ceph.cephfs.csi.ceph.com", "false", true},
		{"rook-ceph.rbd.csi.ceph.com", "false", false}, {"local.csi.openebs.io", "false", false},
	} {
		if got := c.Unattached(x.name, x.attach); got != x.want {
			t.Errorf("%s, whose driver says %q: %v, want %v", x.name, x.attach, got, x.want)
		}
	}
}

// What serves volumes of somebody's own comes with a source, as all of a catalog does.
func TestStorageOfOnesOwn(t *testing.T) {
	own := func(text string) (*Catalog, error) {
		return Load(Files{FS: fstest.MapFS{"storage.yaml": {Data: []byte(text)}, "sources/x.yaml": {Data: []byte(
			"sources:\n  - {id: x, title: X, url: 'https://example.com', read: 2026-11-29}\n")}}, Name: "own"})
	}
	c, err := own("unattached:\n- {names: [files.example.com], from: [x]}\n")
	if err != nil || !c.Unattached("files.example.com", "") || c.Unattached("nfs", "") {
		t.Errorf("a server of one's own: %v", err)
	}
	_, err = own("unattached:\n- {names: [files.example.com], from: [z]}\n")
	if err == nil || !strings.Contains(err.Error(), "files.example.com.from") {
		t.Errorf("a source that is none: %v", err)
	}
}
