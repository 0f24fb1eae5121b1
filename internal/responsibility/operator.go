package responsibility

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Operator is a controller that makes pods of custom resources: which kinds are
// its own, and what it makes of each.
type Operator struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	From  []string `json:"from"`
	Kinds []Custom `json:"kinds,omitempty"`
	// Idle are groups, or kinds as GROUP/KIND, whose resources make neither pods
	// nor budgets.
	Idle []string `json:"idle,omitempty"`
	// Runs are kinds, as GROUP/KIND, whose pods run to an end. They have no scale.
	Runs []string `json:"runs,omitempty"`
	// Moves says of which pods it moves to other nodes while they run, when somebody wants
	// to evict them.
	Moves *Moves `json:"moves,omitempty"`
}

// Moves are those whose owner is of a kind, as GROUP/KIND. Ordinary are the beginnings of
// names of resources that each node has for them: others are devices that it cannot move.
type Moves struct {
	Of       string   `json:"of"`
	Ordinary []string `json:"ordinary"`
	// Change is what to set, in words, where it cannot, so that they may be evicted.
	Change string `json:"change"`
}

// MadeMove says under conditions that an operator moves the pods of a workload; Cannot is why
// it cannot, and Unsure why it may not.
type MadeMove struct {
	When   []ValueCondition `json:"when"`
	Cannot string           `json:"cannot,omitempty"`
	Unsure string           `json:"unsure,omitempty"`
}

// Custom is a kind of custom resource. A path is a JSON pointer into such an
// object, or, after "item", into the element of the list at hand. In a list a step
// of it is the name of an element, or * for what all of them have, as a list. In a text {name}, {namespace} and {PATH} are filled in.
type Custom struct {
	Kind    string           `json:"kind"` // GROUP/KIND
	From    []string         `json:"from,omitempty"`
	Off     []ValueCondition `json:"off,omitempty"` // any of them switches it off
	Makes   []MadeWorkload   `json:"makes,omitempty"`
	Budgets []MadeBudget     `json:"budgets,omitempty"`
	Claims  []MadeClaim      `json:"claims,omitempty"`
	Copies  *Copied          `json:"copies,omitempty"`
	Unread  *UnreadMakings   `json:"unread,omitempty"`
	// Rewrites says that budgets which were made of it are written anew, by what its operator sees.
	Rewrites *Rewriting `json:"rewrites,omitempty"`
}

// Rewriting says in words by what budgets are written anew; any of Unless has them left alone.
type Rewriting struct {
	Says   string           `json:"says"`
	Unless []ValueCondition `json:"unless,omitempty"`
}

// Rewriter is a kind of which budgets are written anew, as GROUP/KIND, and who does it.
type Rewriter struct {
	Kind, Operator string
	*Rewriting
}

// Rewriters are the kinds of a catalog of which budgets are written anew.
func Rewriters(c *Catalog) []Rewriter {
	var all []Rewriter
	for _, o := range c.Operators {
		for k := range o.Kinds {
			if r := o.Kinds[k].Rewrites; r != nil {
				all = append(all, Rewriter{o.Kinds[k].Kind, o.Title, r})
			}
		}
	}
	return all
}

// MadeClaim is a claim that comes of the resource, for each element of a list where ForEach is
// a path to one. Modes are paths to how it may be mounted, of which the first that is there
// counts: where none is, nothing is said of it.
type MadeClaim struct {
	ForEach string   `json:"forEach,omitempty"`
	Name    string   `json:"name"`
	Modes   []string `json:"modes"`
}

// Copied says of a kind that it has a workload which was read serve under another name, and
// scales that one to none itself: by which paths it names it, and an autoscaler of it, and of
// which labels the first that its selector has tells the two apart.
type Copied struct {
	Kind   string   `json:"kind"`
	Kinds  []string `json:"kinds"` // which of them it copies so
	Name   string   `json:"name"`
	Scaler string   `json:"scaler"`
	Suffix string   `json:"suffix"`
	Labels []string `json:"labels"`
}

// UnreadMakings says of a kind that what it makes stands elsewhere: in a chart
// or a repository that is not here. Namespace are paths to the namespace that it
// makes that in, of which the first that is there counts: where none is, nothing
// is said. Without any path it may be every namespace.
type UnreadMakings struct {
	Namespace []string `json:"namespace,omitempty"`
	// Charts is where it names what it applies; without it, or where something stands at one of the paths Beside, nothing is
	// known of the names of what it makes.
	Charts   *UnreadCharts `json:"charts,omitempty"`
	Beside   []string      `json:"beside,omitempty"`
	Kind     string        `json:"kind,omitempty"`     // the one kind of object that it makes, where that is known
	ForEach  string        `json:"forEach,omitempty"`  // a list of which each element may make it
	In       string        `json:"in,omitempty"`       // the part that makes it; empty for all of it
	Contains string        `json:"contains,omitempty"` // it makes any only where the text of that part has this
	Acts     string        `json:"acts,omitempty"`     // it makes none, and does itself what one would: in which words, behind its name
}

// UnreadCharts are those that a resource installs: each of what stands at the first of the paths Of that is there, by its
// field Name. One that has the field Leave and neither a name nor a path of its own applies nothing.
type UnreadCharts struct {
	Of    []string `json:"of"`
	Name  string   `json:"name"`
	Leave string   `json:"leave,omitempty"`
	Path  string   `json:"path,omitempty"`
}

// MadeWorkload is a workload that an operator makes, for each element of a list
// where ForEach is a path to one.
type MadeWorkload struct {
	ForEach  string            `json:"forEach,omitempty"`
	When     []ValueCondition  `json:"when,omitempty"` // all of them
	Kind     string            `json:"kind"`
	Group    string            `json:"group"`
	Name     string            `json:"name"`
	Replicas Number            `json:"replicas"`
	Scaled   bool              `json:"scaled,omitempty"` // the kind has a scale subresource
	Labels   map[string]string `json:"labels"`           // of its pods
	Pod      PodPaths          `json:"pod,omitzero"`
	// Annotations are those that its operator gives the pods where their template has none of
	// the key.
	Annotations map[string]string `json:"annotations,omitempty"`
	Volume      []ValueCondition  `json:"volume,omitempty"`   // all of them: each pod has a claim of its own
	EmptyDir    *MadeEmptyDir     `json:"emptyDir,omitempty"` // where they have no claim, and some conditions hold
	Apart       *Apart            `json:"apart,omitempty"`
	Alone       *Alone            `json:"alone,omitempty"`
	Pair        *Pair             `json:"pair,omitempty"`
	Kept        *Alone            `json:"kept,omitempty"`    // how its operator keeps one of its pods alone
	Each        bool              `json:"each,omitempty"`    // each pod is one of a workload of its own
	Reached     string            `json:"reached,omitempty"` // how clients reach it, where by no Service
	Moves       []MadeMove        `json:"moves,omitempty"`   // the first that holds: it moves the pods
	Leave       string            `json:"leave,omitempty"`   // why any number of its pods may be evicted at once
	Shares      *MadeShares       `json:"shares,omitempty"`  // what its pods keep in copies of a number of its own
}

// MadeShares is what pods of a workload keep by resources of another kind, GROUP/KIND: Of is a
// path to the text by which these name the workload, and Is that text. Copies is how many pods
// have each, and Least how many of those have to be there for it to be written. Change is how
// more copies are had.
type MadeShares struct {
	Kind   string           `json:"kind"`
	Called string           `json:"called"` // as people call one
	When   []ValueCondition `json:"when,omitempty"`
	Of     string           `json:"of"`
	Is     string           `json:"is"`
	Copies string           `json:"copies"`
	Least  string           `json:"least"`
	Change string           `json:"change"`
}

// MadeEmptyDir is what the pods of a workload keep on an emptyDir, under conditions. Field is
// what asks for a volume in its place: where it is empty, that of the first condition of a
// claim which does not hold.
type MadeEmptyDir struct {
	Keeps string           `json:"keeps"`
	When  []ValueCondition `json:"when,omitempty"` // all of them
	Field string           `json:"field,omitempty"`
	// Handed says how a pod that comes anew gets it from the others; empty where it does not.
	Handed string `json:"handed,omitempty"`
}

// Alone is something to say of a workload under conditions: why nobody minds that a
// single pod is away for a while.
type Alone struct {
	When []ValueCondition `json:"when,omitempty"` // all of them; always where there are none
	Says string           `json:"says"`
}

// PodPaths are where a custom resource has parts of the pods.
type PodPaths struct {
	Template    string `json:"template,omitempty"` // a pod template, or a part of one
	Labels      string `json:"labels,omitempty"`
	Affinity    string `json:"affinity,omitempty"`
	Tolerations string `json:"tolerations,omitempty"`
	Selector    string `json:"nodeSelector,omitempty"`
	Spread      string `json:"topologySpreadConstraints,omitempty"`
	Resources   string `json:"resources,omitempty"`
	Grace       string `json:"terminationGracePeriodSeconds,omitempty"`
	Priority    string `json:"priorityClassName,omitempty"`
	// Claims are where the elements of a list name claims that the pods mount.
	Claims []ClaimPath `json:"claims,omitempty"`
}

// ClaimPath is where the elements of a list name a claim each, if they do.
type ClaimPath struct {
	ForEach string `json:"forEach"`
	Name    string `json:"name"`
}

// Apart is the anti-affinity that an operator gives its pods.
type Apart struct {
	When     []ValueCondition `json:"when,omitempty"`
	Required []ValueCondition `json:"required,omitempty"` // all of them; else it is preferred
	Always   bool             `json:"always,omitempty"`   // it is required
	Topology Text             `json:"topology,omitzero"`  // the topology key; the host where it is empty
	Labels   []string         `json:"labels,omitempty"`   // keys of those that it selects; all where empty
}

// MadeBudget is a PodDisruptionBudget that an operator makes, by the one form
// that it has.
type MadeBudget struct {
	ForEach string           `json:"forEach,omitempty"`
	When    []ValueCondition `json:"when,omitempty"`
	// Unless are conditions, which all hold where it is not made in spite of When.
	Unless []ValueCondition `json:"unless,omitempty"`
	// Settings are those of the operator itself, any of which switches it off.
	Settings []Setting         `json:"settings,omitempty"`
	Name     string            `json:"name"`
	Labels   map[string]string `json:"labels"` // that it selects
	// AllBut is how many of the pods that it selects may be missing, as the
	// operator counts them: it writes the others as minAvailable.
	AllBut *Amount `json:"allBut,omitempty"`
	// Sole are kinds of its pods: where there is one alone of any, all of several pods
	// stay, whatever AllBut says.
	Sole           []Sole  `json:"sole,omitempty"`
	MinAvailable   *Amount `json:"minAvailable,omitempty"`
	MaxUnavailable *Amount `json:"maxUnavailable,omitempty"`
	// Primary is the name of one that it makes for the primary alone. As the operator has
	// another pod take over before a node is drained this one stands for it, too; by its
	// numbers, 1 of 1, it never allows an eviction.
	Primary string `json:"primary,omitempty"`
	// Quorum keeps more than half of the pods that it selects.
	Quorum bool `json:"quorum,omitempty"`
	// Change are the fields of the custom resource by which it is another one, each
	// with a value that is; where there are none, the one that has its number.
	Change []FieldChange `json:"change,omitempty"`
}

// Sole counts pods of one kind: those of the elements of a list, but for elements of
// which one of some conditions holds.
type Sole struct {
	Of     string           `json:"of"`   // what its pods have, in words: the role master
	List   string           `json:"list"` // a path
	Pods   Number           `json:"pods"`
	Unless []ValueCondition `json:"unless,omitempty"` // any of them
	Enough int              `json:"enough"`           // how many there may be, so that one may go
}

// Pair is something to say of the two pods of a workload, where these are all of a kind: what
// happens while one of them is away.
type Pair struct {
	Among Sole   `json:"among"`
	Says  string `json:"says"`
}

// Setting is a field of an object in which people configure an operator, and the
// value that switches something off.
type Setting struct {
	Kind string `json:"kind"` // GROUP/KIND
	Path string `json:"path"`
	Is   string `json:"is"`
}

// FieldChange is a field of a custom resource and what to set it to, in words. Of is
// what it is a field of, where not of the custom resource.
type FieldChange struct {
	Path string `json:"path"`
	To   string `json:"to"`
	Of   string `json:"of,omitempty"`
}

// Number is a count in a custom resource.
type Number struct {
	Path    string `json:"path,omitempty"`
	Default int    `json:"default"`
	// Enough is the number of pods that stays up when one of them goes; 2 where it
	// is not set. Unsure says that what a second pod does depends on what it is for.
	Enough int  `json:"enough,omitempty"`
	Unsure bool `json:"unsure,omitempty"`
}

// Text is a text in a custom resource.
type Text struct {
	Path    string `json:"path,omitempty"`
	Default string `json:"default,omitempty"`
}

// Amount is a number, or a percentage, of a budget.
type Amount struct {
	Path    string `json:"path,omitempty"`
	Default any    `json:"default,omitempty"`
}

// ValueCondition holds what stands at a path against one thing.
type ValueCondition struct {
	Path    string `json:"path"`
	Default any    `json:"default,omitempty"` // where nothing stands there
	Is      any    `json:"is,omitempty"`
	IsNot   any    `json:"isNot,omitempty"`
	There   *bool  `json:"there,omitempty"`
	AtLeast *int   `json:"atLeast,omitempty"`
	Below   *int   `json:"below,omitempty"`
	Lacks   any    `json:"lacks,omitempty"` // what stands there is a list without this
	Some    []any  `json:"some,omitempty"`  // what stands there is a list with one of these, or no list
}

// checkOperator looks at what a schema cannot say: that sources are there, and
// that a kind has one operator.
func (l *loader) checkOperator(f *file[Operator], taken map[string]string) error {
	o := &f.value
	if err := l.checkSources(f.doc, f.name, "/from", o.From); err != nil {
		return err
	}
	for i, k := range o.Kinds {
		at := jsontext.Pointer(fmt.Sprintf("/kinds/%d", i))
		if err := l.checkSources(f.doc, f.name, at+"/from", k.From); err != nil {
			return err
		}
		if other, twice := taken[k.Kind]; twice {
			return f.errorf(at+"/kind", "%s is also a kind of %s", k.Kind, other)
		}
		taken[k.Kind] = o.ID
		for j, b := range k.Budgets {
			forms := 0
			for _, set := range []bool{b.AllBut != nil, b.MinAvailable != nil, b.MaxUnavailable != nil, b.Quorum} {
				if set {
					forms++
				}
			}
			if forms != 1 {
				return f.errorf(jsontext.Pointer(fmt.Sprintf("%s/budgets/%d", at, j)), "wants one of allBut, minAvailable, maxUnavailable and quorum")
			}
			if len(b.Sole) > 0 && b.AllBut == nil {
				return f.errorf(jsontext.Pointer(fmt.Sprintf("%s/budgets/%d/sole", at, j)), "wants allBut beside it")
			}
		}
	}
	return nil
}

// Custom finds what is known of a kind, as GROUP/KIND: the kind, nil where it
// has no model, and whether it is known to make nothing.
func (c *Catalog) Custom(api string) (model *Custom, by *Operator, idle bool) {
	group, _, _ := strings.Cut(api, "/")
	for _, o := range c.Operators {
		for i := range o.Kinds {
			if o.Kinds[i].Kind == api {
				return &o.Kinds[i], o, false
			}
		}
		for _, quiet := range o.Idle {
			idle = idle || quiet == api || quiet == group
		}
	}
	return nil, nil, idle
}

// MovesOf are the operators that move pods, and of which kind the owners of those are.
func (c *Catalog) MovesOf() []*Operator {
	var all []*Operator
	for _, o := range c.Operators {
		if o.Moves != nil {
			all = append(all, o)
		}
	}
	return all
}

// RunKinds are the kinds, as GROUP/KIND, whose pods run to an end.
func (c *Catalog) RunKinds() []string {
	var all []string
	for _, o := range c.Operators {
		all = append(all, o.Runs...)
	}
	return all
}
