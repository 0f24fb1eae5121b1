package published

// ExplainSchema is the schema of every explanation. Its kind says which fields
// it has beside those of Explained.
const ExplainSchema = "onus.explain/v1"

// Explained is what every explanation starts with.
type Explained struct {
	Head
	Kind  string `json:"kind"`
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	About string `json:"about,omitempty"`
}

// AxisExplained is an axis: its layers, bottom to top, and the offerings with a
// line on it.
type AxisExplained struct {
	Explained
	Layers    []Layer    `json:"layers"`
	Offerings []Offering `json:"offerings"`
}

// CellExplained is one layer under one offering, with every claim about it.
type CellExplained struct {
	Explained
	Offering    Offering             `json:"offering"`
	Axis        string               `json:"axis"`
	Layer       Layer                `json:"layer"`
	Cell        Cell                 `json:"cell"`
	Obligations []ObligationStanding `json:"obligations"`
	Sources     map[string]Source    `json:"sources"`
}

// ObligationStanding is how one obligation stands under one offering.
type ObligationStanding struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Statement   string   `json:"statement"`
	Axis        string   `json:"axis"`
	Layer       string   `json:"layer"`
	Severity    string   `json:"severity"`
	Stands      Standing `json:"stands"`
	LoadBearing bool     `json:"loadBearing"`
}

// Index is everything that can be explained, grouped.
type Index struct {
	Explained
	Axes        []IndexAxis `json:"axes"`
	Platforms   []Named     `json:"platforms"`
	Obligations []Named     `json:"obligations"`
	Triggers    []Named     `json:"triggers"`
	Sources     []Named     `json:"sources"`
}

// IndexAxis is an axis with its layers and the offerings with a line on it.
type IndexAxis struct {
	Named
	Layers    []Named `json:"layers"`
	Offerings []Named `json:"offerings"`
}

// Named is an id and what it stands for.
type Named struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// LayerExplained is a layer and who holds it under each offering.
type LayerExplained struct {
	Explained
	Axis    string            `json:"axis"`
	Cells   []OfferingCell    `json:"cells"`
	Sources map[string]Source `json:"sources"`
}

// OfferingCell is one offering's cell of a layer.
type OfferingCell struct {
	Offering Offering `json:"offering"`
	Cell     Cell     `json:"cell"`
}

// MovesExplained is what one trigger does under one offering, fact by fact.
type MovesExplained struct {
	Explained
	Offering    Offering             `json:"offering"`
	Moves       []Move               `json:"moves"`
	Obligations []ObligationStanding `json:"obligations"`
	Sources     map[string]Source    `json:"sources"`
}

// ObligationExplained is an obligation and where the customer has it.
type ObligationExplained struct {
	Explained
	Axis        string            `json:"axis"`
	Layer       string            `json:"layer"`
	Severity    string            `json:"severity"`
	LoadBearing bool              `json:"loadBearing"` // wherever it is induced
	Statement   string            `json:"statement"`
	Why         string            `json:"why"`
	Held        string            `json:"held"`
	Fix         string            `json:"fix"`
	Triggers    []string          `json:"triggers,omitempty"`
	Where       []Where           `json:"where"`
	Sources     map[string]Source `json:"sources"`
}

// Where is how an obligation stands under one offering on its axis.
type Where struct {
	Offering    Offering `json:"offering"`
	Stands      Standing `json:"stands"`
	LoadBearing bool     `json:"loadBearing"`
}

// OfferingExplained is an offering in full: its line, its contract, what it
// takes away, and what it leaves to the customer.
type OfferingExplained struct {
	Explained
	Provider    string               `json:"provider"`
	Partner     string               `json:"partner,omitempty"`
	Refines     string               `json:"refines,omitempty"`
	Line        []AxisLine           `json:"line"`
	Contract    *Contract            `json:"contract,omitempty"`
	Limits      []Limit              `json:"limits"`
	Unsupported []Unsupported        `json:"unsupported,omitempty"`
	BuiltIn     []BuiltIn            `json:"builtIn,omitempty"`
	Support     *Support             `json:"support,omitempty"`
	Launches    *Launches            `json:"launches,omitempty"`
	AtOnce      []AtOnce             `json:"atOnce,omitempty"`
	Evidence    []Rule               `json:"evidence"`
	Obligations []ObligationStanding `json:"obligations"`
	Sources     map[string]Source    `json:"sources"`
}

// BuiltIn is an add-on that the provider runs itself, the edit that takes the customer's own
// away, and what that may still be needed for.
type BuiltIn struct {
	ID      string   `json:"id"`
	Is      string   `json:"is"`
	Cure    string   `json:"cure"`
	For     string   `json:"for,omitempty"`
	Sources []string `json:"sources"`
}

// Support is until when the provider supports which version of its clusters, and what comes
// then.
type Support struct {
	Versions []SupportedVersion `json:"versions"`
	Then     string             `json:"then"`
	Extended *ExtendedSupport   `json:"extended,omitempty"`
	Sources  []string           `json:"sources"`
}

// SupportedVersion is a version with the last day of its support.
type SupportedVersion struct {
	Version string `json:"version"`
	Until   string `json:"until"`
}

// ExtendedSupport is how many months longer a version is supported, and what comes then.
type ExtendedSupport struct {
	Months int    `json:"months"`
	Then   string `json:"then"`
}

// Launches is whose images the provider launches nodes from: the account of each Region, and
// the name of a group that they are all in.
type Launches struct {
	Accounts map[string]string `json:"accounts"`
	Owner    string            `json:"owner"`
	Sources  []string          `json:"sources"`
}

// AtOnce is where an object of Terraform says how many nodes of a pool come, or go, at once: by the first of its keys that is
// set, or by all of them together.
type AtOnce struct {
	On      string   `json:"on"`
	Keys    []string `json:"keys"`
	Sums    bool     `json:"sums,omitempty"`
	Sources []string `json:"sources"`
}

// Unsupported is what does not work on an offering, what comes of it, the edit that mends
// it, and by what it is seen.
type Unsupported struct {
	ID      string      `json:"id"`
	Is      string      `json:"is"`
	Then    string      `json:"then"`
	Cure    string      `json:"cure"`
	On      string      `json:"on"`
	All     []Condition `json:"all"`
	None    []Condition `json:"none,omitempty"`
	Unless  []Condition `json:"unless,omitempty"` // an object of the input that meets these
	Sources []string    `json:"sources"`
}

// PlatformExplained is a platform: the offerings in which it is sold, who holds
// each layer under them, by what terms their nodes go, and what is the
// customer's under all of them.
type PlatformExplained struct {
	Explained
	Offerings   []Offering           `json:"offerings"`
	SideBySide  bool                 `json:"sideBySide"` // several can stand in one cluster
	Line        []PlatformLine       `json:"line"`
	Moves       []OfferingMove       `json:"moves"` // the routine one of each contract
	Obligations []ObligationStanding `json:"obligations"`
	Evidence    []Rule               `json:"evidence"`
	Sources     map[string]Source    `json:"sources"`
}

// PlatformLine is the line of a platform's offerings on one axis, bottom layer
// first.
type PlatformLine struct {
	Axis   string          `json:"axis"`
	Layers []PlatformLayer `json:"layers"`
}

// PlatformLayer is a layer and who holds it: one party where all offerings
// agree, and several where the offering decides.
type PlatformLayer struct {
	ID      string          `json:"id"`
	Title   string          `json:"title"`
	Parties []PlatformParty `json:"parties"`
}

// PlatformParty is a party with the offerings under which it holds a layer.
type PlatformParty struct {
	Party     Party    `json:"party"`
	Offerings []string `json:"offerings"`
}

// AxisLine is an offering's line on one axis, bottom layer first.
type AxisLine struct {
	Axis   string     `json:"axis"`
	Layers []LineCell `json:"layers"`
}

// LineCell is one layer of a line.
type LineCell struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Cell
}

// Rule is how an offering is recognised: on what kind of object, by which
// conditions. Its strength is a proof, or a hint that decides only where there
// is no proof.
type Rule struct {
	On       string      `json:"on"`
	All      []Condition `json:"all"`
	None     []Condition `json:"none,omitempty"`
	Cluster  bool        `json:"cluster,omitempty"` // it shows something of all that was read
	Strength string      `json:"strength,omitempty"`
	Note     string      `json:"note,omitempty"`
	From     []string    `json:"from"`
}

// Condition is what a field of an object must be.
type Condition struct {
	Field     string   `json:"field"`
	Key       string   `json:"key,omitempty"`
	KeyPrefix string   `json:"keyPrefix,omitempty"`
	In        []string `json:"in,omitempty"`
	Prefix    string   `json:"prefix,omitempty"`
	Contains  string   `json:"contains,omitempty"`
	// Over is a duration that the value is longer than, as Never is than any.
	Over   string   `json:"over,omitempty"`
	Except []string `json:"except,omitempty"`
}

// SourceExplained is a document, and what in the catalog rests on it.
type SourceExplained struct {
	Explained
	URL       string     `json:"url"`
	Read      string     `json:"read"`
	Secondary bool       `json:"secondary,omitempty"`
	Note      string     `json:"note,omitempty"`
	CitedBy   []Citation `json:"citedBy"`
}

// Citation is one thing that rests on a source.
type Citation struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// TriggerExplained is a trigger and what each contract makes of it.
type TriggerExplained struct {
	Explained
	Moves   []OfferingMove    `json:"moves"`
	Sources map[string]Source `json:"sources"`
}

// OfferingMove is a move under the offering whose contract has it.
type OfferingMove struct {
	Offering Offering `json:"offering"`
	Move
}
