package apply

import "github.com/go-json-experiment/json"

// detail is what a change is about, as the journal keeps it.
func detail(about map[string]string) string {
	if len(about) == 0 {
		return ""
	}
	data, err := json.Marshal(about, json.Deterministic(true))
	if err != nil { // texts that are no UTF-8: the change stands in the journal without them
		return ""
	}
	return string(data)
}

func aboutOf(detail string) map[string]string {
	about := map[string]string{}
	if err := json.Unmarshal([]byte(detail), &about); err != nil {
		return nil // there is none
	}
	return about
}
