package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A pod whose volume keeps it off a node says where the volume is.
func TestWhereVolumesAre(t *testing.T) {
	for name, x := range map[string]struct {
		volume kubernetes.VolumeClaim
		want   string
	}{
		"in another zone": {kubernetes.VolumeClaim{Zones: []string{"zone-9"}}, "1 where its volume is not (zone zone-9)"},
		"in one of two": {kubernetes.VolumeClaim{Zones: []string{"zone-9", "zone-8"}},
			"1 where its volume is not (zone zone-8 or zone-9)"},
		"on the disk of another":   {kubernetes.VolumeClaim{Host: "node-1"}, "1 where its volume is not (node node-1) and 1 cordoned"},
		"on a disk that is gone":   {kubernetes.VolumeClaim{Host: "node-7"}, "1 where its volume is not"},
		"in this zone, with disks": {kubernetes.VolumeClaim{Zones: []string{"zone-0"}, Host: "node-7"}, "1 where its volume is not"},
	} {
		nodes := 1
		if x.volume.Host == "node-1" {
			nodes = 2
		}
		c := clusterOf(nodes)
		if nodes == 2 {
			c.Nodes[1].Cordoned = true
		}
		w := c.with("Deployment", "web", -1)
		x.volume.Namespace, x.volume.Name = "default", "data"
		c.VolumeClaims, w.Template.VolumeClaims, c.Pods[0].VolumeClaims = []kubernetes.VolumeClaim{x.volume}, []string{"data"}, []string{"data"}
		c.Pools[0].Closed = true
		e := c.engine(t)
		e.runUntil(time.Minute)
		if off := (whyPending{e}).of(0); !strings.Contains(off.text, x.want) || strings.Count(off.text, "(") != strings.Count(x.want, "(") {
			t.Errorf("%s: %q, wants %q", name, off.text, x.want)
		}
	}
}
