package manifest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/origin"
)

// When a snapshot was taken and what it lacks is known wherever that stands,
// and in whatever form the snapshot has come to be.
func TestReadSnapshot(t *testing.T) {
	const node = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","creationTimestamp":"2026-11-22T06:00:00Z"}}`
	const unread = `[{"resource":"poddisruptionbudgets.policy","kind":"PodDisruptionBudget","cause":"forbidden","reason":"forbidden"},` +
		`{"resource":"nodepools.karpenter.sh","kind":"NodePool","reason":"timed out: no answer"}]`
	const before = `{"schema":"onus.snapshot/v1","apiVersion":"v1","kind":"List","taken":"2026-11-22T06:12:00Z","context":"prod",` + "\n"
	for _, c := range []struct{ name, text, want string }{
		{"as written", before + `"items":[` + "\n" + node + "\n],\n\"unread\":" + unread + "}", "node n1@3\n"},
		{"unread before the items", before + `"unread":` + unread + `,"items":[` + node + "]}", "node n1@2\n"},
		{"all around behind the items", `{"kind":"List","apiVersion":"v1","items":[` + node + `],"unread":` + unread +
			`,"taken":"2026-11-22T06:12:00Z","schema":"onus.snapshot/v1"}`, "node n1@1\n"},
		{"the kind behind the items", `{"items":[` + node + `],"kind":"List","apiVersion":"v1","unread":` + unread +
			`,"taken":"2026-11-22T06:12:00Z","schema":"onus.snapshot/v1"}`, "node n1@1\n"},
		{"nothing else", before + `"items":[],"unread":` + unread + "}", ""},
		{"no items", before + `"unread":` + unread + "}", ""},
		{"in an array", "[" + before + `"items":[` + node + `],"unread":` + unread + "}]", "node n1@2\n"},
		{"in a List", `{"apiVersion":"v1","kind":"List","items":[` + before + `"items":[` + node + `],"unread":` + unread + "}]}", "node n1@2\n"},
		{"as YAML", "schema: onus.snapshot/v1\napiVersion: v1\nkind: List\nitems:\n- " + node + "\ntaken: 2026-11-22T06:12:00Z\nunread: " +
			unread + "\n", "node n1@5\n"},
		{"as YAML with sorted keys", "apiVersion: v1\nitems:\n- " + node + "\nkind: List\nschema: onus.snapshot/v1\n" +
			"taken: \"2026-11-22T06:12:00Z\"\nunread: " + unread + "\n", "node n1@3\n"},
		{"as YAML with items in flow style", "schema: onus.snapshot/v1\napiVersion: v1\nkind: List\nitems: [" + node +
			"]\ntaken: 2026-11-22T06:12:00Z\nunread: " + unread + "\n", "node n1@4\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := mustRead(t, c.text)
			if got := summary(e); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
			want := []origin.Unread{
				{Resource: "poddisruptionbudgets.policy", Kind: "PodDisruptionBudget", Cause: origin.Forbidden, Reason: "forbidden"},
				{Resource: "nodepools.karpenter.sh", Kind: "NodePool", Cause: origin.TimedOut, Reason: "timed out: no answer"},
			}
			if !slices.Equal(e.Unread, want) {
				t.Errorf("unread: %v", e.Unread)
			}
			if taken := time.Date(2026, 11, 22, 6, 12, 0, 0, time.UTC); !e.Newest.Equal(taken) || !e.Live {
				t.Errorf("newest %v, live %v", e.Newest, e.Live)
			}
			if e.Seen.Objects != strings.Count(c.want, "\n") {
				t.Errorf("%d objects", e.Seen.Objects)
			}
		})
	}
}

// What only looks like a snapshot is read as the List it is.
func TestReadNoSnapshot(t *testing.T) {
	e := mustRead(t, `{"schema":"other/v1","apiVersion":"v1","kind":"List","items":[],"taken":"2026-11-22T06:12:00Z",`+
		`"unread":[{"kind":"Pod"}]}`)
	if e.Live || !e.Newest.IsZero() || len(e.Unread) > 0 {
		t.Errorf("%+v", e)
	}
}

func TestReadSnapshotFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"of another version", "{\"kind\":\"List\",\"apiVersion\":\"v1\",\n\"schema\":\"onus.snapshot/v2\",\"items\":[]}",
			"<stdin>:2: schema: is onus.snapshot/v2, wants onus.snapshot/v1"},
		{"an instant behind the items", "{\"schema\":\"onus.snapshot/v1\",\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\n],\n" +
			"\"taken\":\"today\"}", `<stdin>:3: taken: is "today", wants a time such as 2026-11-22T06:12:00Z`},
		{"unread", "{\"schema\":\"onus.snapshot/v1\",\"kind\":\"List\",\"apiVersion\":\"v1\",\n\"unread\":[\"pods\"]}",
			`<stdin>:2: unread[0]: is a string ("pods"), wants a mapping`},
		{"cut off", `{"schema":"onus.snapshot/v1","kind":"List","apiVersion":"v1","items":[],`,
			"<stdin>:1: the JSON ends in the middle: it was cut off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fault(t, c.text).Error(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
