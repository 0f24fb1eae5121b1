package simulate

// Cause is what kind of thing holds a node: who can end it, and how, depends on it. It is
// empty where nothing does: its turn has not come, or its drain is under way.
type Cause string

// The causes.
const (
	ByStrictPDB   Cause = "pdb"             // its pods are all healthy, and it lets none go
	BySeveralPDBs Cause = "several-pdbs"    // the API server evicts no pod that several select
	ByUnplaced    Cause = "unplaced"        // a pod that takes the place of another finds no node
	ByUncreated   Cause = "not-created"     // the API server makes no pod in place of one that went
	ByUnready     Cause = "unready"         // it is not ready, and too few pods under its PDB are for it to go
	ByUsedUp      Cause = "used-up"         // other pods under its PDB are not ready, and it lets no ready one go beside them
	ByUncounted   Cause = "pdb-not-counted" // the disruption controller cannot count the pods of a PDB
	ByAnnotation  Cause = "do-not-disrupt"  // pods are annotated so that nobody evicts them
	// ByNodeAnnotation: the node itself is annotated so that Karpenter does not choose it.
	ByNodeAnnotation Cause = "node-do-not-disrupt"
	// ByUninitialized: the node has not become what its claim asked for.
	ByUninitialized Cause = "node-not-initialized"
	// ByGonePool: the NodePool of the node is no longer there.
	ByGonePool   Cause = "pool-gone"
	ByWebhook    Cause = "webhook"          // a webhook that does not answer is asked about evictions
	ByRule       Cause = "drain-rule"       // a rule has drains wait until pods end
	ByGrace      Cause = "stopping"         // a pod takes its grace to stop
	ByOverdue    Cause = "overdue"          // a pod should have stopped long ago, and is there still
	ByVolume     Cause = "volume-attached"  // volumes of pods that are left are not detached
	ByTiedVolume Cause = "volume-tied"      // a volume lies on the node
	ByPlace      Cause = "no-place"         // its pods would find no place, and no node may come for them
	ByLimit      Cause = "limit"            // the limit of its pool allows no replacement
	ByThreshold  Cause = "too-many-unready" // too much of its pool is unhealthy for any to be repaired
	ByDownNodes  Cause = "not-ready-nodes"  // nodes that are not ready use up what its node budgets let go
	ByOthers     Cause = "others"           // other nodes of the same operation are held
	ByCapacity   Cause = "no-capacity"      // no node can be started in its place
	ByPreflight  Cause = "preflight"        // the platform looks at PDBs first, and refuses to begin
	ByPause      Cause = "paused"           // its pool is paused
	ByNeed       Cause = "needed"           // an autoscaler keeps it: its pods have no place elsewhere, or its group is small enough
	ByWindow     Cause = "window"           // no window, or node budget, lets it go
	ByFloor      Cause = "floor"            // too few pods of a workload are ready for another to go, by its floor
	ByRestart    Cause = "restart"          // a workload that is restarted first does not get through it
)

// OfPool reports whether it is something about the pool of a node, which no pod has done.
func (c Cause) OfPool() bool {
	return c == ByLimit || c == ByPause || c == ByDownNodes || c == ByNodeAnnotation || c == ByUninitialized || c == ByGonePool
}

// whyRefused is what has the PDB over a pod refuse its eviction.
func (e whyStays) whyRefused(p int32) Cause {
	c := &e.classes[e.pods[p].class]
	if len(c.pdbs) > 1 {
		return BySeveralPDBs
	}
	b := &e.pdbs[c.pdbs[0].pdb]
	if !b.Observed {
		return ByUncounted
	}
	pending, uncreated := whyPending{e.engine}.lacking(c)
	switch {
	case pending:
		return ByUnplaced
	case uncreated:
		return ByUncreated
	case !e.pods[p].ready:
		return ByUnready
	case b.Healthy < b.Expected && b.Desired < b.Expected:
		return ByUsedUp
	}
	return ByStrictPDB
}

// lacking reports whether pods under a class's PDB wait for a node, or are not made.
func (e whyPending) lacking(c *class) (pending, uncreated bool) {
	for _, at := range c.pdbs {
		for _, l := range e.World.pdbs[at.pdb].workloads {
			uncreated = uncreated || e.workloads[l].refusals > 0
			for _, p := range e.workloads[l].pods {
				pending = pending || e.pods[p].state == podPending && e.pods[p].unschedulable
			}
		}
	}
	return pending, uncreated
}
