package compute

import "github.com/onus-project/onus/internal/simulate"

// FixOf is how what holds a node is ended, by what kind of thing it is; general is for
// the others.
func FixOf(s *simulate.Stay, general string) string {
	switch s.Cause {
	case simulate.ByStrictPDB:
		return "Have the PDB let one pod go while all are healthy: maxUnavailable 1, or more replicas than its minAvailable."
	case simulate.BySeveralPDBs:
		return "Leave one PDB over these pods: the API server evicts none that several select."
	case simulate.ByUnplaced:
		return "Free capacity for the pod that waits: one more node, " +
			"or a spread, an anti-affinity or a volume that lets it run on one there is."
	case simulate.ByUncreated:
		return "Let the API server make the pod in place of the one that went: a quota that allows it, or a webhook that answers."
	case simulate.ByUnready:
		return "Get the pods under the PDB ready in less time than the drain has; " +
			"for those that never get ready set unhealthyPodEvictionPolicy AlwaysAllow."
	case simulate.ByUsedUp:
		return "Get the pods under the PDB ready that are not, in less time than the drain has: " +
			"they use up what it allows, and none that is ready may go meanwhile."
	case simulate.ByUncounted:
		return "Have the PDB select pods whose controller has a scale, or say by a number in minAvailable how many have to stay: " +
			"maxUnavailable and percentages need a scale."
	case simulate.ByAnnotation:
		return "Take the annotation from the pod once its work is done, " +
			"or give the pool a terminationGracePeriod, after which the node goes all the same."
	case simulate.ByNodeAnnotation:
		return "Take the annotation from the node once that is due, and from the template of its pool (spec.template.metadata.annotations) " +
			"where that puts it on every node; node budgets limit how many go at once without keeping any for good."
	case simulate.ByWebhook:
		return "Run the webhook on nodes that stay, or with a second replica elsewhere; or have it fail open (failurePolicy Ignore)."
	case simulate.ByRule:
		return "End the pod that the drain waits for, or change the rule or the label that has it wait."
	case simulate.ByGrace:
		return "Let the pod stop in less time than the drain has: a shorter terminationGracePeriodSeconds, or a longer deadline."
	case simulate.ByOverdue:
		return "Find out what keeps the pod: whoever sets its finalizer has to take it off, or its node or a volume does not let go. " +
			"Once that is sure, delete it with --grace-period=0 --force, or take the finalizer off."
	case simulate.ByVolume:
		return "Detach the volumes of the pods that are left, or set a nodeVolumeDetachTimeout."
	case simulate.ByTiedVolume:
		return "Move the data: its volume lies on the node. Once a copy is elsewhere, delete the claim and the pod, which then get a new volume."
	case simulate.ByPlace:
		return "Give the pod a place: a pool that may make a node it fits on, or less that it asks for."
	case simulate.ByPreflight:
		return "Have the PDB let one pod go while all are healthy, or force the upgrade past it."
	case simulate.ByPause:
		return "Resume the pool once what it was paused for is done: spec.paused false."
	case simulate.ByDownNodes:
		return "Repair or delete the nodes that are not ready, or let node budgets go beyond their number."
	case simulate.ByLimit:
		return "Raise limits.nodes of the pool above its replicas, so that it allows a replacement."
	}
	return general
}
