package kubernetes

import (
	"fmt"
	"strings"
	"testing"
)

func TestLinkVolumes(t *testing.T) {
	claim := func(name, disk string) VolumeClaim { return VolumeClaim{Namespace: "ns", Name: name, Volume: disk} }
	disk := func(name, of, zone string) Volume {
		return Volume{Name: name, ClaimNamespace: "ns", ClaimName: of, Zones: []string{zone}}
	}
	local := Volume{Name: "l", ClaimNamespace: "ns", ClaimName: "c", Host: "host-1"}
	for _, c := range []struct {
		name string
		in   Raw
		want string
	}{
		{"none", Raw{}, ""},
		{"a claim alone", Raw{VolumeClaims: []VolumeClaim{claim("c", "")}}, "ns/c"},
		{"a claim whose volume was not read", Raw{VolumeClaims: []VolumeClaim{claim("c", "v")}}, "ns/c v"},
		{"bound", Raw{VolumeClaims: []VolumeClaim{claim("c", "v"), claim("d", "w")}, Volumes: []Volume{disk("w", "d", "b"), disk("v", "c", "a")}},
			"ns/c v in a, ns/d w in b"},
		{"a volume kept for a claim", Raw{VolumeClaims: []VolumeClaim{claim("c", "")}, Volumes: []Volume{disk("v", "c", "a")}}, "ns/c v in a"},
		{"a volume that names another claim", Raw{VolumeClaims: []VolumeClaim{claim("c", "v")}, Volumes: []Volume{disk("v", "", "a")}},
			"ns/c v in a"},
		{"a volume alone", Raw{Volumes: []Volume{disk("v", "c", "a"), disk("w", "", "b")}}, "ns/c v in a"},
		{"two volumes that name a claim",
			Raw{VolumeClaims: []VolumeClaim{claim("c", "v")}, Volumes: []Volume{disk("v", "c", "a"), disk("w", "c", "b")}}, "ns/c v in a"},
		{"a claim of another namespace", Raw{VolumeClaims: []VolumeClaim{{Namespace: "other", Name: "c"}},
			Volumes: []Volume{disk("v", "c", "a")}}, "other/c, ns/c v in a"},
		{"the last of two", Raw{VolumeClaims: []VolumeClaim{claim("c", "v"), claim("c", "w")},
			Volumes: []Volume{disk("w", "c", "a"), disk("w", "c", "b")}}, "ns/c w in b"},
		{"local to a node", Raw{Nodes: []Node{{Name: "n1", Labels: map[string]string{"kubernetes.io/hostname": "host-1"}}, {Name: "n2"}},
			Volumes: []Volume{local}}, "ns/c l on n1 local"},
		{"local to a node that was not read", Raw{Nodes: []Node{{Name: "n2"}}, Volumes: []Volume{local}}, "ns/c l on host-1 local"},
		{"local to a node of no name", Raw{Volumes: []Volume{{Name: "l", ClaimNamespace: "ns", ClaimName: "c", Local: true}}}, "ns/c l local"},
		{"of a class with local volumes", Raw{VolumeClaims: []VolumeClaim{{Namespace: "ns", Name: "c", Class: "hdd"}},
			Volumes: []Volume{{Name: "l", Class: "hdd", Local: true}}}, "ns/c local"},
		{"of a class with others, too", Raw{VolumeClaims: []VolumeClaim{{Namespace: "ns", Name: "c", Class: "hdd"}},
			Volumes: []Volume{{Name: "l", Class: "hdd", Local: true}, {Name: "m", Class: "hdd"}}}, "ns/c"},
		{"of another class", Raw{VolumeClaims: []VolumeClaim{{Namespace: "ns", Name: "c", Class: "ssd"}},
			Volumes: []Volume{{Name: "l", Class: "hdd", Local: true}}}, "ns/c"},
		{"of no class", Raw{VolumeClaims: []VolumeClaim{{Namespace: "ns", Name: "c"}}, Volumes: []Volume{{Name: "l", Local: true}}}, "ns/c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := Link(&c.in)
			var all []string
			for _, v := range e.VolumeClaims {
				s := v.Namespace + "/" + v.Name
				if v.Volume != "" {
					s += " " + v.Volume
				}
				if v.Zones != nil {
					s += " in " + strings.Join(v.Zones, " ")
				}
				if v.Host != "" {
					s += " on " + v.Host
				}
				if v.Local {
					s += " local"
				}
				all = append(all, s)
			}
			if got := strings.Join(all, ", "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What comes apart is joined, in whatever order.
func TestVolumesOfManyParts(t *testing.T) {
	var raw Raw
	for i := range 1000 {
		raw.Append(&Raw{
			Volumes: []Volume{{Name: fmt.Sprint("v", i), ClaimNamespace: "ns", ClaimName: fmt.Sprint("c", i), Zones: []string{fmt.Sprint(i)}}},
		})
	}
	for i := range 1000 {
		raw.Append(&Raw{VolumeClaims: []VolumeClaim{{Namespace: "ns", Name: fmt.Sprint("c", 999-i), Volume: fmt.Sprint("v", 999-i)}}})
	}
	e := Link(&raw)
	for _, v := range e.VolumeClaims {
		if v.Name[1:] != v.Zones[0] {
			t.Fatalf("%+v", v)
		}
	}
	if len(e.VolumeClaims) != 1000 {
		t.Errorf("%d of them", len(e.VolumeClaims))
	}
}
