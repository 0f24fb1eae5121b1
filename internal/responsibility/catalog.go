// Package responsibility is the model of who is responsible for what: axes
// and layers, offerings and their lines, claims and their sources, contracts
// and obligations. It loads them from a catalog, validates them, and compares
// them. It does no other I/O.
package responsibility

import (
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/velocity"
)

// Party is who holds a layer or a duty.
type Party string

// The parties. Split marks a layer whose duties lie with different parties.
const (
	Provider Party = "provider"
	Customer Party = "customer"
	Partner  Party = "partner"
	None     Party = "none"
	Split    Party = "split"
)

// computeAxis is that on which workloads run.
const computeAxis = "compute"

// Catalog is everything onus knows about platforms. Slices are in the order
// in which a reader should meet them: axes and layers as in layers.yaml,
// offerings along the ladder, obligations load-bearing first.
type Catalog struct {
	Axes        []Axis
	Offerings   []*Offering
	Platforms   []*Platform
	Obligations []*Obligation
	Triggers    []Trigger
	Operators   []*Operator
	Sources     map[string]Source
	Strategies  []*velocity.Strategy
	Balancers   []Balancer // load balancers whose targets may be pods

	programs // what it knows of them is asked of it
	exposure Exposure
	storage  storage
	webhooks webhooks
	removed  removedVersions
	takers   takers
	addons   addons
	names    names
}

// Axis is a dimension on which responsibility is cut. Assumed is the id of the
// platform or offering that is taken where nothing in an input tells where it
// runs; empty where none is.
type Axis struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	About   string  `json:"about"`
	Assumed string  `json:"assumed,omitempty"`
	Layers  []Layer `json:"layers"`
}

// Layer is one rung on an axis.
type Layer struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	About string `json:"about"`
}

// Source is a document that a statement in the catalog rests on. Read is the
// day on which it was read, as YYYY-MM-DD. Secondary marks what is neither the
// provider's or the project's own documentation, source or statement: a wiki,
// somebody else's blog, a user's report.
type Source struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	URL       string `json:"url"`
	Read      string `json:"read"`
	Secondary bool   `json:"secondary,omitempty"`
	Note      string `json:"note,omitempty"`
}

// Trigger is a reason for which a node goes.
type Trigger struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	About string   `json:"about"`
	From  []string `json:"from"`
}

// Offering is a form in which a service is bought. Line maps axis id to layer
// id to cell; an axis it names has every layer.
type Offering struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Provider string `json:"provider"`
	Partner  string `json:"partner,omitempty"`
	About    string `json:"about"`
	Order    int    `json:"order,omitempty"`
	First    bool   `json:"first,omitempty"` // a ladder shows it where none is named
	Refines  string `json:"refines,omitempty"`
	// Orchestrator is what runs containers there, where that is not Kubernetes.
	Orchestrator string                     `json:"orchestrator,omitempty"`
	Line         map[string]map[string]Cell `json:"line"`
	Limits       []Limit                    `json:"limits,omitempty"`
	Evidence     []Rule                     `json:"evidence,omitempty"`
	// Unsupported is what does not work here of what runs elsewhere, as the provider says.
	Unsupported []Unsupported `json:"unsupported,omitempty"`
	// BuiltIn are what the provider runs here itself of what customers install elsewhere.
	BuiltIn []BuiltIn `json:"builtIn,omitempty"`
	// Support is until when the provider supports which version; nil where it is not said.
	Support *Support `json:"support,omitempty"`
	// Launches is whose images nodes are launched from here; nil where the customer's rules for
	// images are not asked.
	Launches *Launches `json:"launches,omitempty"`
	// AtOnce is where Terraform says how many nodes of a pool come, or go, at once.
	AtOnce []AtOnce `json:"atOnce,omitempty"`
	// Databases is what there is to know of databases that are bought so; zero for others.
	Databases Databases `json:"databases,omitzero"`
	// Facts are what the contract states, with sources; Contract is what they
	// mean. Both are nil where the offering says nothing about nodes.
	Facts    *contract.Facts    `json:"contract,omitempty"`
	Contract *contract.Contract `json:"-"`
	// ContractOf is the offering whose contract is the one here as well.
	ContractOf string   `json:"contractOf,omitempty"`
	From       []string `json:"from"`
	// Candidates are set on what stands for one of several offerings while it is
	// not known for which: see OneOf. The one whose contract is hardest on pods
	// comes first.
	Candidates []*Offering `json:"-"`
}

// Undecided reports whether it stands for one of several offerings.
func (o *Offering) Undecided() bool { return len(o.Candidates) > 0 }

// Hardest is the offering itself, or the candidate whose contract is hardest on
// pods.
func (o *Offering) Hardest() *Offering {
	if o.Undecided() {
		return o.Candidates[0]
	}
	return o
}

// Cell is one layer of an offering's line. Statements are what each source
// says; where they disagree Because says why Party is the one that holds.
// Secondary is set where no primary source states it, and says why it stands
// nevertheless.
type Cell struct {
	Party       Party       `json:"party"`
	LoadBearing bool        `json:"loadBearing,omitempty"`
	Note        string      `json:"note,omitempty"`
	Duties      []Duty      `json:"duties,omitempty"`
	Statements  []Statement `json:"claims"`
	Secondary   string      `json:"secondary,omitempty"`
	Because     string      `json:"because,omitempty"`
}

// RestsOn are the ids of the sources by which a cell stands: of the claims that
// hold, and of its duties.
func (c Cell) RestsOn() []string {
	var ids []string
	for _, s := range c.Statements {
		if s.Holds(c) {
			ids = append(ids, s.From)
		}
	}
	for _, d := range c.Duties {
		ids = append(ids, d.From...)
	}
	return ids
}

// Disputed reports whether a source states another party than the one that holds.
func (c Cell) Disputed() bool {
	return slices.ContainsFunc(c.Statements, func(s Statement) bool { return !s.Holds(c) })
}

// Duty is a part of a layer that one party does. Paths is set where that
// depends on how the offering was installed.
type Duty struct {
	Title string           `json:"title"`
	Party Party            `json:"party"`
	By    string           `json:"by,omitempty"`
	Paths map[string]Party `json:"paths,omitempty"`
	From  []string         `json:"from"`
}

// Statement is what one source says about a cell.
type Statement struct {
	From  string `json:"from"`
	Party Party  `json:"party,omitempty"`
	Says  string `json:"says,omitempty"`
}

// Holds reports whether the statement is the one that the cell shows.
func (s Statement) Holds(c Cell) bool { return s.Party == "" || s.Party == c.Party }

// Limit is something the customer can no longer do under an offering.
type Limit struct {
	Is   string   `json:"is"`
	From []string `json:"from"`
}

// Rule says how to see that something stands on an offering, or on one of a
// platform: all of All hold and none of None.
type Rule struct {
	On   string      `json:"on"`
	All  []Condition `json:"all"`
	None []Condition `json:"none,omitempty"`
	// Cluster says of an object that it is the cluster's own, such as a node class
	// or what makes a cluster: it shows something of all that stands beside it.
	Cluster bool `json:"cluster,omitempty"`
	// OneNode are conditions on what makes a cluster: where they hold, too, it has one
	// node, and where they are given and do not, it may have several.
	OneNode  []Condition `json:"oneNode,omitempty"`
	Strength string      `json:"strength,omitempty"`
	Note     string      `json:"note,omitempty"`
	From     []string    `json:"from"`
}

// Condition compares one field of a node, pool, pod or other object. With no
// comparison it asks only that the field is there. KeyPrefix stands for any key
// that begins so.
type Condition struct {
	Field     string   `json:"field"`
	Key       string   `json:"key,omitempty"`
	KeyPrefix string   `json:"keyPrefix,omitempty"`
	In        []string `json:"in,omitempty"`
	Prefix    string   `json:"prefix,omitempty"`
	Contains  string   `json:"contains,omitempty"`
	Over      string   `json:"over,omitempty"` // a duration that the value is longer than, as Never is than any
	// Except leaves out, of what KeyPrefix stands for, keys that are one of these, or go on
	// behind a colon or slash at its end or after it: hostPath:/var/log is no hostPath:/var/logs.
	Except []string `json:"except,omitempty"`
}

// Means reports whether a key is one that KeyPrefix stands for.
func (c Condition) Means(key string) bool {
	return strings.HasPrefix(key, c.KeyPrefix) &&
		!slices.ContainsFunc(c.Except, func(beginning string) bool {
			rest, ok := strings.CutPrefix(key, beginning)
			return ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(beginning, ":") || strings.HasSuffix(beginning, "/"))
		})
}

// outlasts reports whether one duration is longer than another, as Never is than any.
func outlasts(value, other string) bool {
	if value == "Never" {
		return true
	}
	of, err := time.ParseDuration(value)
	than, bad := time.ParseDuration(other)
	return err == nil && bad == nil && of > than
}

// Matches reports whether a value that is there satisfies the condition.
func (c Condition) Matches(value string) bool {
	return (len(c.In) == 0 || slices.Contains(c.In, value)) &&
		strings.HasPrefix(value, c.Prefix) && strings.Contains(value, c.Contains) && (c.Over == "" || outlasts(value, c.Over))
}

// Obligation is something that is the customer's to do. It is induced where
// one of InducedBy is so: the layer that moved to the provider created it.
type Obligation struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Axis        string `json:"axis"`
	Layer       string `json:"layer"`
	Statement   string `json:"statement"`
	Severity    string `json:"severity"`
	LoadBearing bool   `json:"loadBearing"`
	Checked     bool   `json:"checked,omitempty"` // onus has a check for it
	// BlocksNodes says that a broken one holds up the replacement of nodes, for
	// all that runs on them.
	BlocksNodes bool     `json:"blocksNodes,omitempty"`
	Applies     []When   `json:"applies"`
	InducedBy   []When   `json:"inducedBy,omitempty"`
	Trigger     []string `json:"trigger,omitempty"`
	Only        []string `json:"only,omitempty"`
	Why         string   `json:"why"`
	Held        string   `json:"held"`
	Fix         string   `json:"fix"`
	From        []string `json:"from"`

	claim document.Error // where it claims to be checked
}

// Unchecked is the fault of an obligation that claims to be checked, and is not.
func (o *Obligation) Unchecked() error {
	at := o.claim
	at.Msg = "the obligation " + o.ID + " claims to be checked, and no check is for it"
	return &at
}

// When is a condition on an offering's line.
type When struct {
	Layer string  `json:"layer"`
	Party []Party `json:"party"`
}

// AppliesTo reports whether the customer has the obligation under an offering.
// While it is not known which of several it is, it has what it has under each.
func (o *Obligation) AppliesTo(of *Offering) bool {
	if of.Undecided() {
		return all(of.Candidates, o.AppliesTo)
	}
	if !slices.Contains(o.Only, of.ID) && (len(o.Only) > 0 || of.Orchestrator != "" && o.Axis == computeAxis) {
		return false // what is asked of objects of Kubernetes is asked of nobody who has none
	}
	if len(o.Trigger) > 0 {
		if of.Contract == nil || !slices.ContainsFunc(of.Contract.Terms,
			func(t contract.Terms) bool { return slices.Contains(o.Trigger, t.Trigger) }) {
			return false
		}
	}
	return anyWhen(o.Applies, o.Axis, of)
}

// InducedIn reports whether, under an offering, the obligation is the
// consequence of a layer that the customer does not hold.
func (o *Obligation) InducedIn(of *Offering) bool {
	if of.Undecided() {
		return all(of.Candidates, o.InducedIn)
	}
	return o.AppliesTo(of) && anyWhen(o.InducedBy, o.Axis, of)
}

// LoadBearingIn reports whether a service goes down without it under an offering.
func (o *Obligation) LoadBearingIn(of *Offering) bool { return o.LoadBearing && o.InducedIn(of) }

func all(offerings []*Offering, is func(*Offering) bool) bool {
	return !slices.ContainsFunc(offerings, func(o *Offering) bool { return !is(o) })
}

func anyWhen(whens []When, axis string, of *Offering) bool {
	return slices.ContainsFunc(whens, func(w When) bool {
		cell, ok := of.Line[axis][w.Layer]
		return ok && slices.Contains(w.Party, cell.Party)
	})
}

// Axis returns the axis with an id, or nil.
func (c *Catalog) Axis(id string) *Axis {
	for i := range c.Axes {
		if c.Axes[i].ID == id {
			return &c.Axes[i]
		}
	}
	return nil
}

// Layer returns the layer with an id and its axis, or nil.
func (c *Catalog) Layer(id string) (*Axis, *Layer) {
	for i := range c.Axes {
		for j := range c.Axes[i].Layers {
			if c.Axes[i].Layers[j].ID == id {
				return &c.Axes[i], &c.Axes[i].Layers[j]
			}
		}
	}
	return nil, nil
}

// Offering returns the offering with an id, or nil.
func (c *Catalog) Offering(id string) *Offering {
	for _, o := range c.Offerings {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// Obligation returns the obligation with an id, or nil.
func (c *Catalog) Obligation(id string) *Obligation {
	for _, o := range c.Obligations {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// Trigger returns the trigger with an id, or nil.
func (c *Catalog) Trigger(id string) *Trigger {
	for i := range c.Triggers {
		if c.Triggers[i].ID == id {
			return &c.Triggers[i]
		}
	}
	return nil
}

// On returns the offerings that have a line on an axis, in ladder order.
func (c *Catalog) On(axis string) []*Offering {
	var on []*Offering
	for _, o := range c.Offerings {
		if len(o.Line[axis]) > 0 {
			on = append(on, o)
		}
	}
	return on
}

// Primary returns the first primary one of some sources; empty for none.
func (c *Catalog) Primary(ids []string) string {
	for _, id := range ids {
		if s, ok := c.Sources[id]; ok && !s.Secondary {
			return id
		}
	}
	return ""
}

// Cite returns the sources with the given ids, in that order.
func (c *Catalog) Cite(ids []string) []Source {
	cited := make([]Source, 0, len(ids))
	for _, id := range ids {
		if s, ok := c.Sources[id]; ok {
			cited = append(cited, s)
		}
	}
	return cited
}

// Holder names the party of a cell or duty the way this offering's reader
// would: AWS, customer, Arpio.
func (o *Offering) Holder(p Party) string {
	switch p {
	case Provider:
		return o.Provider
	case Partner:
		if o.Partner != "" {
			return o.Partner
		}
	case None:
		return "n/a"
	}
	return string(p)
}
