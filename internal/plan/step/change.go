package step

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/finding"
)

// The actions of a plan of fixes, each with the fields of Action.With that it takes. All have Object and Resource.
const (
	// Change sets Edits of the object with ObjectUID, where each field still has the value of before. It is done once its
	// controller has seen it, and the pods that it asks for are ready.
	Change = "change/kubernetes"
	// Unchange sets them back, where they are as Change has left them: the same fields, and Mark.
	Unchange = "change-back/kubernetes"
	// Create makes the object Value, where there is none of its name.
	Create = "create/kubernetes"
	// Uncreate deletes it, where it is as Create has made it: the same fields.
	Uncreate = "create-back/kubernetes"
	// Delete deletes the object with ObjectUID, where it still is Value.
	Delete = "delete/kubernetes"
	// Undelete makes Value again: the same fields.
	Undelete = "delete-back/kubernetes"
)

// Marking is the annotation on each object that a plan of fixes has changed or made: the plan, and the token of the change. By
// it an answer that was lost is told from what somebody else has done, and only what carries it is taken back.
const Marking = "onus.dev/change"

// Uncovered holds while no PDB but Object is over a pod that Selector takes in Namespace: the eviction API refuses pods of two.
const Uncovered = "uncovered"

// The fields of those.
const (
	// Object is a kind and a name as facts have them: PodDisruptionBudget shop/web. That is one field, so that an object of
	// another kind that is called like it is not taken for it.
	Object   = "object"
	Edits    = "edits"    // a list as JSON
	Value    = "value"    // an object as JSON
	Mark     = "mark"     // the annotation of an earlier plan that the object had; empty for none
	Selector = "selector" // of labels, as JSON
)

// NameOf are the parts of Object.
func NameOf(object string) (kind, namespace, name string, err error) {
	kind, name, ok := strings.Cut(object, " ")
	if in, of, namespaced := strings.Cut(name, "/"); namespaced {
		namespace, name = in, of
	}
	if !ok || kind == "" || name == "" {
		return "", "", "", fmt.Errorf("%s is %q, wants a kind and a name", Object, object)
	}
	return kind, namespace, name, nil
}

// EditsOf are those of an action.
func EditsOf(with map[string]string) (all []finding.Edit, err error) {
	if err := json.Unmarshal([]byte(with[Edits]), &all); err != nil {
		return nil, fmt.Errorf("%s is no list of edits: %w", Edits, err)
	}
	for _, e := range all {
		if !strings.HasPrefix(e.Path, "/") {
			return nil, fmt.Errorf("%s has the path %q, wants such as /spec/replicas", Edits, e.Path)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s is empty", Edits)
	}
	return all, nil
}
