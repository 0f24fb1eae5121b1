package published

// DiffSchema is the schema of a Diff.
const DiffSchema = "onus.diff/v1"

// Diff is what changes from one offering to another.
type Diff struct {
	Head
	From       Offering         `json:"from"`
	To         Offering         `json:"to"`
	Axes       []string         `json:"axes"`
	Layers     []LayerDiff      `json:"layers"`
	Gained     []ObligationDiff `json:"gained"`
	Lost       []ObligationDiff `json:"lost"`
	Limits     []Limit          `json:"limits"`
	LimitsGone []Limit          `json:"limitsGone"`
	Terms      []TermDiff       `json:"terms"`
	Moves      []MoveDiff       `json:"moves"`
	// Estate is what the change means for what was read; nil where nothing was asked for.
	Estate  *DiffEstate       `json:"estate,omitempty"`
	Sources map[string]Source `json:"sources"`
}

// LayerDiff is a layer that another party holds, or that weighs more or less.
type LayerDiff struct {
	Axis       string `json:"axis"`
	ID         string `json:"id"`
	Title      string `json:"title"`
	Moves      bool   `json:"moves"` // another party holds it
	From       Cell   `json:"from"`
	To         Cell   `json:"to"`
	Duties     []Duty `json:"duties,omitempty"`     // that appear
	DutiesGone []Duty `json:"dutiesGone,omitempty"` // that go
}

// ObligationDiff is an obligation that stands differently.
type ObligationDiff struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Statement   string   `json:"statement"`
	Axis        string   `json:"axis"`
	Layer       string   `json:"layer"`
	Severity    string   `json:"severity"`
	LoadBearing bool     `json:"loadBearing"` // under the offering where it is induced
	Was         Standing `json:"was"`
	Is          Standing `json:"is"`
	Sources     []string `json:"sources"`
}

// TermDiff is a term of the whole contract that differs; a side without a
// contract is null.
type TermDiff struct {
	Field string `json:"field"`
	From  *Fact  `json:"from"`
	To    *Fact  `json:"to"`
}

// MoveDiff is a way in which a node goes that is new (from is null), gone (to
// is null), or differs in the fields named.
type MoveDiff struct {
	Trigger string     `json:"trigger"`
	Name    string     `json:"name,omitempty"`
	Fields  []string   `json:"fields,omitempty"`
	From    *MoveTerms `json:"from"`
	To      *MoveTerms `json:"to"`
}

// MoveTerms are the facts of a move that decide what it does to a service, and
// the same in words.
type MoveTerms struct {
	Initiator   string `json:"initiator"`
	Cadence     string `json:"cadence"`
	Pace        string `json:"pace"`
	Windows     string `json:"windows"`
	Replacement string `json:"replacement"`
	Deadline    string `json:"deadline"`
	OnDeadline  string `json:"onDeadline"`
	Words       string `json:"words"`
}
