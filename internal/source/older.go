package source

import (
	"path/filepath"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

// manyOld is how many objects in a version that is gone tell of an old cluster, however
// many of their kinds stand beside them in a newer one.
const manyOld = 3

// older says by what it is known that the clusters of an input are older than Kubernetes
// 1.22, and so take a budget of policy/v1beta1: by objects that newer ones do not take, if
// they are many, or as many as there are of their kinds in newer versions, and none is in a
// version that came when policy/v1beta1 was to go. A chart may be of any age, and so may
// what is there to be tried.
func (d *door) older(all []*reading) string {
	var old []kubernetes.Withdrawn
	now := map[string]int{}
	for _, r := range all {
		if r.kubernetes.Live {
			return ""
		}
		if r.chart != nil || r.unit.Kind == unit.Chart || r.unit.Trial || r.unit.Unlisted || r.unit.Unneeded != "" {
			continue
		}
		for _, at := range r.kubernetes.Ages.New {
			if d.deployed(at.File) {
				return ""
			}
		}
		for _, o := range r.kubernetes.Ages.Old {
			if d.deployed(o.Position.File) {
				old = append(old, o)
			}
		}
		for kind, n := range r.kubernetes.Ages.Now {
			now[kind] += n
		}
	}
	if len(old) == 0 {
		return ""
	}
	newer, counted := 0, map[string]bool{}
	for _, o := range old {
		if !counted[o.Kind] {
			counted[o.Kind], newer = true, newer+now[o.Kind]
		}
	}
	if len(old) < manyOld && len(old) < newer {
		return ""
	}
	first := old[0]
	return "its cluster is older than Kubernetes " + first.Since + " if it takes the " + first.Kind + " of " + first.API +
		" in " + filepath.ToSlash(first.Position.File) + ": such a one takes policy/v1beta1 as well"
}

// deployed reports whether a file stands in no folder of what is there to be tried.
func (d *door) deployed(file string) bool {
	of, _ := d.folders.Of(filepath.ToSlash(file))
	return of == purpose.Deployed
}
