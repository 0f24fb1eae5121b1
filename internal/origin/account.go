package origin

import "time"

// Account is what a section of an estate says of itself, in terms that all
// sections share.
type Account struct {
	Contexts []string  // the clusters or accounts that it was read from, by name
	Newest   time.Time // the latest time that anything in it carries; zero for none
	Unread   []Unread  // what could not be read for it
	Objects  int       // read for it, whether anything looks at them or not
	Hidden   []Unread  // what files, builds and operators hold that could not be read, each in its scope
	Object   string    // what one of them is called: Kubernetes object
	// Checked and Simulated say that it holds something that a check, or a
	// simulation, can be about. ToCheck and ToSimulate name such things for one
	// who gave none, as in "none is a workload".
	Checked, Simulated  bool
	ToCheck, ToSimulate string
}
