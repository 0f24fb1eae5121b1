package manifest

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
)

// fieldsOf are the names that a part of a Karpenter NodePool may have, nil for any, and
// what is to be said of some that people write for them.
type fieldsOf struct {
	names []string
	meant map[string]string
}

// The fields of karpenter.sh/v1 by which its nodes go. Of others, such as those of earlier
// versions of the API, kubectl says that they are unknown, and an API server drops them:
// the pool then does something else than is written.
//
// Source: Disruption and Budget in pkg/apis/v1/nodepool.go, NodeClaimTemplateSpec in
// pkg/apis/v1/nodeclaim.go of Karpenter 1.14. Of a template others do no harm here.
var (
	disruptionFields = fieldsOf{
		names: []string{"consolidateAfter", "consolidationPolicy", "budgets"},
		meant: map[string]string{"expireAfter": "it belongs to spec.template.spec, and nodes live 720h where it is not set there"},
	}
	nodeBudgetFields = fieldsOf{
		names: []string{"nodes", "schedule", "duration", "reasons"},
		meant: map[string]string{
			"timeZone": "schedules count in UTC",
			"timezone": "schedules count in UTC",
			"node":     "nodes is meant, which is 10% where it is not set",
			"reason":   "reasons is meant, without which a budget is for every reason",
		},
	}
	poolTemplateFields = fieldsOf{
		meant: map[string]string{
			"terminationGracePeriodSeconds": "terminationGracePeriod is meant, without which a drain waits without end",
			"ttlSecondsUntilExpired":        "expireAfter is meant, which is 720h where it is not set",
		},
	}
)

// poolFields refuses a field that no NodePool has, where it decides how nodes go.
func (r poolReader) poolFields(doc *document.Document) error {
	var written struct {
		Spec struct {
			Disruption map[string]jsontext.Value `json:"disruption"`
			Template   struct {
				Spec map[string]jsontext.Value `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &written); err != nil {
		return err
	}
	if err := r.known(doc, "/spec/disruption", written.Spec.Disruption, disruptionFields); err != nil {
		return err
	}
	if err := r.known(doc, "/spec/template/spec", written.Spec.Template.Spec, poolTemplateFields); err != nil {
		return err
	}
	var budgets struct {
		Spec struct {
			Disruption struct {
				Budgets []map[string]jsontext.Value `json:"budgets"`
			} `json:"disruption"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &budgets); err != nil {
		return err
	}
	for i, b := range budgets.Spec.Disruption.Budgets {
		at := jsontext.Pointer("/spec/disruption/budgets/" + strconv.Itoa(i))
		if err := r.known(doc, at, b, nodeBudgetFields); err != nil {
			return err
		}
	}
	return nil
}

// known refuses the first of some members, by name, that is no field.
func (r poolReader) known(doc *document.Document, at jsontext.Pointer, members map[string]jsontext.Value, fields fieldsOf) error {
	unknown := ""
	for name := range members {
		wrong := fields.meant[name] != "" || fields.names != nil && !slices.Contains(fields.names, name)
		if wrong && (unknown == "" || name < unknown) {
			unknown = name
		}
	}
	if unknown == "" {
		return nil
	}
	said := "is no field of karpenter.sh/v1"
	if meant := fields.meant[unknown]; meant != "" {
		said += ": " + meant
	}
	return r.fault(doc, at.AppendToken(unknown), said)
}
