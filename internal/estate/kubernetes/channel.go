package kubernetes

import (
	"slices"

	"github.com/onus-project/onus/internal/contract"
)

// Channel is what the objects of an estate set something to, and where the first does. Where
// none does, or two differ, there is no such object; open says that it is set all the same, to what is
// not known here or not the same everywhere.
func (e *Estate) Channel(l *contract.Left) (value string, at *Object, open bool) {
	for i := range e.Objects {
		o := &e.Objects[i]
		for _, s := range l.At {
			v, set := o.Values[s.Key]
			if !set || !slices.Contains(s.API, o.API) {
				continue
			}
			if v == "" || value != "" && v != value {
				open = true
				continue
			}
			value, at = v, o
		}
	}
	if open {
		return "", nil, true
	}
	return value, at, false
}
