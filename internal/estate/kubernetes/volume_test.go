package kubernetes

import (
	"fmt"
	"strings"
	"testing"
)

func TestLinkVolumes(t *testing.T) {
	claim := func(name, disk string) Volume { return Volume{Namespace: "ns", Claim: name, Disk: disk} }
	disk := func(name, of, zone string) Disk {
		return Disk{Name: name, Namespace: "ns", Claim: of, Zones: []string{zone}}
	}
	local := Disk{Name: "l", Namespace: "ns", Claim: "c", Host: "host-1"}
	for _, c := range []struct {
		name string
		in   Estate
		want string
	}{
		{"none", Estate{}, ""},
		{"a claim alone", Estate{Volumes: []Volume{claim("c", "")}}, "ns/c"},
		{"a claim whose volume was not read", Estate{Volumes: []Volume{claim("c", "v")}}, "ns/c v"},
		{"bound", Estate{Volumes: []Volume{claim("c", "v"), claim("d", "w")}, Disks: []Disk{disk("w", "d", "b"), disk("v", "c", "a")}}, "ns/c v in a, ns/d w in b"},
		{"a volume kept for a claim", Estate{Volumes: []Volume{claim("c", "")}, Disks: []Disk{disk("v", "c", "a")}}, "ns/c v in a"},
		{"a volume that names another claim", Estate{Volumes: []Volume{claim("c", "v")}, Disks: []Disk{disk("v", "", "a")}}, "ns/c v in a"},
		{"a volume alone", Estate{Disks: []Disk{disk("v", "c", "a"), disk("w", "", "b")}}, "ns/c v in a"},
		{"two volumes that name a claim", Estate{Volumes: []Volume{claim("c", "v")}, Disks: []Disk{disk("v", "c", "a"), disk("w", "c", "b")}}, "ns/c v in a"},
		{"a claim of another namespace", Estate{Volumes: []Volume{{Namespace: "other", Claim: "c"}}, Disks: []Disk{disk("v", "c", "a")}}, "other/c, ns/c v in a"},
		{"the last of two", Estate{Volumes: []Volume{claim("c", "v"), claim("c", "w")}, Disks: []Disk{disk("w", "c", "a"), disk("w", "c", "b")}}, "ns/c w in b"},
		{"local to a node", Estate{Nodes: []Node{{Name: "n1", Labels: map[string]string{"kubernetes.io/hostname": "host-1"}}, {Name: "n2"}}, Disks: []Disk{local}}, "ns/c l on n1"},
		{"local to a node that was not read", Estate{Nodes: []Node{{Name: "n2"}}, Disks: []Disk{local}}, "ns/c l on host-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Link()
			var all []string
			for _, v := range c.in.Volumes {
				s := v.Namespace + "/" + v.Claim
				if v.Disk != "" {
					s += " " + v.Disk
				}
				if v.Zones != nil {
					s += " in " + strings.Join(v.Zones, " ")
				}
				if v.Host != "" {
					s += " on " + v.Host
				}
				all = append(all, s)
			}
			if got := strings.Join(all, ", "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.in.Disks != nil {
				t.Errorf("%d are kept", len(c.in.Disks))
			}
		})
	}
}

// What comes apart is joined, in whatever order.
func TestVolumesOfManyParts(t *testing.T) {
	var e Estate
	for i := range 1000 {
		e.Append(&Estate{Disks: []Disk{{Name: fmt.Sprint("v", i), Namespace: "ns", Claim: fmt.Sprint("c", i), Zones: []string{fmt.Sprint(i)}}}})
	}
	for i := range 1000 {
		e.Append(&Estate{Volumes: []Volume{{Namespace: "ns", Claim: fmt.Sprint("c", 999-i), Disk: fmt.Sprint("v", 999-i)}}})
	}
	e.Link()
	for _, v := range e.Volumes {
		if v.Claim[1:] != v.Zones[0] {
			t.Fatalf("%+v", v)
		}
	}
	if len(e.Volumes) != 1000 {
		t.Errorf("%d of them", len(e.Volumes))
	}
}
