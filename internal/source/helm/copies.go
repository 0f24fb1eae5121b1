package helm

import (
	"github.com/mitchellh/copystructure"
	"helm.sh/helm/v4/pkg/chart/common"
)

// deepCopy is that of Helm's functions. Charts copy all their values for each template
// that they include, and most of the time that a large one takes goes into that: what
// is made of maps, lists and scalars is copied without looking at its types one by one.
func deepCopy(v any) (any, error) {
	if v != nil {
		if twin, ok := copied(v); ok {
			return twin, nil
		}
	}
	return copystructure.Copy(v)
}

// copied is a value's copy; false where it holds anything but what values are made of.
func copied(v any) (any, bool) {
	switch v := v.(type) {
	case nil, string, bool, float64, int, int64:
		return v, true
	case map[string]any:
		return copiedMap(v)
	case common.Values:
		twin, ok := copiedMap(v)
		return common.Values(twin), ok
	case []any:
		if v == nil {
			return nil, false
		}
		twin := make([]any, len(v))
		for i := range v {
			var ok bool
			if twin[i], ok = copied(v[i]); !ok {
				return nil, false
			}
		}
		return twin, true
	}
	return nil, false
}

func copiedMap(m map[string]any) (map[string]any, bool) {
	if m == nil {
		return nil, false
	}
	twin := make(map[string]any, len(m))
	for key, value := range m {
		own, ok := copied(value)
		if !ok {
			return nil, false
		}
		twin[key] = own
	}
	return twin, true
}
