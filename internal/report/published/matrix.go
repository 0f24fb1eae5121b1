package published

import (
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// MatrixSchema is the schema of a Matrix.
const MatrixSchema = "onus.matrix/v1"

// Matrix is who is responsible for what in an estate: for each service and each layer
// the party, and of what is the customer's each obligation with its state.
type Matrix struct {
	Head
	Tool       Tool              `json:"tool"`
	Date       string            `json:"date"` // on which it was made
	Config     string            `json:"config,omitempty"`
	Summary    MatrixSummary     `json:"summary"`
	Offerings  []MatrixOffering  `json:"offerings"`
	Services   []MatrixService   `json:"services"`
	Others     []MatrixService   `json:"others"` // what findings are about that is no service, nor of one alone
	Unread     []origin.Unread   `json:"unread"`
	Unreadable []origin.Fault    `json:"unreadable"`
	Sources    map[string]Source `json:"sources"`
}

// MatrixSummary counts obligations by their state, each finding once as onus check does.
type MatrixSummary struct {
	Services int `json:"services"`
	finding.Tally
	NotAssessed int `json:"notAssessed"` // obligations, each once an offering
}

// MatrixOffering is one that something runs on: who holds each layer, by which sources.
type MatrixOffering struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Axis     string        `json:"axis"`
	Provider string        `json:"provider"`
	Partner  string        `json:"partner,omitempty"`
	Services int           `json:"services"`
	Layers   []MatrixLayer `json:"layers"`
}

// MatrixLayer is one layer of a line.
type MatrixLayer struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Party       Party    `json:"party"`
	LoadBearing bool     `json:"loadBearing"`
	Duties      []Duty   `json:"duties,omitempty"`
	Sources     []string `json:"sources"`
	Read        string   `json:"read"` // the last day on which one of these was read
	// NotAssessed are obligations of the customer's that onus does not look at.
	NotAssessed []MatrixObligation `json:"notAssessed"`
}

// MatrixService is a workload, a pool of nodes or a database; or another object that findings
// are about, such as a PodDisruptionBudget of several workloads.
type MatrixService struct {
	Subject     finding.Subject    `json:"subject"`
	Position    origin.Position    `json:"position"`
	Owner       string             `json:"owner,omitempty"` // who of the customer holds it
	Offering    string             `json:"offering,omitempty"`
	Basis       string             `json:"basis,omitempty"`
	Obligations []MatrixObligation `json:"obligations"`
}

// MatrixObligation is one obligation, with its state and the evidence of that.
type MatrixObligation struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Layer       string          `json:"layer"`
	Party       string          `json:"party"`   // who holds the layer there; empty where that is open
	Induced     bool            `json:"induced"` // it is the customer's because of what another party took over
	LoadBearing bool            `json:"loadBearing"`
	State       string          `json:"state"` // held, broken, unknown, waived, known or not-assessed
	Severity    string          `json:"severity,omitempty"`
	Evidence    string          `json:"evidence"`
	Follows     string          `json:"follows,omitempty"` // the obligation of the finding that it comes of: it is not counted
	Date        string          `json:"date"`              // of the evidence; empty for none
	Position    origin.Position `json:"position"`
}
