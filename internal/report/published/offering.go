package published

// Party is who holds a layer or does a duty.
type Party string

// The parties. A layer is Split where several share it, and None where the
// offering does not have it.
const (
	Provider Party = "provider"
	Customer Party = "customer"
	Partner  Party = "partner"
	Split    Party = "split"
	None     Party = "none"
)

// Standing is how an obligation stands to the customer of an offering.
type Standing string

// The standings. An obligation is Induced where it is the customer's because
// of what another party took over.
const (
	NotYours Standing = "not-yours"
	Yours    Standing = "yours"
	Induced  Standing = "induced"
)

// Offering names an offering, and what its parties are called.
type Offering struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Provider string `json:"provider"`
	Partner  string `json:"partner,omitempty"`
}

// Layer is one rung on an axis.
type Layer struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	About string `json:"about"`
}

// Cell is one layer of an offering's line.
type Cell struct {
	Party       Party       `json:"party"`
	LoadBearing bool        `json:"loadBearing"`
	Note        string      `json:"note,omitempty"`
	Duties      []Duty      `json:"duties,omitempty"`
	Statements  []Statement `json:"claims"`
	Secondary   string      `json:"secondary,omitempty"`
	Because     string      `json:"because,omitempty"`
}

// Duty is a part of a layer that one party does.
type Duty struct {
	Title string           `json:"title"`
	Party Party            `json:"party"`
	By    string           `json:"by,omitempty"`
	Paths map[string]Party `json:"paths,omitempty"`
}

// Statement is what one source states about a cell. Holds is true where it states
// the cell's own party.
type Statement struct {
	Source string `json:"source"`
	Party  Party  `json:"party"`
	Holds  bool   `json:"holds,omitempty"`
	Says   string `json:"says,omitempty"`
}

// Source is a document, under its id.
type Source struct {
	Title     string `json:"title"`
	URL       string `json:"url"`
	Read      string `json:"read"`
	Secondary bool   `json:"secondary,omitempty"`
	Note      string `json:"note,omitempty"`
}

// Limit is something that cannot be done under an offering.
type Limit struct {
	Is      string   `json:"is"`
	Sources []string `json:"sources"`
}
