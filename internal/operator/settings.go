package operator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// configMap is how models name a ConfigMap.
const configMap = "/ConfigMap"

// Configuration is what an input says of the settings of operators that switch off
// what they make.
type Configuration struct {
	said map[responsibility.Setting]answers
}

// answers are how many objects switch something off, and how many leave it on.
type answers struct{ off, on int }

// Configured reads how operators are configured.
func Configured(c *responsibility.Catalog, all ...*kubernetes.Raw) Configuration {
	known := Configuration{said: map[responsibility.Setting]answers{}}
	for _, s := range settings(c) {
		for _, raw := range all {
			a := known.said[s]
			a.read(s, raw)
			known.said[s] = a
		}
	}
	return known
}

// settings are those that models know, each once.
func settings(c *responsibility.Catalog) []responsibility.Setting {
	var all []responsibility.Setting
	for _, o := range c.Operators {
		for _, k := range o.Kinds {
			for _, b := range k.Budgets {
				for _, s := range b.Settings {
					if !slices.Contains(all, s) {
						all = append(all, s)
					}
				}
			}
		}
	}
	return all
}

// read counts the objects of one estate. A ConfigMap is one of the operator where it
// has the setting, a custom resource in any case.
func (a *answers) read(s responsibility.Setting, raw *kubernetes.Raw) {
	if s.Kind == configMap {
		for i := range raw.Configs {
			if value, ok := raw.Configs[i].Flags[strings.TrimPrefix(s.Path, "/data/")]; ok {
				a.count(value == s.Is)
			}
		}
		return
	}
	for _, r := range raw.CustomResources {
		if o, ok := parsed(r); ok && r.API == s.Kind {
			value, there := o.at(s.Path)
			a.count(there && fmt.Sprint(value) == s.Is)
		}
	}
}

func (a *answers) count(off bool) {
	if off {
		a.off++
	} else {
		a.on++
	}
}

// switched says whether a budget is switched off by its operator's settings, and
// whether that is not to be told, as they differ. Settings of the estate itself count
// before those of others.
func switched(b responsibility.MadeBudget, from ...Configuration) (off, differs bool) {
	for _, known := range from {
		var sum answers
		for _, s := range b.Settings {
			sum.off += known.said[s].off
			sum.on += known.said[s].on
		}
		if sum.off+sum.on > 0 {
			return sum.off > 0 && sum.on == 0, sum.off > 0 && sum.on > 0
		}
	}
	return false, false
}
