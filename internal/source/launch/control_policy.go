package launch

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/origin"
)

// statement is one of a policy.
type statement struct {
	Effect      string                      `json:"Effect"`
	Action      words                       `json:"Action"`
	NotAction   words                       `json:"NotAction"`
	Resource    words                       `json:"Resource"`
	NotResource words                       `json:"NotResource"`
	Condition   map[string]map[string]words `json:"Condition"`
}

// statements are one, or several in a list, as policies have them.
type statements []json.RawMessage

// UnmarshalJSON takes a statement as a list of one.
func (s *statements) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		*s = statements{slices.Clone(data)}
		return nil
	}
	return json.Unmarshal(data, (*[]json.RawMessage)(s))
}

// UnmarshalJSON takes a text, a number or a truth value as a list of one.
func (w *words) UnmarshalJSON(data []byte) error {
	var all []json.RawMessage
	if json.Unmarshal(data, &all) != nil {
		all = []json.RawMessage{data}
	}
	*w = words{}
	for _, one := range all {
		text := ""
		if one = bytes.TrimSpace(one); json.Unmarshal(one, &text) != nil {
			if bytes.ContainsAny(one[:1], "{[") {
				return errWords
			}
			text = string(one)
		}
		*w = append(*w, text)
	}
	return nil
}

// launches is the call by which an instance is launched, and calls are those that a provider makes
// for one.
const launches = "ec2:RunInstances"

var calls = []string{launches, "ec2:CreateFleet", "ec2:CreateLaunchTemplate"}

// notUnderstood is why more may be denied than what was read.
const notUnderstood = "one of its statements is not understood"

// controlPolicy reads what aws organizations describe-policy prints of a service control policy:
// which launches it denies by the image. Where it is attached is not told there.
//
// Source: docs.aws.amazon.com/organizations/latest/userguide, SCP syntax; the user guide of EKS, Update
// organization controls for EKS Auto Mode, has the statement that lets some accounts through.
func controlPolicy(d *document.Document, at origin.Position) (cloud.LaunchRule, error) {
	var read struct {
		Policy struct {
			Summary struct {
				ID   string `json:"Id"`
				Name string `json:"Name"`
			} `json:"PolicySummary"`
			Content string `json:"Content"`
		} `json:"Policy"`
	}
	if err := decode(d, &read); err != nil {
		return cloud.LaunchRule{}, err
	}
	rule := cloud.LaunchRule{Kind: "ServiceControlPolicy", Name: cmp.Or(read.Policy.Summary.Name, read.Policy.Summary.ID), Position: at}
	var content struct {
		Statement statements `json:"Statement"`
	}
	if err := json.Unmarshal([]byte(read.Policy.Content), &content); err != nil {
		return rule, &document.Error{Line: d.Line("/Policy/Content"), Field: "Policy.Content", Msg: fmt.Sprintf("is no policy: %v", err)}
	}
	allows, allowed := false, false // it says what is allowed, and launches are
	for _, raw := range content.Statement {
		var s statement
		switch err := json.Unmarshal(raw, &s); {
		case err != nil || s.misspelt():
			rule.MayDeny = notUnderstood
		case s.Effect == "Deny":
			s.limits(&rule)
		case s.Effect == "Allow":
			allows, allowed = true, allowed || s.allows()
		default:
			rule.MayDeny = notUnderstood
		}
	}
	if allows && !allowed && rule.MayDeny == "" {
		rule.MayDeny = "it allows some calls, and launches are not among them"
	}
	return rule, nil
}

// misspelt reports whether something in the place of an action is none: service:call, or all of them.
func (s *statement) misspelt() bool {
	return slices.ContainsFunc(slices.Concat(s.Action, s.NotAction), func(a string) bool { return a != "*" && !strings.Contains(a, ":") })
}

// called reports whether a statement is about a call.
func (s *statement) called(call string) bool {
	fits := func(pattern string) bool { return cloud.Fits(pattern, call) }
	return slices.ContainsFunc(s.Action, fits) || len(s.NotAction) > 0 && !slices.ContainsFunc(s.NotAction, fits)
}

// allows reports whether it allows all that a launch takes.
func (s *statement) allows() bool {
	lacks := func(call string) bool { return !s.called(call) }
	return !slices.ContainsFunc(calls, lacks) && slices.Contains(s.Resource, "*") && s.Condition == nil
}

// limits adds to a rule what a statement denies of launches.
func (s *statement) limits(rule *cloud.LaunchRule) {
	if !slices.ContainsFunc(calls, s.called) {
		return
	}
	on := s.about()
	if !on.images && !on.some && !on.others {
		return
	}
	limit, open := s.excepted()
	switch {
	case open != "":
		rule.MayDeny = open
		return
	case !s.called(launches):
		rule.MayDeny = "it denies a call that a launch takes"
		return
	case on.some:
		rule.MayDeny = "it denies launches from some images"
	case on.others && (s.Condition != nil || !on.images):
		rule.MayDeny = "it denies launches for more than their image"
	}
	if on.images {
		limit.Regions = on.regions
		rule.Limits = append(rule.Limits, limit)
	}
}

// excepted is whose images it lets through: those that its condition excepts, or none where it has
// no condition. Open says what of the condition is not understood.
func (s *statement) excepted() (limit cloud.LaunchLimit, open string) {
	if s.Condition == nil {
		return limit, ""
	}
	if len(s.Condition) != 1 {
		return limit, "it denies launches on a condition that is not understood"
	}
	for operator, keys := range s.Condition {
		if len(keys) != 1 {
			return limit, "it denies launches on a condition that is not understood: " + operator
		}
		name := strings.TrimSuffix(operator, "IfExists")
		like := name == "StringNotLike"
		for key, values := range keys {
			switch {
			case strings.EqualFold(key, "aws:ResourceAccount"):
				limit.By = cloud.ByAccount
			case strings.EqualFold(key, "ec2:Owner"): // of images of the provider it is the name of the group
				limit.By = cloud.ByGroup
			default:
				name = ""
			}
			variable := slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "${") })
			if !like && name != "StringNotEquals" && name != "StringNotEqualsIgnoreCase" || name == "" || variable {
				return limit, "it denies launches on a condition of " + operator + " " + key
			}
			limit.Owners = slices.DeleteFunc(slices.Clone(values), func(v string) bool { // what no owner is called
				return !like && strings.ContainsAny(v, "*?") || name != "StringNotEqualsIgnoreCase" && v != strings.ToLower(v)
			})
		}
	}
	return limit, ""
}
