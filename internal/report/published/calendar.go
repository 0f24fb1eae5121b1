package published

import (
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// CalendarSchema is the schema of a Calendar.
const CalendarSchema = "onus.calendar/v1"

// Calendar is what node budgets really do over some time, pool by pool. Times are
// RFC 3339 in the zone of the reader.
type Calendar struct {
	Head
	From       string           `json:"from"`
	Until      string           `json:"until"`
	Zone       string           `json:"zone"`
	Clocks     []ClockChange    `json:"clocks"` // in this time
	Config     string           `json:"config,omitempty"`
	Pools      []CalendarPool   `json:"pools"`
	Windows    []CalendarWindow `json:"windows"` // in which clouds maintain what they run
	LeftOut    *PoolsLeftOut    `json:"leftOut,omitempty"`
	Unplaced   *PoolsUnplaced   `json:"unplaced,omitempty"`
	Unread     []origin.Unread  `json:"unread"`
	Unreadable []origin.Fault   `json:"unreadable"`
}

// PoolsLeftOut is how many pools are not shown, as no pod of some namespaces runs on their nodes.
type PoolsLeftOut struct {
	Namespaces []string `json:"namespaces"`
	Pools      int      `json:"pools"`
}

// PoolsUnplaced is how many pools are shown though no node that was read has a pod of some namespaces: these may run
// there.
type PoolsUnplaced struct {
	Namespaces []string `json:"namespaces"`
	Pools      int      `json:"pools"`
}

// ClockChange is when clocks of the zone go forward or back.
type ClockChange struct {
	At    string `json:"at"`
	Words string `json:"words"`
}

// CalendarPool is the calendar of one pool.
type CalendarPool struct {
	Subject  finding.Subject `json:"subject"`
	Position origin.Position `json:"position"`
	Offering string          `json:"offering,omitempty"` // empty where nothing tells where it runs
	Title    string          `json:"title,omitempty"`    // of the offering
	Basis    string          `json:"basis,omitempty"`
	// Nodes is how many were read; null where none was.
	Nodes   *int             `json:"nodes"`
	Default bool             `json:"default"` // it has the budgets that the API server gives
	Written []CalendarEntry  `json:"written"`
	Tracks  []CalendarTrack  `json:"tracks"`
	Remarks []CalendarRemark `json:"remarks"`
	Expires []CalendarExpiry `json:"expires"`
	Unbound []string         `json:"unbound"` // disruptions that ask no budget
	Roll    CalendarRoll     `json:"roll"`
}

// CalendarWindow is a window in which a provider may do some work on one thing.
type CalendarWindow struct {
	Subject  finding.Subject  `json:"subject"`
	Position origin.Position  `json:"position"`
	Offering string           `json:"offering"`
	Title    string           `json:"title,omitempty"` // of the offering; empty where the catalog does not have it
	For      string           `json:"for"`             // what is done in it
	Set      bool             `json:"set"`             // false where the provider takes any time
	Manual   bool             `json:"manual"`          // it begins when the customer starts it
	Written  []string         `json:"written"`
	Track    *CalendarTrack   `json:"track,omitempty"` // absent where no window opens it
	Next     string           `json:"next,omitempty"`  // where none opens in this time
	Remarks  []CalendarRemark `json:"remarks"`
	Roll     *CalendarRoll    `json:"roll,omitempty"` // absent where no node is replaced in it
}

// CalendarEntry is one budget: as it is written, and what it really does.
type CalendarEntry struct {
	Text     string          `json:"text"`
	Means    string          `json:"means,omitempty"` // empty where it means what it says
	Counts   bool            `json:"counts"`
	Position origin.Position `json:"position"`
}

// CalendarTrack is what may go for some reasons, which fare alike.
type CalendarTrack struct {
	Reasons   []string          `json:"reasons"`
	Stretches []CalendarStretch `json:"stretches"`
}

// CalendarStretch is a time in which the same may go.
type CalendarStretch struct {
	From  string `json:"from"`
	Until string `json:"until"`
	State string `json:"state"` // closed, limited or unlimited
	// Allowed is how many nodes may be on their way at once; null where nothing limits
	// them, or where it depends on how many nodes the pool has and that is not known.
	Allowed *int   `json:"allowed"`
	Limit   string `json:"limit"` // in words
}

// CalendarRemark is what a reader of the budgets would take otherwise.
type CalendarRemark struct {
	Obligation string `json:"obligation,omitempty"` // that it is about
	Text       string `json:"text"`
}

// CalendarExpiry is when nodes reach their maximum age.
type CalendarExpiry struct {
	At    string   `json:"at"`
	Nodes []string `json:"nodes"`
}

// CalendarRoll is whether the routine replacement of all nodes of the pool fits into the
// time that its budgets leave open.
type CalendarRoll struct {
	Fits       finding.Verdict `json:"fits"`
	Words      string          `json:"words"`
	Disruption string          `json:"disruption,omitempty"`
	Nodes      int             `json:"nodes,omitempty"`
	Assumed    bool            `json:"assumed,omitempty"`
	Runs       int             `json:"runs,omitempty"`
	Opens      string          `json:"opens"` // never, always or sometimes; unknown where it was not looked at
	From       string          `json:"from,omitempty"`
	Until      string          `json:"until,omitempty"` // empty for no end
	Pace       string          `json:"pace,omitempty"`
	Smallest   float64         `json:"smallestWindowSeconds,omitempty"`
	Takes      float64         `json:"takesSeconds,omitempty"`
	AtLeast    float64         `json:"atLeastSeconds,omitempty"`
	InOpening  *int            `json:"inOpening,omitempty"` // nodes, where not all
	Openings   int             `json:"openings,omitempty"`
	Done       string          `json:"done,omitempty"`
}
