package kubernetes

import (
	"context"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/words"
)

type attributes = authorizationv1.ResourceAttributes

// fewObjects are as many as are asked about one by one: of more the rules are read that somebody has in a namespace, which is one
// question for all of them.
const fewObjects = 4

// asking asks what somebody may do, each kind of right once.
type asking struct {
	c         *Client
	namespace string // in which the rules are read of what is in none
	rules     map[string]*rules
}

// rules are those that somebody has in a namespace.
type rules struct {
	all   []authorizationv1.ResourceRule
	whole bool // the server says that there are no others
}

// missing says what is missing of a right; empty for nothing.
func (a *asking) missing(ctx context.Context, r *right) (string, error) {
	may, err := a.c.may(ctx, r.of)
	switch {
	case may || err != nil:
		return "", err
	case r.all || len(r.alone) == 0:
		return r.String(), nil
	}
	without, err := a.without(ctx, r.alone)
	if err != nil {
		return "", err
	}
	switch len(without) {
	case 0:
		return "", nil
	case len(r.alone): // whether it is to be granted by names is up to who grants it
		return r.String(), nil
	}
	var of []string
	for _, x := range without {
		of = append(of, strings.Trim(x.Namespace+"/"+x.Name, "/"))
	}
	return r.String() + " of " + words.Few(of), nil
}

// without are those of some rights to single objects that are missing.
func (a *asking) without(ctx context.Context, all []attributes) (none []attributes, err error) {
	if len(all) <= fewObjects {
		return a.each(ctx, all)
	}
	told := map[*authorizationv1.ResourceRule][]attributes{} // nil has those of which no rule is known
	var open []attributes
	whole := true
	for _, of := range all {
		by, err := a.rulesIn(ctx, of.Namespace)
		if err != nil {
			return nil, err
		}
		if by == nil { // nobody tells them
			open = append(open, of)
			continue
		}
		rule := by.over(&of)
		if rule == nil {
			whole = whole && by.whole
		} else if of.Namespace != "" {
			continue
		}
		told[rule] = append(told[rule], of)
	}
	for rule, of := range told {
		// A rule of a role is no right to what is in no namespace, and who tells the rules may not know of all: one of each is asked
		// about.
		may, err := a.c.may(ctx, of[0])
		switch {
		case err != nil:
			return nil, err
		case may == (rule != nil) && (rule != nil || whole):
			if !may {
				none = append(none, of...)
			}
		default:
			open = append(open, of...)
		}
	}
	more, err := a.each(ctx, open)
	if err != nil {
		return nil, err
	}
	none = append(none, more...)
	order := func(of attributes) int { return slices.Index(all, of) }
	slices.SortFunc(none, func(x, y authorizationv1.ResourceAttributes) int { return order(x) - order(y) })
	return none, nil
}

// each asks about one after the other.
func (a *asking) each(ctx context.Context, all []attributes) (none []attributes, err error) {
	for _, of := range all {
		may, err := a.c.may(ctx, of)
		if err != nil {
			return nil, err
		}
		if !may {
			none = append(none, of)
		}
	}
	return none, nil
}

// rulesIn are those that somebody has in a namespace, asked for once; nil where nobody tells them.
func (a *asking) rulesIn(ctx context.Context, namespace string) (*rules, error) {
	if namespace == "" {
		namespace = a.namespace
	}
	if x, known := a.rules[namespace]; known {
		return x, nil
	}
	within, done := a.c.brief(ctx)
	defer done()
	is, err := a.c.kube.AuthorizationV1().SelfSubjectRulesReviews().Create(within, &authorizationv1.SelfSubjectRulesReview{
		Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace}}, metav1.CreateOptions{})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if a.rules[namespace] = nil; err == nil {
		a.rules[namespace] = &rules{is.Status.ResourceRules, !is.Status.Incomplete}
	}
	return a.rules[namespace], nil
}

// over is a rule that grants a right; nil where none does.
func (x *rules) over(of *attributes) *authorizationv1.ResourceRule {
	has := func(all []string, what string) bool { return slices.Contains(all, what) || slices.Contains(all, "*") }
	resource := of.Resource
	if of.Subresource != "" {
		resource += "/" + of.Subresource
	}
	for i := range x.all {
		r := &x.all[i]
		named := len(r.ResourceNames) == 0 || of.Name != "" && slices.Contains(r.ResourceNames, of.Name)
		if has(r.Verbs, of.Verb) && has(r.APIGroups, of.Group) && named &&
			(has(r.Resources, resource) || of.Subresource != "" && slices.Contains(r.Resources, "*/"+of.Subresource)) {
			return r
		}
	}
	return nil
}
