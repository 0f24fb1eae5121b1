package disruption

// disrupted is the taint that Karpenter puts on a node which it is about to
// take, with no value and the effect NoSchedule.
const disrupted = "karpenter.sh/disrupted"
