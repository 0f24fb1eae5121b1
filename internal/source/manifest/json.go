package manifest

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
)

// cutJSON cuts a stream of JSON values into objects, and the items of a List
// into elements, without holding more than one of them.
func cutJSON(in io.Reader, file string, submit func(chunk) error) error {
	lines := &lineCounter{in: in}
	c := jsonCutter{
		file: file, submit: submit, lines: lines,
		// Names repeat in what is skipped over; a decoded object is held to
		// the rule when it is decoded.
		dec: jsontext.NewDecoder(lines, jsontext.AllowDuplicateNames(true)),
	}
	err := c.all()
	if err != nil && c.lists > 0 {
		return &cutShort{err}
	}
	return err
}

// cutShort is the error of a list of which only the beginning could be read.
type cutShort struct{ error }

func (e *cutShort) Unwrap() error { return e.error }

// all submits all values.
func (c *jsonCutter) all() error {
	for {
		switch c.peek() {
		case 0:
			_, err := c.dec.ReadToken()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return c.fault(err)
		case '0':
			if rest := bytes.TrimLeft(c.dec.UnreadBuffer(), " \t\r\n"); rest[0] == '-' {
				return c.yaml(rest)
			}
		}
		if err := c.value(); err != nil {
			return err
		}
	}
}

type jsonCutter struct {
	file   string
	submit func(chunk) error
	lines  *lineCounter
	dec    *jsontext.Decoder
	lists  int // that are open: of a fault in one, what would follow is lost
}

// peek is the kind of the next token. What follows may be as long as one
// object may be.
func (c *jsonCutter) peek() jsontext.Kind {
	c.lines.limit = c.dec.InputOffset() + maxObject + 1<<20
	return c.dec.PeekKind()
}

// read is the next value and the line on which it starts.
func (c *jsonCutter) read() (jsontext.Value, int, error) {
	c.peek()
	value, err := c.dec.ReadValue()
	if err != nil {
		return nil, 0, c.fault(err)
	}
	line := c.line() - bytes.Count(value, []byte("\n"))
	if len(value) > maxObject {
		return nil, 0, &document.Error{File: c.file, Line: line, Msg: tooLarge}
	}
	return value, line, nil
}

// yaml goes on with what follows a value and starts with a dash: a marker,
// which makes the stream one of YAML whose documents are written as JSON.
func (c *jsonCutter) yaml(rest []byte) error {
	unread := len(c.dec.UnreadBuffer())
	line := c.lines.at(c.dec.InputOffset() + int64(unread-len(rest)))
	in := io.MultiReader(bytes.NewReader(bytes.Clone(rest)), c.lines.in)
	return cutYAML(bufio.NewReaderSize(in, 1<<16), c.file, line-1, c.submit)
}

// value submits the next top-level value.
func (c *jsonCutter) value() error {
	switch c.peek() {
	case '{':
		return c.object()
	case '[':
		return c.array()
	}
	value, line, err := c.read()
	if err != nil {
		return err
	}
	return c.submit(chunk{data: bytes.Clone(value), line: line, kind: jsonValue})
}

// array submits the elements of a top-level array as if they stood alone:
// they may be lists.
func (c *jsonCutter) array() error {
	if _, err := c.dec.ReadToken(); err != nil {
		return c.fault(err)
	}
	for c.peek() != ']' {
		if err := c.value(); err != nil {
			return err
		}
	}
	return c.end()
}

// object submits the next object, or the items of it. Members before and
// after the items of a list are gathered; an object without items is put
// together again.
func (c *jsonCutter) object() error {
	if _, err := c.dec.ReadToken(); err != nil {
		return c.fault(err)
	}
	start := c.line()
	gathered := []byte{'{'}
	at := start // line on which gathered ends
	var list header
	isOne, unnamed := false, false
	for c.peek() == '"' {
		name, err := c.dec.ReadToken()
		if err != nil {
			return c.fault(err)
		}
		key := name.String()
		nameLine := c.line()
		if key == "items" && c.peek() == '[' && (list.kind == "" || isList(list.kind)) {
			mark := chunk{kind: listBegins}
			if isOne {
				mark.kind, mark.fault = listAgain, &document.Error{File: c.file, Line: nameLine, Field: key, Msg: LastCounts}
			}
			if err := c.submit(mark); err != nil {
				return err
			}
			isOne, unnamed = true, list.unnamed()
			if err := c.elements(list); err != nil {
				return err
			}
			continue
		}
		value, line, err := c.read()
		if err != nil {
			return err
		}
		if len(gathered)+len(value) > maxObject {
			return &document.Error{File: c.file, Line: start, Msg: tooLarge}
		}
		list.note(key, value)
		gathered = member(gathered, key, value, nameLine-at, line-nameLine)
		at = c.line()
	}
	if err := c.end(); err != nil {
		return err
	}
	if unnamed {
		if err := c.submit(chunk{kind: listName, api: list.api, listed: listed(list.kind), line: start}); err != nil {
			return err
		}
	}
	if isOne && (list.kind == "" || isList(list.kind)) && !isSnapshot(list.schema) {
		return nil
	}
	return c.submit(chunk{data: append(gathered, '}'), line: start, kind: jsonValue})
}

// note keeps a member that says what the object is.
func (h *header) note(key string, value []byte) {
	switch key {
	case "apiVersion":
		h.api = unquote(value)
	case "kind":
		h.kind = unquote(value)
	case "schema":
		h.schema = unquote(value)
	}
}

// member appends one to an object that is put together. It keeps the lines
// before its name and between that and its value, so that a fault in the object
// is found where it stands.
func member(object []byte, key string, value []byte, before, between int) []byte {
	if len(object) > 1 {
		object = append(object, ',')
	}
	object = breaks(object, before)
	object, _ = jsontext.AppendQuote(object, key)
	object = breaks(append(object, ':'), between)
	return append(object, value...)
}

func breaks(b []byte, n int) []byte {
	for range n {
		b = append(b, '\n')
	}
	return b
}

// elements submits the elements of a list.
func (c *jsonCutter) elements(list header) error {
	if _, err := c.dec.ReadToken(); err != nil {
		return c.fault(err)
	}
	c.lists++
	some := chunk{kind: jsonValues, api: list.api, listed: listed(list.kind), unnamed: list.unnamed()}
	send := func() error {
		if len(some.ends) == 0 {
			return nil
		}
		k := some
		some.data, some.ends = nil, nil
		return c.submit(k)
	}
	for c.peek() != ']' {
		value, line, err := c.read()
		if err != nil {
			return cmp.Or(send(), err) // what came before it is there
		}
		if some.data == nil {
			some.data = make([]byte, 0, max(batch+batch/8, len(value)))
		}
		some.data = append(some.data, value...)
		some.ends = append(some.ends, end{len(some.data), line})
		if len(some.data) >= batch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if err := send(); err != nil {
		return err
	}
	c.lists--
	return c.end()
}

// end reads the bracket behind the last element or member.
func (c *jsonCutter) end() error {
	if _, err := c.dec.ReadToken(); err != nil {
		return c.fault(err)
	}
	return nil
}

// line is the line on which the last value read ends.
func (c *jsonCutter) line() int { return c.lines.at(c.dec.InputOffset()) }

func (c *jsonCutter) fault(err error) error {
	if errors.Is(err, errTooLong) {
		return &document.Error{File: c.file, Line: c.line(), Msg: tooLarge}
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		line := c.lines.at(max(syntax.ByteOffset, c.dec.InputOffset()))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return &document.Error{File: c.file, Line: line, Msg: "the JSON ends in the middle: it was cut off",
				Hint: "write the dump again; a full disk or a broken pipe cuts it"}
		}
		return &document.Error{File: c.file, Line: line, Field: document.Field(syntax.JSONPointer), Msg: "is not JSON: " + syntax.Err.Error()}
	}
	return document.PathError(c.file, fmt.Errorf("reading: %w", err))
}

func unquote(value jsontext.Value) string {
	if value.Kind() != '"' {
		return ""
	}
	s, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return ""
	}
	return string(s)
}
