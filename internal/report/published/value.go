// Package published is what onus prints, as plain data: the values that
// -o json publishes, one schema a file. Every field is exported and has a name
// in JSON, and no value holds anything but data, so that whatever is drawn from
// a value can be read from its JSON too. Package publish makes these values;
// package report, which writes them, sees nothing else.
//
// A published schema keeps its version: fields may be added, none may go or
// change its meaning.
package published

// Value is a whole result. Only the types of this package are values.
type Value interface {
	value()
}

// Head is what every value starts with: the name of its schema, such as
// onus.ladder/v1.
type Head struct {
	Schema string `json:"schema"`
}

func (Head) value() {}
