package helm

import (
	"reflect"
	"testing"

	"github.com/mitchellh/copystructure"
	"helm.sh/helm/v4/pkg/chart/common"
	"pgregory.net/rapid"
)

// value is anything that values of a chart may hold, so deep.
func value(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		most := 8
		if depth == 0 {
			most = 5
		}
		keys := rapid.SliceOfN(rapid.StringMatching(`[a-c]`), 0, 3)
		switch rapid.IntRange(0, most).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.String().Draw(t, "string")
		case 2:
			return rapid.Bool().Draw(t, "bool")
		case 3:
			return rapid.Float64().Draw(t, "float")
		case 4:
			return rapid.Int64().Draw(t, "int64")
		case 5:
			return []string{"of another type"}
		case 6:
			all := []any{}
			for range keys.Draw(t, "elements") {
				all = append(all, value(depth-1).Draw(t, "element"))
			}
			return all
		case 7:
			all := common.Values{}
			for _, key := range keys.Draw(t, "keys") {
				all[key] = value(depth-1).Draw(t, "value")
			}
			return all
		}
		all := map[string]any{}
		for _, key := range keys.Draw(t, "keys") {
			all[key] = value(depth-1).Draw(t, "value")
		}
		return all
	})
}

// A copy is what the library makes, in the same types, and nothing of it is shared.
func TestDeepCopy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := value(3).Draw(t, "value")
		if v == nil {
			return
		}
		want, err := copystructure.Copy(v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := deepCopy(v)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%#v, %v, want %#v", got, err, want)
		}
	})
	for name, v := range map[string]any{
		"no list": []any(nil), "no map": map[string]any(nil), "no values": common.Values(nil), "of another type": []any{[]string{"a"}},
		"in a map": map[string]any{"a": []string{"b"}}, "in values": common.Values{"a": []string{"b"}},
	} {
		want, _ := copystructure.Copy(v)
		if got, err := deepCopy(v); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v, want %#v", name, got, err, want)
		}
	}
	inner := map[string]any{"a": []any{1}}
	twin, _ := deepCopy(map[string]any{"inner": inner})
	inner["a"].([]any)[0] = 2
	if got := twin.(map[string]any)["inner"].(map[string]any)["a"].([]any)[0]; got != 1 {
		t.Errorf("a part is shared: %v", got)
	}
}

// So is that of files, of whatever type the engine has them.
func TestDeepCopyOfFiles(t *testing.T) {
	type files map[string][]byte
	given := files{"a": []byte("text"), "b": nil, "c": {}}
	got, err := deepCopy(map[string]any{"Files": given})
	if err != nil {
		t.Fatal(err)
	}
	want, err := copystructure.Copy(map[string]any{"Files": given})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%#v, want %#v", got, want)
	}
	got.(map[string]any)["Files"].(files)["a"][0] = 'n'
	if string(given["a"]) != "text" {
		t.Error("shares them")
	}
	if none, err := deepCopy(files(nil)); err != nil || !reflect.DeepEqual(none, files(nil)) {
		t.Errorf("none: %#v, %v", none, err)
	}
}
