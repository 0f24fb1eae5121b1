package contract

import (
	"slices"
	"strings"
)

// Left are the values of a setting under which the provider leaves something to the
// customer. Its zero value has none.
type Left struct {
	Setting string
	Values  []string
	Of      []string // all that the setting can be
	At      []SettingAt
}

// To reports whether a value is one of them.
func (l *Left) To(value string) bool {
	return slices.ContainsFunc(l.Values, func(v string) bool { return strings.EqualFold(v, value) })
}

// Without is the contract without the terms that the provider leaves to the customer;
// itself where that would leave none.
func (c *Contract) Without(left func(*Terms) bool) *Contract {
	some := *c
	some.Terms = nil
	for i := range c.Terms {
		if !left(&c.Terms[i]) {
			some.Terms = append(some.Terms, c.Terms[i])
		}
	}
	if len(some.Terms) == 0 || len(some.Terms) == len(c.Terms) {
		return c
	}
	return &some
}
