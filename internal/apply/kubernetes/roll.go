package kubernetes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// Roll sets one field of a StatefulSet, or of a custom resource that an operator rolls out, and waits until its status says
// that this is done. It sets it back where that does not come about.
type Roll struct{ c *Client }

// Rolls are those of a cluster.
func Rolls(c *Client) Roll { return Roll{c} }

// unroll is the undo of a Roll.
type unroll struct{ Roll }

// Runners are what takes the steps that roll something out.
func (r Roll) Runners() map[string]apply.Runner {
	return map[string]apply.Runner{step.Roll: r, step.Unroll: unroll{r}}
}

// Rolled is one object with the field that is set.
type Rolled struct {
	of              schema.GroupVersionResource
	namespace, name string
	uid             string
	container       string   // whose image it is; empty for path
	path            []string // that is set
	empty           bool     // it is there before, as the empty text
	well            []string // what says that an operator is done,
	is              string   // and what it says then
}

func (x *Rolled) String() string { return x.of.Resource + " " + x.namespace + "/" + x.name }

// stateful reports whether onus knows by itself what the status says.
func (x *Rolled) stateful() bool { return x.of.GroupResource() == appsv1.Resource("statefulsets") }

// RolledOf is what the fields of an action say.
func RolledOf(with map[string]string) (x *Rolled, err error) {
	of, _ := schema.ParseResourceArg(with[step.Resource])
	if of == nil {
		return nil, fmt.Errorf("%s is %q, wants such as %s", step.Resource, with[step.Resource], step.StatefulSets)
	}
	x = &Rolled{of: *of, namespace: with[step.Namespace], name: with[step.Name], uid: with[step.ObjectUID], container: with[step.Container],
		empty: with[step.Empty] == "true"}
	if x.namespace == "" || x.name == "" {
		return nil, fmt.Errorf("%s and %s are to be set", step.Namespace, step.Name)
	}
	if (x.container == "") == (with[step.Path] == "") {
		return nil, fmt.Errorf("either %s or %s is to be set", step.Container, step.Path)
	}
	if x.container == "" {
		if x.path, err = step.Fields(with[step.Path]); err != nil {
			return nil, fmt.Errorf("%s: %w", step.Path, err)
		}
	}
	if x.stateful() {
		return x, nil
	}
	well, is, ok := strings.Cut(with[step.Well], "=")
	if x.is = is; !ok {
		return nil, fmt.Errorf("%s is %q, wants such as status.state=ready", step.Well, with[step.Well])
	}
	if x.well, err = step.Fields(well); err != nil {
		return nil, fmt.Errorf("%s: %w", step.Well, err)
	}
	return x, nil
}

// Check reports what of an action it cannot carry out.
func (Roll) Check(a *plan.Action) error {
	if _, err := RolledOf(a.With); err != nil {
		return fmt.Errorf("%s: %w", a.Kind, err)
	}
	if a.With[step.ObjectUID] == "" || a.With[step.To] == "" {
		return fmt.Errorf("%s: %s and %s are to be set", a.Kind, step.ObjectUID, step.To)
	}
	if d, err := time.ParseDuration(a.With[step.Within]); err != nil || d <= 0 {
		return fmt.Errorf("%s: %s is %q, wants a time such as 1h", a.Kind, step.Within, a.With[step.Within])
	}
	return nil
}

// Step rolls it out.
func (r Roll) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	if result, err := r.before(ctx, w); result != nil || err != nil {
		return *cmp.Or(result, &apply.Result{}), err
	}
	err := r.change(ctx, w, patching, w.With(step.Before), w.With(step.To), true)
	var no *apply.Refused
	if errors.As(err, &no) {
		return apply.Result{}, no.Err // the attempt failed
	}
	if err != nil {
		return apply.Result{}, err
	}
	return apply.Done("it is rolled out"), nil
}

// patching is the key of the change that a roll is.
const patching = "patch"

// before is what is done in place of a roll that was not begun yet; nil for nothing. What has the value already was set by somebody
// else, and is not taken back. What is not well is not begun with: its controller may take another member down meanwhile.
func (r Roll) before(ctx context.Context, w *apply.Work) (*apply.Result, error) {
	if noted(w, asks+"/"+patching) {
		return nil, nil
	}
	x, err := RolledOf(w.Action.With)
	if err != nil {
		return nil, err
	}
	o, is, err := r.read(ctx, x)
	if err != nil || is != w.With(step.Before) && is != w.With(step.To) || x.unmoved(o) != "" {
		return nil, nil // the change says so
	}
	var result apply.Result
	switch waits := x.waits(o, true); {
	case waits != "":
		result = apply.Waiting(x.String()+" is not well, and not changed until it is: "+waits, pause)
	case is == w.With(step.To) && len(w.Unanswered()) == 0:
		result = apply.Done("it had it before")
	default:
		return nil, nil
	}
	return &result, nil
}

func noted(w *apply.Work, key string) bool {
	_, is := w.Noted(key)
	return is
}

// Step takes it back, for as long as that takes.
func (r unroll) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	if !noted(w, asks+"/"+patching) {
		return apply.Done("nothing of it was changed"), nil
	}
	if err := r.Back(ctx, w, "take-back"); err != nil {
		return apply.Result{}, err
	}
	return apply.Done("it is as it was before"), nil
}

// Back sets the field back, and waits until that is rolled out. What it waits for is its error.
func (r Roll) Back(ctx context.Context, w *apply.Work, key string) error {
	if len(w.Unanswered()) > 0 {
		if err := r.release(ctx, w); err != nil {
			return err
		}
	}
	err := r.change(ctx, w, key, w.With(step.To), w.With(step.Before), false)
	var no *apply.Refused
	if errors.As(err, &no) {
		return &apply.Wait{What: "it could not be taken back, which is tried again: " + no.Error(), Poll: 30 * time.Second}
	}
	return err
}

// Notes of a change: asks says that it may have been asked for, sent that it was, rolls since when it is rolled out, and turned
// that its object was seen not to be well since.
const asks, sent, rolls, turned = "asks", "sent", "rolls", "turned"

// change sets the field from one value to another, and is done once that is rolled out.
func (r Roll) change(ctx context.Context, w *apply.Work, key, from, to string, forGood bool) error {
	x, err := RolledOf(w.Action.With)
	if err != nil {
		return err
	}
	return w.Change(ctx, &apply.Change{Key: key, Target: x.uid, Final: forGood,
		About: map[string]string{step.Resource: x.String(), step.Before: from, step.To: to},
		Do: func(ctx context.Context, _ string) error {
			o, is, err := r.read(ctx, x)
			switch {
			case err != nil:
				return unmade(err, forGood)
			case is != from && is != to, is == to && forGood && !noted(w, asks+"/"+key):
				return unmade(others(x, is), forGood)
			}
			if why := x.unmoved(o); why != "" && forGood {
				return &apply.Refused{Err: errors.New(why)}
			}
			if is != to {
				if _, err := w.Note(ctx, asks+"/"+key, to); err != nil {
					return err
				}
				if err := r.set(ctx, x, o, from, to); err != nil {
					return err
				}
			}
			if _, err := w.Note(ctx, sent+"/"+key, to); err != nil {
				return err
			}
			return &apply.Wait{What: x.String() + " is to be rolled out", Poll: pause}
		},
		Observe: func(ctx context.Context, _ string) (apply.Observation, error) {
			return r.observe(ctx, w, &setting{x, key, from, to, forGood})
		}})
}

// others is the error of a field that has a value which this plan has not set.
func others(x *Rolled, is string) error {
	return fmt.Errorf("%s has %q by now: somebody else has set it", x, is)
}

// unmade is the error of a change that is not made. Where something is to be taken back of which that is not the place any more,
// waiting does not help.
func unmade(err error, forGood bool) error {
	var halt *apply.Halt
	var wait *apply.Wait
	switch {
	case errors.As(err, &halt):
		return err
	case forGood || errors.As(err, &wait):
		return &apply.Refused{Err: err}
	}
	return &apply.Halt{Why: err.Error() + ", and is left so"}
}

// setting is a change of a field that is rolled out.
type setting struct {
	*Rolled
	key, from, to string
	forGood       bool
}

// observe tells how far it is.
func (r Roll) observe(ctx context.Context, w *apply.Work, x *setting) (apply.Observation, error) {
	key, from, to := x.key, x.from, x.to
	o, is, err := r.read(ctx, x.Rolled)
	var gone *absent
	switch {
	case errors.As(err, &gone):
		return apply.IsFailed, unmade(err, x.forGood)
	case err != nil:
		return apply.IsUnderway, err
	}
	asked, was := w.Noted(sent + "/" + key)
	switch {
	case is != to && is != from, is == to && x.forGood && !noted(w, asks+"/"+key):
		return apply.IsFailed, unmade(others(x.Rolled, is), x.forGood)
	case is != to && was && asked.Detail == to:
		return apply.IsFailed, fmt.Errorf("%s has %q again: somebody else has set it back, as what keeps it in a repository does", x, is)
	case is != to:
		return apply.IsNotBegun, nil
	}
	begun, err := w.Note(ctx, rolls+"/"+key, to)
	if err != nil {
		return apply.IsUnderway, err
	}
	if x.unwell(o) != "" {
		if _, err := w.Note(ctx, turned+"/"+key, to); err != nil {
			return apply.IsUnderway, err
		}
	}
	took := w.Now().Sub(begun)
	most, err := time.ParseDuration(w.With(step.Within))
	over := err == nil && took >= most
	waits := x.waits(o, noted(w, turned+"/"+key) || over && !x.forGood)
	if waits == "" {
		return apply.IsDone, nil
	}
	if over {
		return apply.IsFailed, fmt.Errorf("it is not rolled out within %s: %s", words.Duration(most), waits)
	}
	return apply.IsUnderway, &apply.Wait{What: waits, Poll: pause}
}

// absent is the error of an object that is not there.
type absent struct{ x *Rolled }

func (e *absent) Error() string { return "there is no " + e.x.String() }

// read is the object and the value of its field; it has to be the one that it was planned for.
func (r Roll) read(ctx context.Context, x *Rolled) (o *unstructured.Unstructured, is string, err error) {
	ctx, done := r.c.brief(ctx)
	defer done()
	o, err = r.at(x).Get(ctx, x.name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, "", &absent{x}
	case err != nil:
		return nil, "", unread(x.String(), err)
	}
	if uid := string(o.GetUID()); x.uid != "" && uid != x.uid {
		return nil, "", &apply.Halt{Why: fmt.Sprintf("%s is another one than was planned for: its UID is %s", x, uid)}
	}
	is, _, err = x.value(o)
	return o, is, err
}

func (r Roll) at(x *Rolled) dynamic.ResourceInterface {
	return r.c.dynamic.Resource(x.of).Namespace(x.namespace)
}

// set sets the field where it still has the value of before: the server looks.
func (r Roll) set(ctx context.Context, x *Rolled, o *unstructured.Unstructured, from, to string) error {
	_, at, err := x.value(o)
	if err != nil {
		return &apply.Refused{Err: err}
	}
	type op struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}
	type remove struct {
		Op   string `json:"op"`
		Path string `json:"path"`
	}
	ops := []any{op{"test", "/metadata/uid", string(o.GetUID())}}
	missing := x.missing(o)
	switch {
	case from == "" && missing > 0: // it is added with what is missing above it
		var value any = to
		for _, f := range slices.Backward(x.path[len(x.path)-missing+1:]) {
			value = map[string]any{f: value}
		}
		if version := o.GetResourceVersion(); version != "" { // add replaces what somebody else has added meanwhile
			ops = append(ops, op{"test", "/metadata/resourceVersion", version})
		}
		ops = append(ops, op{"add", pointer(x.path[:len(x.path)-missing+1]), value})
	case to == "" && !x.empty:
		ops = append(ops, op{"test", at, from}, remove{"remove", at})
	default:
		ops = append(ops, op{"test", at, from}, op{"replace", at, to})
	}
	data, err := json.Marshal(ops)
	if err != nil {
		return &apply.Refused{Err: err}
	}
	ctx, done, err := r.c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	_, err = r.at(x).Patch(ctx, x.name, types.JSONPatchType, data, metav1.PatchOptions{FieldManager: "onus"})
	err = refused(err)
	var no *apply.Refused
	if errors.As(err, &no) && from == "" && missing > 0 {
		return r.unlessChanged(ctx, x, o, err)
	}
	return err
}

// unlessChanged is the error of an object that was not changed; one to be tried again where somebody else has changed it since it was
// read, as a controller does that writes its status.
func (r Roll) unlessChanged(ctx context.Context, x *Rolled, was *unstructured.Unstructured, err error) error {
	is, gone := r.at(x).Get(ctx, x.name, metav1.GetOptions{})
	if gone == nil && is.GetResourceVersion() != was.GetResourceVersion() {
		return &apply.Wait{What: x.String() + " was changed by somebody else meanwhile, and is looked at again", Poll: pause}
	}
	return err
}

// Describe reads what a step that rolls something out needs to know of its object, and adds it to its fields: the UID, and the
// value that is there. Why says that it cannot be rolled out.
func (r Roll) Describe(ctx context.Context, with map[string]string) (why string, err error) {
	x, err := RolledOf(with)
	if err != nil {
		return "", err
	}
	o, is, err := r.read(ctx, x)
	var gone *absent
	switch {
	case errors.As(err, &gone):
		return err.Error(), nil
	case o == nil:
		return "", err
	case err != nil:
		return err.Error(), nil
	}
	with[step.ObjectUID], with[step.Before] = string(o.GetUID()), is
	if is == "" && x.missing(o) == 0 {
		with[step.Empty] = "true"
	}
	return x.unmoved(o), nil
}
