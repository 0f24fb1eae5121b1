package helm

import (
	"reflect"

	"github.com/mitchellh/copystructure"
	"helm.sh/helm/v4/pkg/chart/common"
)

// deepCopy is that of Helm's functions. Charts copy all their values for each template
// that they include, and most of the time that a large one takes goes into that: maps, lists
// and scalars are copied without looking at their types one by one, and what else stands among
// them by the library.
func deepCopy(v any) (any, error) {
	switch v := v.(type) {
	case string, bool, float64, int, int64:
		return v, nil
	case map[string]any:
		if v != nil {
			return copiedMap(v)
		}
	case common.Values:
		if v != nil {
			twin, err := copiedMap(v)
			return common.Values(twin), err
		}
	case []any:
		if v != nil {
			twin := make([]any, len(v))
			for i := range v {
				var err error
				if twin[i], err = part(v[i]); err != nil {
					return nil, err
				}
			}
			return twin, nil
		}
	}
	if twin, ok := copiedFiles(v); ok {
		return twin, nil
	}
	return copystructure.Copy(v)
}

// copiedFiles is a copy of the files of a chart by their names, of whatever type the engine has
// these: the library looks at each byte of them. Charts copy all that a template is given, and
// the files stand beside the values there.
func copiedFiles(v any) (any, bool) {
	all := reflect.ValueOf(v)
	if all.Kind() != reflect.Map || all.IsNil() || all.Type().Key().Kind() != reflect.String ||
		all.Type().Elem() != reflect.TypeFor[[]byte]() {
		return nil, false
	}
	twin := reflect.MakeMapWithSize(all.Type(), all.Len())
	for name, data := range all.Seq2() {
		own := reflect.Zero(data.Type())
		if !data.IsNil() {
			own = reflect.MakeSlice(data.Type(), data.Len(), data.Len())
			reflect.Copy(own, data)
		}
		twin.SetMapIndex(name, own)
	}
	return twin.Interface(), true
}

func copiedMap(m map[string]any) (map[string]any, error) {
	twin := make(map[string]any, len(m))
	for key, value := range m {
		own, err := part(value)
		if err != nil {
			return nil, err
		}
		twin[key] = own
	}
	return twin, nil
}

// part is a copy of what stands in a map or a list, where there may be nothing.
func part(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return deepCopy(v)
}
