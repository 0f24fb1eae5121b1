package simulate

// topologyKeys are the labels of nodes by whose values pods are kept together or apart.
type topologyKeys struct {
	*builder
	names   []string
	ids     map[string]int32
	domains []map[string]int32 // by key: ids of its values
}

func (b *topologyKeys) key(name string) int32 {
	k, ok := b.ids[name]
	if !ok {
		k = int32(len(b.names))
		b.ids[name] = k
		b.names = append(b.names, name)
		b.domains = append(b.domains, map[string]int32{})
		if name != hostname {
			b.constraints.relevant[name] = true
		}
	}
	return k
}

func (b *topologyKeys) domain(key int32, value string) int32 {
	d, ok := b.domains[key][value]
	if !ok {
		d = int32(len(b.domains[key]))
		b.domains[key][value] = d
	}
	return d
}
