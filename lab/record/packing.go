package record

import (
	"encoding/json"
	"slices"
	"strings"
)

// packing is which pods share a node in an estate, whatever their names: a
// repetition that starts from another one tells of another estate.
func packing(estate []byte) ([]string, error) {
	var list struct {
		Items []struct {
			Kind     string
			Metadata struct {
				Name   string
				Labels map[string]string
			}
			Spec struct{ NodeName string }
		}
	}
	if err := json.Unmarshal(estate, &list); err != nil {
		return nil, err
	}
	on := map[string][]string{}
	for _, x := range list.Items {
		switch x.Kind {
		case "Node":
			on[x.Metadata.Name] = append(on[x.Metadata.Name], "")
		case "Pod":
			on[x.Spec.NodeName] = append(on[x.Spec.NodeName], x.Metadata.Labels["app"])
		}
	}
	var all []string
	for _, apps := range on {
		slices.Sort(apps)
		all = append(all, strings.Join(apps, " "))
	}
	slices.Sort(all)
	return all, nil
}
