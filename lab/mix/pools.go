package mix

// drawPools draws one to three pools of nodes.
func (d *dice) drawPools() {
	d.add("karpenter.kwok.sh/v1alpha1", "KWOKNodeClass", "default", nil)
	names := []string{"default", "other", "spare"}
	for _, name := range names[:one(d, 1, 1, 1, 2, 2, 2, 3)] {
		d.pools = append(d.pools, name)
		d.drawPool(name)
	}
}

func (d *dice) drawPool(name string) {
	requirements := []any{
		in("kubernetes.io/arch", "amd64"), in("kubernetes.io/os", "linux"), in("karpenter.sh/capacity-type", "on-demand"),
		in("node.kubernetes.io/instance-type", one(d, "c-4x", "c-4x", "c-4x", "c-8x")+"-amd64-linux"),
	}
	if d.chance(25) {
		requirements = append(requirements, in("topology.kubernetes.io/zone", "test-zone-a", "test-zone-b"))
	}
	node := object{
		"expireAfter":  "720h",
		"nodeClassRef": object{"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass", "name": "default"},
		"requirements": requirements,
	}
	if d.chance(50) {
		node["terminationGracePeriod"] = one(d, "30s", "45s", "60s", "60s", "90s")
	}
	quiet := "300s" // longer than anybody watches
	if d.chance(20) {
		quiet, d.consolidates = "20s", true
	}
	spec := object{
		"disruption": object{"budgets": d.nodeBudgets(), "consolidationPolicy": "WhenEmpty", "consolidateAfter": quiet},
		"template":   object{"metadata": object{"labels": object{"ami": "v1"}}, "spec": node},
	}
	if len(d.pools) > 1 && d.chance(50) {
		spec["weight"] = one(d, 10, 50)
	}
	d.add("karpenter.sh/v1", "NodePool", name, spec)
}

// nodeBudgets draws how many nodes of a pool may go at once.
func (d *dice) nodeBudgets() []any {
	budgets := []any{object{"nodes": one(d, "1", "1", "2", "2", "3", "20%", "34%", "50%", "50%", "100%")}}
	if d.chance(15) {
		nodes := one(d, "1", "1", "25%", "0")
		budgets = append(budgets, object{"nodes": nodes, "reasons": one(d, []any{"Drifted"}, []any{"Empty"}, []any{"Empty", "Underutilized"})})
	}
	if d.chance(12) {
		budgets = append(budgets, object{"nodes": one(d, "0", "0", "1"), "schedule": "*/2 * * * *", "duration": "1m"})
	}
	return budgets
}

// expire has the nodes of some pool expire soon after the start.
func (d *dice) expire() {
	after := one(d, "80s", "90s", "100s")
	for _, o := range d.objects {
		if o["kind"] == "NodePool" && (d.chance(70) || o["metadata"].(object)["name"] == d.pools[0]) {
			template := o["spec"].(object)["template"].(object)
			template["spec"].(object)["expireAfter"] = after
		}
	}
}

func in(key string, values ...string) object {
	return object{"key": key, "operator": "In", "values": values}
}

// add adds an object; without a spec, or in the namespace of all workloads, as
// its kind wants it.
func (d *dice) add(version, kind, name string, spec object) object {
	meta := object{"name": name}
	switch kind {
	case "KWOKNodeClass", "NodePool", "PriorityClass":
	default:
		meta["namespace"] = namespace
	}
	o := object{"apiVersion": version, "kind": kind, "metadata": meta}
	if spec != nil {
		o["spec"] = spec
	}
	d.objects = append(d.objects, o)
	return o
}
