package published

// LadderSchema is the schema of a Ladder.
const LadderSchema = "onus.ladder/v1"

// Ladder is the lines of several offerings side by side on one axis.
type Ladder struct {
	Head
	Axis      string            `json:"axis"`
	Offerings []Offering        `json:"offerings"`
	Layers    []Rung            `json:"layers"`
	More      []string          `json:"more,omitempty"` // others of the axis, where none was named
	Sources   map[string]Source `json:"sources"`
}

// Rung is one layer of a ladder, with the cell of each offering by its id.
type Rung struct {
	ID    string          `json:"id"`
	Title string          `json:"title"`
	Cells map[string]Cell `json:"cells"`
}
