package responsibility

import (
	"slices"
	"sync"
)

// takersFile holds who takes nodes by rules of its own.
const takersFile = "takers.yaml"

// takers is the form of the file.
type takers struct {
	Takers []Taker `json:"takers"`

	at written
}

// Taker is who takes nodes by rules of its own that are not played: objects of a custom
// kind, as GROUP/KIND, or a program that a DaemonSet runs, or any workload where it evicts pods,
// by its image; or who has pods wait that are made anew, by a label of their workload.
type Taker struct {
	Custom string   `json:"custom,omitempty"`
	Image  string   `json:"image,omitempty"`
	Label  string   `json:"label,omitempty"` // of workloads of some kinds, whose pods it has wait
	Title  string   `json:"title,omitempty"` // where it goes by a label
	Kinds  []string `json:"kinds,omitempty"`
	Waits  bool     `json:"waits,omitempty"`
	Says   string   `json:"says"`
	Drains bool     `json:"drains,omitempty"` // it decides how nodes are drained
	Evicts bool     `json:"evicts,omitempty"` // it evicts pods, and no node that it drains is played
	// Past says that it takes pods whatever PDBs say, and Flag is that of the program by which it
	// does.
	Past bool   `json:"past,omitempty"`
	Flag string `json:"flag,omitempty"`
	// Runs is the word by which a program is told to do what it does here, and Unless by what its
	// pods wait for nobody.
	Runs   string  `json:"runs,omitempty"`
	Unless *Unless `json:"unless,omitempty"`
	// When are conditions of the custom resource, all of which hold where it takes any.
	When []ValueCondition `json:"when,omitempty"`
	// Of is the path at which the custom resource names the one workload whose pods it takes,
	// by kind and name; empty where it takes those of any. AtLeast is how many pods that must
	// have, and Asks are the beginnings of names of resources, of which pods must ask for one.
	Of      string   `json:"of,omitempty"`
	AtLeast Number   `json:"atLeast,omitzero"`
	Asks    []string `json:"asks,omitempty"`
	From    []string `json:"from"`
}

// Unless is by what the pods of a program wait for nobody: a block of its settings or one of some variables, which name a
// kind other than the one that waits all the same (But), one of some flags, or a container beside it whose name or image has
// one of some words.
type Unless struct {
	Block     string   `json:"block"`
	Variables []string `json:"variables"`
	But       string   `json:"but"`
	Flags     []string `json:"flags"`
	Beside    []string `json:"beside"`
}

// Name is what messages call it.
func (t *Taker) Name() string { return t.Custom + t.Image + t.Label }

// Takers are those of the catalog. They are part of the program, so that a fault of them
// is one of its own.
var Takers = sync.OnceValue(func() []Taker { return ownFile[takers](takersFile).Takers })

// ForcedBy is the flag by which a program that takes pods does so whatever PDBs say, by the name
// of its image; empty where it has none.
func ForcedBy(image string) string {
	all := Takers()
	for i := range all {
		if t := &all[i]; t.Image == image && image != "" {
			return t.Flag
		}
	}
	return ""
}

// Awaits is what pods wait for before they are Ready in which a program is told to run, by the name
// of its image and the words that it is told; nil for nothing.
func Awaits(image string, said []string) *Taker {
	all := Takers()
	for i := range all {
		if t := &all[i]; t.Waits && t.Image == image && image != "" && slices.Contains(said, t.Runs) {
			return t
		}
	}
	return nil
}

// AwaitedBy are words of the names and images of containers that do what pods of a program wait for.
func AwaitedBy(image string) []string {
	all := Takers()
	for i := range all {
		if t := &all[i]; t.Waits && t.Image == image && t.Unless != nil {
			return t.Unless.Beside
		}
	}
	return nil
}

// Takes reports whether objects of GROUP/KIND take nodes or pods by rules of their own.
func Takes(api string) bool {
	return slices.ContainsFunc(Takers(), func(t Taker) bool { return t.Custom == api })
}

// check is the fault of one that cites no source there is.
func (x *takers) check(c *Catalog) error {
	for i := range x.Takers {
		if err := x.at.uncited(c, x.Takers[i].Name(), x.Takers[i].From); err != nil {
			return err
		}
	}
	return nil
}
