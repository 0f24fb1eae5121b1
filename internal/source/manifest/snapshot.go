package manifest

import (
	"errors"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
)

// Snapshot is the schema of a saved cluster: a List of what was read, and
// around the items when that was and what could not be read.
const Snapshot = "onus.snapshot/v1"

// isSnapshot reports whether a schema is that of a snapshot, of any version.
func isSnapshot(schema string) bool { return strings.HasPrefix(schema, "onus.snapshot/") }

// snapshot adds what stands around the items of a snapshot. Where that cannot
// be read, nothing tells what is missing from the items, and none is used.
func (r *objectReader) snapshot(doc *document.Document) *document.Error {
	if schema := doc.String("schema"); schema != Snapshot {
		fault := r.fault(doc, "/schema", "is "+schema+", wants "+Snapshot)
		fault.Hint = "take the snapshot again, or read it with the onus that wrote it"
		return fault
	}
	var s struct {
		Taken   instant         `json:"taken"`
		Context string          `json:"context"`
		Asks    bool            `json:"asks"`
		Unread  []origin.Unread `json:"unread"`
		Server  struct {
			Version string `json:"version"`
		} `json:"server"`
	}
	var fault *document.Error
	if err := r.decode(doc, &s); errors.As(err, &fault) {
		return fault
	}
	r.into.Live = true
	r.into.Unasked = r.into.Unasked || !s.Asks
	r.happened(s.Taken.Time)
	if s.Context != "" {
		r.into.Contexts = append(r.into.Contexts, s.Context)
	}
	if s.Server.Version != "" {
		r.into.Servers = append(r.into.Servers, s.Server.Version)
	}
	for _, u := range s.Unread {
		if u.Cause == "" {
			u.Cause = causeBefore(u.Reason)
		}
		r.into.Unread = append(r.into.Unread, u)
	}
	return nil
}

// causeBefore is the cause that a snapshot without causes has in its reasons:
// what stands before the colon, by the format of onus.snapshot/v1 until then.
func causeBefore(reason string) origin.Cause {
	cause, _, _ := strings.Cut(reason, ":")
	return origin.Cause(cause)
}
