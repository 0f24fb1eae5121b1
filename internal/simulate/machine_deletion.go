package simulate

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// undrained is in place of a time to drain for machines that nobody drains; 0 for others.
// What is set so elsewhere goes on by other rules here.
func (b *nodeShapes) undrained(d *kubernetes.MachineDeletion) time.Duration {
	switch {
	case !d.Undrained || b.as:
		return 0
	case d.Detached:
		return contract.NoDetach
	}
	return contract.NoDrain
}

// deletionOf says how the machine of a node is deleted, by its own annotations and those of
// its pool's template. Hooks are played as if they were off at once, and are noted.
func (b *nodeShapes) deletionOf(x *node, n *kubernetes.Node, pool int32) {
	if b.as {
		return
	}
	hooks := b.pools[pool].hooks
	if m := b.estate.MachineOf(n); m != nil {
		if grace := b.undrained(&m.Deletion); grace != 0 {
			x.grace = grace
		}
		hooks = append(hooks[:len(hooks):len(hooks)], m.Deletion.Hooks...)
	}
	if len(hooks) == 0 {
		return
	}
	by := words.Few(hooks)
	x.hooked = fmt.Sprintf("the machine of node %s is held until %s is taken off it", n.Name, by)
	if b.hooked[by] == nil {
		b.hooks = append(b.hooks, by)
	}
	b.hooked[by] = append(b.hooked[by], n.Name)
}

// detachmentOf says that Karpenter waits for volumes to be detached from a node that no pod on it
// mounts, without end where its claim has no terminationGracePeriod.
//
// Source: awaitVolumeDetachment and filterVolumeAttachments in
// pkg/controllers/node/termination/controller.go of Karpenter.
func (b *nodeShapes) detachmentOf(x *node, n *kubernetes.Node, pool int32) {
	if b.as || !b.pools[pool].managed || x.grace > 0 || len(b.estate.Attachments) == 0 {
		return
	}
	if left := b.estate.Abandoned(n.Name); len(left) > 0 {
		of := fmt.Sprintf("%s %s", words.Agree(len(left), "VolumeAttachment", "VolumeAttachments"), words.Few(left))
		x.hooked = fmt.Sprintf("node %s is held until %s %s gone", n.Name, of, words.Agree(len(left), "is", "are"))
		are := func(one, many string) string { return words.Agree(len(left), one, many) }
		b.note("%s of node %s %s for %s that no pod on it mounts: Karpenter waits until %s gone, without end as no terminationGracePeriod "+
			"is set, and whether that comes is not known: it is played as if at once",
			of, n.Name, are("is", "are"), are("a volume", "volumes"), are("it is", "they are"))
	}
}

// noteHooks says of which nodes hooks hold the machines.
func (b *nodeShapes) noteHooks() {
	for _, by := range b.hooks {
		nodes := b.hooked[by]
		b.note("the %s of %s %s %s held until %s is taken off %s, and when its owner does so is not known: it is played as if at once",
			words.Agree(len(nodes), "machine", "machines"), words.Agree(len(nodes), "node", "nodes"), words.Few(nodes),
			words.Agree(len(nodes), "is", "are"), by, words.Agree(len(nodes), "it", "each"))
	}
}
