package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/onus-project/onus/internal/plan"
)

// Facts are facts of a plan as they are now: those of objects that are gone are left out.
func (c *Client) Facts(ctx context.Context, asked []plan.Fact) (now []plan.Fact, err error) {
	objects := map[string]*unstructured.Unstructured{}
	for _, f := range asked {
		o, read := objects[f.Object]
		if !read {
			if o, err = c.named(ctx, f.Object); err != nil {
				return nil, notRead(f.Object, err)
			}
			objects[f.Object] = o
		}
		if o == nil {
			continue
		}
		now = append(now, plan.Fact{Object: f.Object, Field: f.Field, Value: valueAt(o.Object, f.Field)})
	}
	return now, nil
}

// notRead is the error of an object that could not be read: where that is not allowed, waiting does not help.
func notRead(object string, err error) error {
	if read := unread(object, err); isHalt(read) {
		return read
	}
	return fmt.Errorf("%s: %w", object, err)
}

// named is the object of a fact, such as PodDisruptionBudget shop/web; nil where there is none.
func (c *Client) named(ctx context.Context, object string) (*unstructured.Unstructured, error) {
	kind, name, ok := strings.Cut(object, " ")
	if !ok {
		return nil, errors.New("wants a kind and a name")
	}
	namespace := ""
	if ns, rest, in := strings.Cut(name, "/"); in {
		namespace, name = ns, rest
	}
	o, err := c.get(ctx, kind, namespace, name)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return o, err
}

// valueAt is a field by its path, as a text; empty where it is not set. Names with dots, such
// as those of labels, stand in brackets.
func valueAt(object map[string]any, path string) string {
	var at any = object
	for path != "" {
		var name string
		if rest, in := strings.CutPrefix(path, "["); in {
			name, path, _ = strings.Cut(rest, "]")
		} else if i := strings.IndexAny(path, ".["); i >= 0 {
			name, path = path[:i], path[i:]
		} else {
			name, path = path, ""
		}
		path = strings.TrimPrefix(path, ".")
		fields, ok := at.(map[string]any)
		if !ok {
			return ""
		}
		at = fields[name]
	}
	return plan.AsFact(at)
}

func fromMap(value map[string]any, to any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}

// part reads the spec or the status of an object; nothing where there is none.
func part(o *unstructured.Unstructured, name string, to any) error {
	if value, ok := o.Object[name].(map[string]any); ok {
		return fromMap(value, to)
	}
	return nil
}
