package manifest

import (
	"errors"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// instant is a time as the API server writes it, in UTC; zero where it is null.
type instant struct{ time.Time }

// UnmarshalJSONFrom says what is wrong with a time in words of its reader.
func (t *instant) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() == 'n' {
		*t = instant{}
		return nil
	}
	if err := t.UnmarshalJSON(value); err != nil {
		return errors.New("is " + string(value) + ", wants a time such as 2026-11-22T06:12:00Z")
	}
	t.Time = t.UTC()
	return nil
}
