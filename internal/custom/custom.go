// Package custom looks at the obligations that a team writes for itself, as expressions of
// CEL over workloads, PodDisruptionBudgets and pools of nodes.
package custom

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"

	"github.com/onus-project/onus/internal/finding"
)

// The kinds of things that an obligation may be about, as expressions name them.
const (
	OfWorkload = "workload"
	OfBudget   = "budget"
	OfPool     = "pool"
)

// Kinds are all of them.
var Kinds = []string{OfWorkload, OfBudget, OfPool}

// layers are those of the compute axis that each kind belongs to.
var layers = map[string]string{OfWorkload: "workload", OfBudget: "disruption-controls", OfPool: "node-pool-policy"}

// most is what an evaluation may cost, in the units of CEL: some 100,000 steps.
const most = 100_000

// Expression is one that was compiled: true of what is held.
type Expression struct {
	kind    string
	program cel.Program
	// together says that it asks for what several objects are together: budgets that
	// cover a workload, say.
	together bool
}

// Fault is what is wrong with an expression, and where in it.
type Fault struct {
	Line int // from 1
	Msg  string
}

func (f *Fault) Error() string { return f.Msg }

// environments are what expressions over each kind may name.
var environments = sync.OnceValues(func() (map[string]*cel.Env, error) {
	all := map[string]*cel.Env{}
	for kind, of := range map[string]reflect.Type{
		OfWorkload: reflect.TypeFor[*Workload](), OfBudget: reflect.TypeFor[*Budget](), OfPool: reflect.TypeFor[*Pool](),
	} {
		env, err := cel.NewEnv(
			ext.NativeTypes(ext.ParseStructTags(true), reflect.TypeFor[*Workload](), reflect.TypeFor[*Budget](), reflect.TypeFor[*Pool](),
				reflect.TypeFor[*NodeBudget]()),
			cel.Variable(kind, cel.ObjectType("custom."+of.Elem().Name())), ext.Strings(), ext.Sets(),
		)
		if err != nil {
			return nil, fmt.Errorf("making the environment of expressions over a %s: %w", kind, err)
		}
		all[kind] = env
	}
	return all, nil
})

// Compile compiles an expression over a kind. What does not fit its types is a *Fault.
func Compile(kind, text string) (*Expression, error) {
	all, err := environments()
	if err != nil {
		return nil, err
	}
	ast, issues := all[kind].Compile(text)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, &Fault{max(1, first.Location.Line()), inWords(first.Message)}
	}
	if out := ast.OutputType(); out != cel.BoolType {
		return nil, &Fault{1, fmt.Sprintf("is a %s, wants true (held) or false (broken)", out)}
	}
	program, err := all[kind].Program(ast, cel.CostLimit(most), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, &Fault{1, err.Error()}
	}
	return &Expression{kind, program, together.MatchString(text)}, nil
}

// together are the fields that are known of an object by others.
var together = regexp.MustCompile(`\b(budgets|workloads|autoscaled|minReplicas|owner)\b`)

// inWords is a message of CEL as the end of a sentence.
func inWords(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	message, _, _ = strings.Cut(message, " (in container")
	return message
}

// Judge says whether the expression holds of a thing, which is of its kind. Where it cannot
// be worked out the verdict is unknown, and why.
func (x *Expression) Judge(thing any) (verdict finding.Verdict, why string) {
	value, _, err := x.program.Eval(map[string]any{x.kind: thing})
	if err != nil {
		return finding.Unknown, strings.TrimPrefix(err.Error(), "no such key: ")
	}
	if held, ok := value.(types.Bool); ok && bool(held) {
		return finding.Held, ""
	}
	return finding.Broken, ""
}

// Obligation is one that a team has written, compiled.
type Obligation struct {
	ID, Title, Kind string
	Expression      *Expression
	Severity        string
	Message, Fix    string
	// At is where it stands, in words.
	At string
}

// Layer is the layer of the compute axis that it is on.
func (o *Obligation) Layer() string { return layers[o.Kind] }
