package scenario

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// channel is what the objects of an estate set something to, and where the first does;
// empty where none does, or where two differ.
func channel(e *kubernetes.Estate, l *contract.Left) (value string, at *kubernetes.Object) {
	for i := range e.Objects {
		o := &e.Objects[i]
		for _, s := range l.At {
			v := o.Values[s.Key]
			if v == "" || !slices.Contains(s.API, o.API) {
				continue
			}
			if value != "" && v != value {
				return "", nil
			}
			value, at = v, o
		}
	}
	return value, at
}

// leaves takes out of a contract what the settings that were read leave to the customer,
// and says so.
func leaves(e *kubernetes.Estate, c *contract.Contract, provider string) (some *contract.Contract, says string) {
	return c.Without(func(t *contract.Terms) bool {
		value, at := channel(e, &t.Unless)
		if at == nil || !t.Unless.To(value) {
			return false
		}
		says = fmt.Sprintf("%s makes no %s here: %s of %s is %s.", provider, t.Title(), t.Unless.Setting, at.Name, value)
		return true
	}), says
}
