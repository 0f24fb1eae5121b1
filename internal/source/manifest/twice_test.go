package manifest

import (
	"strings"
	"testing"
)

// Where the items of a List stand there twice the last count, as kubectl takes them.
func TestLastItemsCount(t *testing.T) {
	item := func(name string) string {
		return `{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"` + name + `"},"spec":{"minAvailable":1}}`
	}
	const twice = "items: stands here twice: the last one counts"
	for _, c := range []struct{ name, text, want, faults string }{
		{"JSON", `{"kind":"List","items":[` + item("a") + `,` + item("b") + `],` + "\n" + `"items":[` + item("c") + `]}`, "c", "2"},
		{"JSON, with the kind behind", `{"items":[` + item("a") + `],` + "\n" + `"items":[` + item("c") + `],"kind":"List"}`, "c", "2"},
		{"JSON, three times", `{"kind":"List","items":[` + item("a") + `],` + "\n" + `"items":[` + item("b") + `],` + "\n" +
			`"items":[` + item("c") + `]}`, "c", "2 3"},
		{"JSON, none", `{"kind":"List","items":[` + item("a") + `],` + "\n" + `"items":[]}`, "", "2"},
		{"JSON, one behind another", `{"kind":"List","items":[` + item("a") + `]}` + "\n" + `{"kind":"List","items":[` +
			item("b") + `],"items":[` + item("c") + `]}`, "a c", "2"},
		{"YAML", "kind: List\nitems:\n- " + item("a") + "\n- " + item("b") + "\nitems:\n- " + item("c") + "\n", "c", "5"},
		{"YAML, one behind another", "kind: List\nitems:\n- " + item("a") + "\n---\nkind: List\nitems:\n- " + item("b") +
			"\nitems:\n- " + item("c") + "\n", "a c", "8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, faults := readRaw(t, c.text)
			var names, lines []string
			for i := range raw.Budgets {
				names = append(names, raw.Budgets[i].Name)
			}
			for _, f := range faults {
				line, said, _ := strings.Cut(strings.TrimPrefix(f.Error.Error(), "x.yaml:"), ": ")
				if lines = append(lines, line); said != twice {
					t.Errorf("said is %s", said)
				}
			}
			if got := strings.Join(names, " "); got != c.want || strings.Join(lines, " ") != c.faults {
				t.Errorf("read %q, want %q; faults on lines %q, want %q", got, c.want, lines, c.faults)
			}
			if raw.Seen.Objects != len(raw.Budgets) {
				t.Errorf("counted %d objects", raw.Seen.Objects)
			}
		})
	}
}
