package manifest

import (
	"bytes"
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
	for {
		if c.dec.PeekKind() == 0 {
			_, err := c.dec.ReadToken()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return c.fault(err)
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
}

// value submits the next top-level value. Members before and after the items
// of a list are gathered; an object without items is put together again.
func (c *jsonCutter) value() error {
	if c.dec.PeekKind() == '[' {
		return c.elements("", "")
	}
	if c.dec.PeekKind() != '{' {
		if err := c.dec.SkipValue(); err != nil {
			return c.fault(err)
		}
		return &Error{File: c.file, Line: c.line(), Msg: "is JSON, but no object"}
	}
	if _, err := c.dec.ReadToken(); err != nil {
		return c.fault(err)
	}
	start := c.line()
	gathered := []byte{'{'}
	at := start
	var api, kind string
	list, unnamed := false, false
	for c.dec.PeekKind() == '"' {
		name, err := c.dec.ReadToken()
		if err != nil {
			return c.fault(err)
		}
		key := name.String()
		nameLine := c.line()
		if key == "items" && c.dec.PeekKind() == '[' {
			list, unnamed = true, kind == ""
			if err := c.elements(api, listed(kind)); err != nil {
				return err
			}
			continue
		}
		value, err := c.dec.ReadValue()
		if err != nil {
			return c.fault(err)
		}
		if len(gathered)+len(value) > maxObject {
			return &Error{File: c.file, Line: start, Msg: tooLarge}
		}
		switch key {
		case "apiVersion":
			api = unquote(value)
		case "kind":
			kind = unquote(value)
		}
		if len(gathered) > 1 {
			gathered = append(gathered, ',')
		}
		// Keep lines, so that a fault in the object is found where it stands.
		for ; at < nameLine; at++ {
			gathered = append(gathered, '\n')
		}
		gathered, _ = jsontext.AppendQuote(gathered, key)
		gathered = append(gathered, ':')
		gathered = append(gathered, value...)
		at += bytes.Count(value, []byte("\n"))
	}
	if _, err := c.dec.ReadToken(); err != nil {
		return c.fault(err)
	}
	if list && unnamed && listed(kind) != "" {
		return kindTooLate(c.file, start, kind)
	}
	if list {
		return nil
	}
	return c.submit(chunk{data: append(gathered, '}'), line: start, kind: jsonValue})
}

func (c *jsonCutter) elements(api, kind string) error {
	if _, err := c.dec.ReadToken(); err != nil {
		return c.fault(err)
	}
	for {
		switch c.dec.PeekKind() {
		case ']':
			_, err := c.dec.ReadToken()
			if err != nil {
				return c.fault(err)
			}
			return nil
		case 0:
			_, err := c.dec.ReadToken()
			return c.fault(err)
		}
		value, err := c.dec.ReadValue()
		if err != nil {
			return c.fault(err)
		}
		line := c.line() - bytes.Count(value, []byte("\n"))
		if len(value) > maxObject {
			return &Error{File: c.file, Line: line, Msg: tooLarge}
		}
		if err := c.submit(chunk{data: bytes.Clone(value), line: line, kind: jsonValue, api: api, listed: kind}); err != nil {
			return err
		}
	}
}

// line is the line on which the last value read ends.
func (c *jsonCutter) line() int { return c.lines.at(c.dec.InputOffset()) }

func (c *jsonCutter) fault(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		line := c.lines.at(max(syntax.ByteOffset, c.dec.InputOffset()))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return &Error{File: c.file, Line: line, Msg: "the JSON ends in the middle: it was cut off", Hint: "write the dump again; a full disk or a broken pipe cuts it"}
		}
		return &Error{File: c.file, Line: line, Field: document.Field(syntax.JSONPointer), Msg: "is not JSON: " + syntax.Err.Error()}
	}
	return pathError(c.file, fmt.Errorf("reading: %w", err))
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

// lineCounter tells the line of an offset in what was read through it. Line
// ends are kept only until an offset behind them has been asked for.
type lineCounter struct {
	in   io.Reader
	read int64
	ends []int64 // offsets of line ends not passed yet
	line int     // line ends passed
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	for rest, off := p[:n], l.read; ; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		l.ends = append(l.ends, off+int64(i))
		off += int64(i) + 1
		rest = rest[i+1:]
	}
	l.read += int64(n)
	return n, err
}

// at returns the 1-based line of an offset no smaller than any asked before.
func (l *lineCounter) at(offset int64) int {
	passed := 0
	for passed < len(l.ends) && l.ends[passed] < offset {
		passed++
	}
	l.line += passed
	l.ends = l.ends[passed:]
	if len(l.ends) == 0 {
		l.ends = nil
	}
	return l.line + 1
}
