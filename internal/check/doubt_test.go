package check

import (
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// A verdict that was taken back for a file is not doubted for it a second time, but is for
// another one, and for a kind of which nothing could be read.
func TestDoubtedOnce(t *testing.T) {
	file := origin.Unread{Of: "a.yaml", Cause: origin.Unreadable, Reason: "is no YAML"}
	other := origin.Unread{Of: "b.yaml", Cause: origin.Unreadable, Reason: "is no YAML"}
	kind := origin.Unread{Resource: "nodes", Kind: "Node"}
	j := Judgement{Verdict: finding.Held, Message: "holds"}.WithDoubt([]origin.Unread{file})
	if again := j.WithDoubt([]origin.Unread{file}); again.Message != j.Message || len(again.Evidence) != 1 {
		t.Errorf("%q with %v", again.Message, again.Evidence)
	}
	for _, u := range []origin.Unread{other, kind} {
		if more := j.WithDoubt([]origin.Unread{file, u}); more.Message == j.Message || len(more.Evidence) != 2 {
			t.Errorf("%s: %q with %v", u.Words(), more.Message, more.Evidence)
		}
	}
	if twice := j.WithDoubt([]origin.Unread{kind}).WithDoubt([]origin.Unread{kind}); len(twice.Evidence) != 3 {
		t.Errorf("a kind: %v", twice.Evidence)
	}
}
