package kubernetes

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/labels"
)

// A claim that one node at a time can mount is one for all nodes where everything that may
// serve it attaches its volumes to none.
func TestFree(t *testing.T) {
	class := func(name, provisioner string, annotations map[string]string) Object {
		return Object{API: storageClass, Name: name, Values: map[string]string{"provisioner": provisioner}, Annotations: annotations}
	}
	e := &Estate{Objects: []Object{
		class("files", "nfs", nil), class("disks", "ebs", nil), class("either", "nfs", nil), class("either", "ebs", nil),
		class("asked", "rook", nil), class("same", "nfs", nil), class("same", "nfs", nil),
		class("usual", "nfs", map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}),
		{API: storageDriver, Name: "rook", Values: map[string]string{"spec.attachRequired": "false"}},
	}}
	for name, x := range map[string]struct {
		claim VolumeClaim
		want  bool
	}{
		"a class of files":                       {VolumeClaim{Once: true, Class: "files"}, false},
		"a class of disks":                       {VolumeClaim{Once: true, Class: "disks"}, true},
		"a class that is there twice":            {VolumeClaim{Once: true, Class: "either"}, true},
		"a class that was not read":              {VolumeClaim{Once: true, Class: "other"}, true},
		"a class that is there twice, as it is":  {VolumeClaim{Once: true, Class: "same"}, false},
		"several volumes, the last of files":     {VolumeClaim{Once: true, Storage: []string{"ebs", "nfs"}}, true},
		"no class":                               {VolumeClaim{Once: true}, true},
		"the default class":                      {VolumeClaim{Once: true, Unclassed: true}, false},
		"a class, and not the default one":       {VolumeClaim{Once: true, Unclassed: true, Class: "disks"}, true},
		"a driver that says so":                  {VolumeClaim{Once: true, Class: "asked"}, false},
		"a volume, whatever the class":           {VolumeClaim{Once: true, Class: "disks", Storage: []string{"nfs"}}, false},
		"one of several volumes":                 {VolumeClaim{Once: true, Storage: []string{"nfs", "ebs"}}, true},
		"one pod at a time":                      {VolumeClaim{Once: true, OncePod: true, Class: "files"}, true},
		"a disk of one node":                     {VolumeClaim{Once: true, Local: true, Class: "files"}, true},
		"all nodes already, of a class of disks": {VolumeClaim{Class: "disks"}, false},
	} {
		e.VolumeClaims = []VolumeClaim{x.claim}
		var s Storage
		s.Add(e.Objects)
		s.Free(e, func(storage, attach string) bool {
			if storage == "" {
				t.Errorf("%s: asked of what is not known", name)
			}
			return storage == "nfs" || attach == "false"
		})
		if got := e.VolumeClaims[0].Once; got != x.want {
			t.Errorf("%s: for one node at a time %v, want %v", name, got, x.want)
		}
	}
}

// What may serve a claim are the volumes of its class that are free or kept for it, and
// that its selector takes.
func TestVolumesThatAClaimMayGet(t *testing.T) {
	large := labels.SelectorFromSet(labels.Set{"size": "large"})
	volumes := []Volume{
		{Name: "a", Class: "hdd", Storage: "nfs", Labels: map[string]string{"size": "large"}},
		{Name: "b", Class: "hdd", Storage: "ebs"},
		{Name: "c", Class: "ssd", Storage: "rbd"},
		{Name: "d", Class: "hdd", Storage: "iscsi", ClaimNamespace: "ns", ClaimName: "other"},
		{Name: "e", Class: "hdd", Storage: "local", ClaimNamespace: "ns", ClaimName: "web"},
		{Name: "f", Class: "hdd", Storage: "nfs"},
	}
	for name, x := range map[string]struct {
		claim VolumeClaim
		want  string
	}{
		"by its class":    {VolumeClaim{Namespace: "ns", Name: "web", Class: "hdd"}, "[ebs local nfs]"},
		"by its selector": {VolumeClaim{Namespace: "ns", Name: "x", Class: "hdd", Selector: large}, "[nfs]"},
		"another class":   {VolumeClaim{Namespace: "ns", Name: "web", Class: "ssd"}, "[rbd]"},
		"none":            {VolumeClaim{Namespace: "ns", Name: "web"}, "[]"},
	} {
		if got := fmt.Sprint(x.claim.among(volumes)); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}
