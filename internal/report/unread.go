package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// unread is what could not be read, as it is published.
func unread(e *kubernetes.Estate) []origin.Unread { return append([]origin.Unread{}, e.Unread...) }

// unreadText says in a sentence what could not be read and why, the kinds for
// which that is the same together, and what to do about it.
func unreadText(b *strings.Builder, s Screen, all []origin.Unread) {
	if len(all) == 0 {
		return
	}
	words := "Not read: " + origin.ByWhy(all, origin.Plurals) + ". What rests on them is unknown."
	if slices.ContainsFunc(all, origin.Unread.Forbidden) {
		words += " docs/rbac.yaml has what the reader needs."
	}
	fmt.Fprintln(b, s.wrap(0, words))
}
