package kubernetes

import (
	"strings"
	"time"
)

// ForcedUpgrade is a cluster of AKS that has upgrades which begin before a time force what PDBs
// hold.
type ForcedUpgrade struct {
	Namespace, Cluster string
	Until              time.Time
}

// forced is the strategy by which upgrades of AKS go then.
const forced = "forced"

// forcedUpgrades has the pools of such clusters go by it. Without the time at which the input was
// read it is not known whether that is over. Blue-green pools go their own way.
func (l *linker) forcedUpgrades() {
	for _, f := range l.raw.ForcedUpgrades {
		for i := range l.Pools {
			p := &l.Pools[i]
			if p.Cluster != f.Cluster || p.Namespace != f.Namespace || strings.EqualFold(p.Strategy, "BlueGreen") {
				continue
			}
			switch {
			case !l.Live:
				p.Forced = f.Until
			case f.Until.After(l.Newest):
				p.Strategy = forced
			}
		}
	}
}
