package document

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

// A member that is found without the decoder is the one that it finds.
func TestPlainMember(t *testing.T) {
	keys := []string{"kind", "apiVersion", "a", "b\"", "ü"}
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any {
			scalars := []any{nil, true, 1.5, -3, "", "Pod", "a\"b", "}{", "ü", "\\\\"}
			of := rapid.IntRange(0, len(scalars)+1).Draw(t, "of")
			if of < len(scalars) || depth == 0 {
				return scalars[of%len(scalars)]
			}
			names := rapid.SliceOfN(rapid.SampledFrom(keys), 0, 4).Draw(t, "names")
			list, object := []any{}, map[string]any{}
			for _, name := range names {
				v := value(depth-1).Draw(t, "value")
				list, object[name] = append(list, v), v
			}
			if of == len(scalars) {
				return list
			}
			return object
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		raw, err := json.Marshal(value(3).Draw(t, "value"))
		if rapid.Bool().Draw(t, "indented") {
			raw, err = json.MarshalIndent(json.RawMessage(raw), " ", "\t")
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keys {
			want := ""
			if dec, there := (&Document{raw: raw}).member(key); there {
				if v, err := dec.ReadToken(); err == nil && v.Kind() == '"' {
					want = v.String()
				}
			}
			if got, ok := plainMember(raw, key); ok && got != want {
				t.Fatalf("%s: %q is %q, want %q", raw, key, got, want)
			} else if !ok && want == "Pod" && isPlain(raw) {
				t.Fatalf("%s: %q is not found", raw, key)
			}
		}
	})
}

func isPlain(raw []byte) bool {
	for _, c := range raw {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}
