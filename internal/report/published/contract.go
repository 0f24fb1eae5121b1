package published

// Fact is one term of a contract: what holds, the range and the setting by
// which the customer changes it, where it is stated, and what others state. A
// fact that is Assumed is stated nowhere, and its note says on what grounds.
type Fact struct {
	Is       string    `json:"is"`
	Min      string    `json:"min,omitempty"`
	Max      string    `json:"max,omitempty"`
	Control  string    `json:"control,omitempty"`
	Note     string    `json:"note,omitempty"`
	Assumed  bool      `json:"assumed,omitempty"`
	From     []string  `json:"from"`
	Disputed []Dispute `json:"disputed,omitempty"`
}

// Dispute is a statement that does not hold, and why.
type Dispute struct {
	Is      string   `json:"is"`
	From    []string `json:"from"`
	Because string   `json:"because"`
}

// Move is one way in which a node goes, fact by fact, and the same in words.
type Move struct {
	Trigger           string `json:"trigger"`
	Name              string `json:"name,omitempty"`
	Initiator         Fact   `json:"initiator"`
	Unless            *Fact  `json:"unless,omitempty"`
	Cadence           Fact   `json:"cadence"`
	Pace              Fact   `json:"pace"`
	Windows           Fact   `json:"windows"`
	Replacement       Fact   `json:"replacement"`
	Zone              *Fact  `json:"zone,omitempty"`
	Names             *Fact  `json:"names,omitempty"`
	Candidates        *Fact  `json:"candidates,omitempty"`
	Preflight         *Fact  `json:"preflight,omitempty"`
	PreflightReported *Fact  `json:"preflightReported,omitempty"`
	Deadline          Fact   `json:"deadline"`
	OnDeadline        Fact   `json:"onDeadline"`
	GraceCap          *Fact  `json:"graceCap,omitempty"`
	Unhealthy         *Fact  `json:"unhealthy,omitempty"`
	UnhealthyFor      *Fact  `json:"unhealthyFor,omitempty"`
	Extended          *Fact  `json:"extended,omitempty"`
	EarlyDeletion     *Fact  `json:"earlyDeletion,omitempty"`
	Timeout           *Fact  `json:"timeout,omitempty"`
	Words             string `json:"words"`
}

// Contract is what may happen to the nodes under an offering.
type Contract struct {
	MaxNodeLife Fact   `json:"maxNodeLife"`
	Windows     Fact   `json:"windows"`
	Override    Fact   `json:"override"`
	NodeReady   *Fact  `json:"nodeReady,omitempty"`
	Command     *Fact  `json:"command,omitempty"` // by which the provider is asked to replace nodes of a POOL
	Moves       []Move `json:"moves"`
}
