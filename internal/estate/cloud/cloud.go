// Package cloud is what a cloud's own interfaces tell of an account: the windows in which
// it is maintained and the images that it may launch, as plain values, whoever printed them.
package cloud

import (
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/origin"
)

// Estate is everything that was read, in the order of its source.
type Estate struct {
	Windows []Window
	Launch  []LaunchRule
}

// Window is when a provider may do some work on one thing that it runs.
type Window struct {
	Offering string // as the catalog names it
	Kind     string // of the thing: GKE cluster
	Name     string
	For      string // what is done in it, in words: upgrades of nodes
	// Set says that somebody has set it; a provider that is told no window takes any time.
	Set bool
	// Project says that it is that of all databases of one account, and Protected that these have hours in which they are
	// not touched.
	Project, Protected bool
	// Manual: no window opens it, and it begins when the customer starts it.
	Manual bool
	Work   disruption.Work
	// Windows are those of one thing: of most it is one.
	Windows []disruption.Window
	// Nodes says that nodes are replaced in it, by the contract's terms that name
	// Control, or the routine ones where it is empty. Pool is which, empty for all, and
	// Rolling how many at once.
	Nodes   bool
	Control string
	Pool    string
	Rolling contract.Rolling
	// Notes are what is to be known of windows of this kind.
	Notes    []string
	Position origin.Position
}

// Account is what the section says of itself.
func (e *Estate) Account() origin.Account {
	object := "maintenance window"
	if len(e.Windows) == 0 && len(e.Launch) > 0 {
		object = "rule for images"
	}
	return origin.Account{Objects: len(e.Windows) + len(e.Launch), Object: object, ToCheck: "a workload", ToSimulate: "a workload"}
}
