package launch

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
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
type statements []statement

// UnmarshalJSON takes a statement as a list of one.
func (s *statements) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		*s = make(statements, 1)
		return json.Unmarshal(data, &(*s)[0])
	}
	return json.Unmarshal(data, (*[]statement)(s))
}

// UnmarshalJSON takes a text as a list of one.
func (w *words) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*w = words{one}
		return nil
	}
	var all []string
	if json.Unmarshal(data, &all) != nil {
		return errWords
	}
	*w = all
	return nil
}

// launches is the call by which an instance is launched, and image what stands for one of the
// images that it may be launched from, of any owner.
const (
	launches = "ec2:RunInstances"
	image    = "arn:aws:ec2:eu-central-1::image/ami-0"
)

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
	for i := range content.Statement {
		content.Statement[i].limits(&rule)
	}
	return rule, nil
}

// limits adds to a rule what a statement denies: where several do, what each lets through.
func (s *statement) limits(rule *cloud.LaunchRule) {
	if s.Effect != "Deny" || !s.about() {
		return
	}
	lets, open := s.lets()
	switch {
	case open != "":
		rule.MayDeny = open
	case !rule.Limits:
		rule.Limits, rule.Lets = true, lets
	default:
		rule.Lets = both(rule.Lets, lets)
	}
}

// ownersOfAWS is the name of the group of owners that all accounts of AWS itself are in.
const ownersOfAWS = "amazon"

// both are those that two lists let through. An account of AWS is let through by its group, too;
// that others are not is of no account here.
func both(these, those []string) []string {
	var all []string
	for _, pair := range [][2][]string{{these, those}, {those, these}} {
		for _, of := range pair[0] {
			if (slices.Contains(pair[1], of) || slices.Contains(pair[1], ownersOfAWS)) && !slices.Contains(all, of) {
				all = append(all, of)
			}
		}
	}
	return all
}

// about reports whether it is about the launch of instances, by their image.
func (s *statement) about() bool {
	plain := strings.NewReplacer("/", ":", `\`, `\\`, "[", `\[`) // of patterns there are no more than * and ?
	fits := func(patterns words, what string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool {
			ok, _ := path.Match(strings.ToLower(plain.Replace(p)), strings.ToLower(strings.ReplaceAll(what, "/", ":")))
			return ok
		})
	}
	called := fits(s.Action, launches) || len(s.NotAction) > 0 && !fits(s.NotAction, launches)
	return called && (fits(s.Resource, image) || len(s.NotResource) > 0 && !fits(s.NotResource, image))
}

// lets is whose images it lets through: those that its condition excepts, or none where it has no
// condition. Open says what of the condition is not understood.
func (s *statement) lets() (lets []string, open string) {
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for key, values := range s.Condition[operator] {
			excepts := strings.HasPrefix(operator, "StringNotEquals") || strings.HasPrefix(operator, "StringNotLike")
			owner := strings.EqualFold(key, "aws:ResourceAccount") || strings.EqualFold(key, "ec2:Owner")
			if !excepts || !owner || len(s.Condition) > 1 || len(s.Condition[operator]) > 1 {
				return nil, "it denies launches on a condition of " + operator + " " + key
			}
			lets = values
		}
	}
	return lets, ""
}
