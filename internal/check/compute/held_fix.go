package compute

import (
	"cmp"
	"slices"

	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// endings are how what holds a node is ended, by what kind of thing it is.
var endings = map[simulate.Cause]string{
	simulate.ByStrictPDB: "Have the PDB let one pod go while all are healthy: maxUnavailable 1, or more replicas than its " +
		"minAvailable.",
	simulate.BySeveralPDBs: "Leave one PDB over these pods: the API server evicts none that several select.",
	simulate.ByUnplaced: "Free capacity for the pod that waits: one more node, " +
		"or a spread, an anti-affinity or a volume that lets it run on one there is.",
	simulate.ByUncreated: "Let the API server make the pod in place of the one that went: a quota that allows it, or a " +
		"webhook that answers.",
	simulate.ByUnready: "Get the pods under the PDB ready in less time than the drain has; " +
		"for those that never get ready set unhealthyPodEvictionPolicy AlwaysAllow.",
	simulate.ByUsedUp: "Get the pods under the PDB ready that are not, in less time than the drain has: " +
		"they use up what it allows, and none that is ready may go meanwhile.",
	simulate.ByUncounted: "Have the PDB select pods whose controller has a scale, or say by a number in minAvailable how " +
		"many have to stay: " +
		"maxUnavailable and percentages need a scale.",
	simulate.ByAnnotation: "Take the annotation from the pod once its work is done, " +
		"or give the pool a terminationGracePeriod, after which the node goes all the same.",
	simulate.ByNodeAnnotation: "Take the annotation from the node once that is due, and from the template of its pool " +
		"(spec.template.metadata.annotations) " +
		"where that puts it on every node; node budgets limit how many go at once without keeping any for good.",
	simulate.ByUninitialized: "Take the startup taint from the node, or find out why whoever should does not; where it never " +
		"gets ready, delete its NodeClaim.",
	simulate.ByGonePool: "Delete the NodeClaim, whose node is then drained, or make its NodePool again.",
	simulate.ByWebhook: "Run the webhook on nodes that stay, or with a second replica elsewhere; or have it fail open " +
		"(failurePolicy Ignore).",
	simulate.ByRule: "End the pod that the drain waits for, or change the rule or the label that has it wait.",
	simulate.ByGrace: "Let the pod stop in less time than the drain has: a shorter terminationGracePeriodSeconds, or " +
		"a longer deadline.",
	simulate.ByOverdue: "Find out what keeps the pod: whoever sets its finalizer has to take it off, or its node or a " +
		"volume does not let go. " +
		"Once that is sure, delete it with --grace-period=0 --force, or take the finalizer off.",
	simulate.ByVolume: "Detach the volumes of the pods that are left, or set a nodeVolumeDetachTimeout.",
	simulate.ByTiedVolume: "Move the data: its volume lies on the node. Once a copy is elsewhere, delete the claim and the " +
		"pod, which then get a new volume.",
	simulate.ByPlace:     "Give the pod a place: a pool that may make a node it fits on, or less that it asks for.",
	simulate.ByPreflight: "Have the PDB let one pod go while all are healthy, or force the upgrade past it.",
	simulate.ByPause:     "Resume the pool once what it was paused for is done: spec.paused false.",
	simulate.ByDownNodes: "Repair or delete the nodes that are not ready, or let node budgets go beyond their number.",
	simulate.ByRestart:   "Have room for one more pod of it on another node, or plan without --surge.",
	simulate.ByLimit:     "Raise limits.nodes of the pool above its replicas, so that it allows a replacement.",
}

// FixOf is how what holds a node is ended; general is for kinds of things that have no
// ending of their own.
func FixOf(s *simulate.Stay, general string) string {
	if s.Cause == simulate.ByPlace || s.Cause == simulate.ByUnplaced {
		if said := placed(s.Filters); said != "" {
			return said
		}
	}
	return cmp.Or(endings[s.Cause], general)
}

// places are what lets a pod onto nodes that a filter keeps it off.
var places = map[simulate.Filter]string{
	simulate.OffName:     "let it run on nodes of another name",
	simulate.OffAffinity: "let it select, and tolerate the taint of, nodes that there are",
	simulate.OffVolume:   "move its data to where another node is",
	simulate.OffInUse:    "have it mount no volume that one pod at a time can have (ReadWriteOncePod)",
	simulate.OffSlots:    "have a node that takes more volumes of its driver (CSINode)",
	simulate.OffAnti:     "prefer its anti-affinity in place of asking for it, or give up its host port",
	simulate.OffPods:     "prefer its affinity to other pods in place of asking for it",
	simulate.OffSpread:   "let its topology spread give way (whenUnsatisfiable ScheduleAnyway, or a greater maxSkew)",
}

// placed is how a pod gets a place that filters other than a lack of free capacity keep off
// all nodes; empty where room, or another node, is all that is missing.
func placed(filters []simulate.Filter) string {
	var ways []string
	for _, f := range filters {
		if way := places[f]; way != "" {
			ways = append(ways, way)
		}
	}
	if len(ways) == 0 {
		return ""
	}
	if slices.Contains(filters, simulate.OffCapacity) {
		ways = append(ways, "free capacity for it")
	}
	return "Give the pod a place: " + words.Or(ways) + "."
}
