package manifest

import (
	"strings"
	"testing"
)

// Where a volume can be used is what its own node affinity says, by any name a
// zone has had.
func TestVolumes(t *testing.T) {
	zone := func(key, values string) string {
		return "{matchExpressions: [{key: " + key + ", operator: In, values: [" + values + "]}]}"
	}
	for _, c := range []struct{ name, terms, want string }{
		{"no terms", "", ""},
		{"a zone", zone("topology.kubernetes.io/zone", "a"), "a"},
		{"a zone, as it was called before", zone("failure-domain.beta.kubernetes.io/zone", "a"), "a"},
		{"a zone of a driver's own", zone("topology.ebs.csi.aws.com/zone", "a"), "a"},
		{"two zones", zone("topology.gke.io/zone", "b, a"), "a b"},
		{"two terms", zone("topology.disk.csi.azure.com/zone", "eu-2") + ", " + zone("topology.disk.csi.azure.com/zone", "eu-1"), "eu-1 eu-2"},
		{"and one for machines in no zone", zone("topology.disk.csi.azure.com/zone", "eu-1") + ", " +
			zone("topology.disk.csi.azure.com/zone", "''"), "eu-1"},
		{"one for machines in no zone", zone("topology.disk.csi.azure.com/zone", "''"), ""},
		{"a term for anywhere", zone("topology.kubernetes.io/zone", "a") + ", " + zone("disk", "ssd"), ""},
		{"what two names agree on", "{matchExpressions: [{key: topology.ebs.csi.aws.com/zone, operator: In, values: [a, b]}, " +
			"{key: topology.kubernetes.io/zone, operator: In, values: [b, c]}]}", "b"},
		{"not in a zone", "{matchExpressions: [{key: topology.kubernetes.io/zone, operator: NotIn, values: [a]}]}", ""},
		{"a region", zone("topology.kubernetes.io/region", "eu"), ""},
		{"a host", zone("kubernetes.io/hostname", "h1"), "on h1"},
		{"a host in a zone", "{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [h1]}, " +
			"{key: topology.kubernetes.io/zone, operator: In, values: [a]}]}", "a on h1"},
		{"one of two hosts", zone("kubernetes.io/hostname", "h1, h2"), ""},
		{"either of two hosts", zone("kubernetes.io/hostname", "h1") + ", " + zone("kubernetes.io/hostname", "h2"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := placed(t, "spec: {nodeAffinity: {required: {nodeSelectorTerms: ["+c.terms+
				"]}}, claimRef: {namespace: ns, name: c}}"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The annotation by which a class was named before there was a field counts before the field.
func TestClassByAnnotation(t *testing.T) {
	for _, x := range []struct{ meta, spec, want string }{
		{"annotations: {volume.beta.kubernetes.io/storage-class: old}", "{}", "old"},
		{"annotations: {volume.beta.kubernetes.io/storage-class: old}", "{storageClassName: new}", "old"},
		{"annotations: {example.com/storage-class: old}", "{storageClassName: new}", "new"},
		{"annotations: {example.com/storage-class: old}", "{}", ""},
	} {
		e := mustRead(t, `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: a, `+x.meta+`}
spec: `+x.spec+`
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: c}
spec:
  selector: {matchLabels: {app: c}}
  template: {metadata: {labels: {app: c}}, spec: {containers: [{name: c}]}}
  volumeClaimTemplates: [{metadata: {name: d, `+x.meta+`}, spec: `+x.spec+`}]
`)
		claim := &e.VolumeClaims[0]
		if got := []string{claim.Class, e.Workloads[0].ClaimClasses[0]}; got[0] != x.want || got[1] != x.want {
			t.Errorf("%s %s: %q, want %s", x.meta, x.spec, got, x.want)
		}
		if claim.Unclassed != (x.want == "") {
			t.Errorf("%s %s: unclassed %v", x.meta, x.spec, claim.Unclassed)
		}
	}
}

func TestVolumesWithoutNodeAffinity(t *testing.T) {
	const spec = "spec: {claimRef: {namespace: ns, name: c}}"
	for labels, want := range map[string]string{
		"":                               "",
		"topology.kubernetes.io/zone: a": "a",
		"failure-domain.beta.kubernetes.io/zone: a__b": "a b",
		"topology.ebs.csi.aws.com/zone: a":             "", // of this the scheduler knows nothing
	} {
		if got := placed(t, spec, labels); got != want {
			t.Errorf("%q: got %q, want %q", labels, got, want)
		}
	}
}

// placed is where claim ns/c can be used, by a volume that is written so.
func placed(t *testing.T, volume string, labels ...string) string {
	t.Helper()
	e := mustRead(t, "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v, labels: {"+strings.Join(labels, ", ")+"}}\n"+
		volume+"\n---\n"+
		"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: ns}\nspec: {volumeName: v}\n")
	if len(e.VolumeClaims) != 1 || e.VolumeClaims[0].Volume != "v" || e.Seen.Unrelated != 0 {
		t.Fatalf("%+v", e.VolumeClaims)
	}
	where := strings.Join(e.VolumeClaims[0].Zones, " ")
	if h := e.VolumeClaims[0].Host; h != "" {
		where = strings.TrimSpace(where + " on " + h)
	}
	return where
}

// A claim made anew under the name of one that is gone does not get its volume.
func TestReleasedVolumes(t *testing.T) {
	const released = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {claimRef: {namespace: ns, name: c}, " +
		"nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: " +
		"[a]}]}]}}}\nstatus: {phase: Released}\n"
	if e := mustRead(t, released); len(e.VolumeClaims) != 0 {
		t.Errorf("%+v", e.VolumeClaims)
	}
	e := mustRead(t, released+"---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: ns}\n")
	if len(e.VolumeClaims) != 1 || e.VolumeClaims[0].Volume != "" || e.VolumeClaims[0].Zones != nil {
		t.Errorf("%+v", e.VolumeClaims)
	}
	if e := mustRead(t, strings.Replace(released, "Released", "Bound", 1)); len(e.VolumeClaims) != 1 || e.VolumeClaims[0].Name != "c" {
		t.Errorf("%+v", e.VolumeClaims)
	}
}

// A claim of each pod's own stands in place of a volume of its name.
func TestClaimsOfPodsReplaceVolumes(t *testing.T) {
	e := mustRead(t, `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers: [{name: c, image: i}]
      volumes:
      - {name: data, persistentVolumeClaim: {claimName: elsewhere}}
      - {name: shared, persistentVolumeClaim: {claimName: shared}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]
`)
	if got := e.Workloads[0].Template.VolumeClaims; len(got) != 1 || got[0] != "shared" {
		t.Errorf("its pods share %v", got)
	}
}

// A claim is for one node at a time where all its modes are, and for one pod where
// it asks for that.
func TestAccessModes(t *testing.T) {
	for modes, want := range map[string][2]bool{
		"ReadWriteOnce": {true, false}, "ReadWriteOncePod": {true, true}, "ReadWriteMany": {}, "ReadOnlyMany": {}, "": {},
		"ReadWriteOnce, ReadWriteMany": {}, "ReadWriteMany, ReadWriteOnce": {}, "ReadOnlyMany, ReadWriteOnce": {},
	} {
		c := mustRead(t, "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: ["+modes+"]}\n").VolumeClaims[0]
		if got := [2]bool{c.Once, c.OncePod}; got != want {
			t.Errorf("%s: once on a node, once in a pod: %v, want %v", modes, got, want)
		}
	}
}

// The kinds of volumes that are a path of a node are told from those of drivers.
func TestVolumesOnDisk(t *testing.T) {
	const host = "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: " +
		"[{key: kubernetes.io/hostname, operator: In, values: [h1]}]}]}}"
	for source, want := range map[string]bool{
		"local: {path: /mnt/a}": true, "hostPath: {path: /mnt/a}": true, "csi: {driver: topolvm.io, volumeHandle: a}": false,
		"nfs: {server: a, path: /a}": false,
	} {
		e := mustRead(t, "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {claimRef: {namespace: ns, name: c}, "+
			source+", "+host+"}\n")
		if c := e.VolumeClaims[0]; c.OnDisk != want || c.Host != "h1" {
			t.Errorf("%s: %+v, wants %v", source, c, want)
		}
	}
}
