package operator

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/manifest"
)

// claim adds one that comes of a resource, where it says how it may be mounted.
func (m *maker) claim(o object, c responsibility.MadeClaim) {
	name, ok := o.fill(c.Name)
	ns := o.resource.Namespace
	if !ok || slices.ContainsFunc(m.raw.VolumeClaims, func(x kubernetes.VolumeClaim) bool { return x.Namespace == ns && x.Name == name }) {
		return
	}
	for _, path := range c.Modes {
		var modes []corev1.PersistentVolumeAccessMode
		if o.decode(path, &modes); len(modes) > 0 {
			m.raw.VolumeClaims = append(m.raw.VolumeClaims, kubernetes.VolumeClaim{Namespace: ns, Name: name, Once: manifest.Once(modes)})
			return
		}
	}
}

// claims are those that the pods of a resource mount, by the elements of its lists.
func (o object) claims(paths []responsibility.ClaimPath) []string {
	var names []string
	for _, p := range paths {
		for _, e := range o.each(p.ForEach) {
			if name := e.text(p.Name); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
