package finding

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Data is a value of no fixed type (a whole object, a list, a number) as JSON.
// It is empty for nothing.
type Data []byte

// DataOf is a value as data: a struct, map, list or scalar that encodes to JSON.
func DataOf(v any) Data {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // people read it
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("a change holds what JSON cannot: %v", err)) // changes are made of plain structs
	}
	return bytes.TrimSpace(out.Bytes())
}

// MarshalJSON publishes the value itself.
func (d Data) MarshalJSON() ([]byte, error) {
	if len(d) == 0 {
		return []byte("null"), nil
	}
	return d, nil
}

// UnmarshalJSON keeps the value as it is.
func (d *Data) UnmarshalJSON(data []byte) error {
	*d = bytes.Clone(data)
	return nil
}
