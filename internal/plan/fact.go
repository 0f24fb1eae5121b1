package plan

import "github.com/go-json-experiment/json"

// AsFact is a value of a field as facts have it, when they are planned and when they are read again: a text as it is, and others as
// JSON; empty for nothing.
func AsFact(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return ""
	}
	return string(data)
}
