package compute

// sharded reports whether each pod of a workload has a part of the data to itself, as a ConfigMap
// that it is given says, which of is; and how many have a copy of each part, with pods of others.
// Such pods are no copies of one another.
func (x *programs) sharded(i int) (of string, copies int) {
	w := &x.estate.Workloads[i]
	for _, name := range w.Template.ConfigMaps {
		c, ok := x.configs[w.Namespace+"/"+name]
		if !ok {
			continue
		}
		parts, most := 0, 0
		for _, hosts := range c.Shards {
			own := 0
			for _, host := range hosts {
				if memberOf(host) == w.Name+"-" {
					own++
				}
			}
			if own > 1 {
				return "", 0
			}
			if own == 1 {
				parts, most = parts+1, max(most, len(hosts))
			}
		}
		if parts > 1 {
			return "ConfigMap " + name, most
		}
	}
	return "", 0
}
