package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

const (
	// spotEvery is how long after one interruption the next comes.
	spotEvery = time.Hour
	// mostInterruptions is how many are played: of more nodes several go at once.
	mostInterruptions = 100
)

// spot plays that spot capacity is taken back: one node after the other. How many go
// at once no cloud promises, so that nothing is proved of pods that run on several of
// them: a bound takes all. It is false where none is there.
func (d *defaults) spot() (Default, bool) {
	m, ok := d.contract.Spot()
	if !ok {
		return Default{}, false
	}
	var nodes []string
	for _, a := range d.ages() {
		if a.Spot {
			nodes = append(nodes, a.Node)
		}
	}
	if len(nodes) == 0 {
		return Default{}, false
	}
	s := Default{Scenario: d.base()}
	s.purposed("spot capacity", m.Title())
	atOnce := (len(nodes) + mostInterruptions - 1) / mostInterruptions
	for some := range slices.Chunk(nodes, atOnce) {
		s.Triggers = append(s.Triggers, simulate.Trigger{
			Kind: m.Trigger, Move: m.Name, Nodes: some, At: time.Duration(len(s.Triggers)) * spotEvery,
		})
	}
	s.Horizon = time.Duration(len(s.Triggers)) * spotEvery
	s.About = fmt.Sprintf("%s takes spot capacity back when it needs it: %s, played %d at a time, %s apart. More may go at once.",
		d.offering.Provider, words.Count(len(nodes), "node"), atOnce, words.Duration(spotEvery))
	return s, true
}
