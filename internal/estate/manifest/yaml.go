package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/onus-project/onus/internal/document"
)

// chunk is a piece of a file that can be parsed by itself.
type chunk struct {
	data []byte
	line int // line of the file on which data starts
	kind chunkKind
	// api and listed are the apiVersion and kind for elements that have none
	// of their own, where the list around them names it.
	api, listed string
}

type chunkKind int

const (
	yamlDocument chunkKind = iota
	yamlElements           // some elements of a list's items, as a YAML sequence
	jsonValue
)

// batch is how many bytes of list elements are worth a chunk of their own.
const batch = 1 << 16

// cutYAML cuts a YAML stream into documents, and the items of a List into
// batches of elements, without holding more than one of them.
//
// It looks at lines only. That is enough: a document marker counts at the
// start of a line alone, and within a block sequence nothing that belongs to
// an element is indented as little as its dash.
func cutYAML(in *bufio.Reader, file string, submit func(chunk) error) error {
	c := yamlCutter{file: file, submit: submit, start: 1}
	n := 0
	for {
		text, err := in.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			c.partial = append(c.partial, text...)
			if len(c.partial) > maxObject {
				return &Error{File: file, Line: n + 1, Msg: tooLarge}
			}
			text, err = in.ReadSlice('\n')
		}
		if len(c.partial) > 0 {
			c.partial = append(c.partial, text...)
			text = c.partial
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return pathError(file, err)
		}
		if len(text) > 0 {
			n++
			if err := c.add(text, n); err != nil {
				return err
			}
		}
		c.partial = c.partial[:0]
		if err != nil {
			return c.flush(n + 1)
		}
	}
}

const tooLarge = "has an object of more than 32 MiB; no cluster stores one"

type yamlCutter struct {
	file    string
	submit  func(chunk) error
	partial []byte // of a line longer than the reader's buffer

	doc   []byte // the document so far, without the items of a List
	start int    // line on which it starts

	state     listState
	indent    int    // of the dashes
	elements  []byte // the batch so far
	at        int    // line on which the batch starts
	resumeAt  int    // line on which the document went on after the items
	resumeOff int    // lines of doc before that
	unnamed   bool   // elements went out before the kind of the list was known
}

type listState int

const (
	outside  listState = iota
	entering           // after a line "items:", before its first element
	inside
)

func (c *yamlCutter) add(text []byte, n int) error {
	switch {
	case isMarker(text, "---"):
		if significant(c.doc) || c.state != outside {
			if err := c.flush(n); err != nil {
				return err
			}
		}
		if !significant(c.doc) && !bytes.Contains(c.doc, []byte("%")) {
			c.doc, c.start = c.doc[:0], n
		}
		c.doc = append(c.doc, text...)
		return nil
	case isMarker(text, "..."):
		return c.flush(n + 1)
	}
	if c.state != outside && !blank(text) {
		indent, dash := dashed(text)
		if c.state == entering {
			if !dash {
				c.state = outside // items: of something else
			} else {
				c.state, c.indent, c.at, c.elements = inside, indent, n, nil
			}
		}
		if c.state == inside {
			switch {
			case dash && indent == c.indent:
				if len(c.elements) >= batch {
					if err := c.emit(); err != nil {
						return err
					}
				}
				if len(c.elements) == 0 {
					c.at = n
				}
			case indent == 0:
				if err := c.emit(); err != nil {
					return err
				}
				c.state = outside
				c.resumeOff, c.resumeAt = bytes.Count(c.doc, []byte("\n")), n
			}
		}
	}
	if c.state == inside {
		c.elements = append(c.elements, text...)
		if len(c.elements) > maxObject {
			return &Error{File: c.file, Line: c.at, Msg: tooLarge}
		}
		return nil
	}
	c.doc = append(c.doc, text...)
	if len(c.doc) > maxObject {
		return &Error{File: c.file, Line: c.start, Msg: tooLarge}
	}
	if c.resumeAt == 0 && isItems(text) {
		c.state = entering
	}
	return nil
}

// emit submits the batch of elements.
func (c *yamlCutter) emit() error {
	if len(c.elements) == 0 {
		return nil
	}
	k := chunk{data: c.elements, line: c.at, kind: yamlElements}
	c.elements = nil
	if head, err := document.Parse(c.doc, c.start); err == nil && head != nil {
		k.api, k.listed = head.String("apiVersion"), listed(head.String("kind"))
		c.unnamed = c.unnamed || head.String("kind") == ""
	} else {
		c.unnamed = true
	}
	return c.submit(k)
}

// flush submits what is left of the document; the next starts on line next.
func (c *yamlCutter) flush(next int) error {
	if c.state == inside {
		if err := c.emit(); err != nil {
			return err
		}
	}
	data, start := c.doc, c.start
	listHead := c.state == inside || c.resumeAt > 0
	off, at, unnamed := c.resumeOff, c.resumeAt, c.unnamed
	c.doc, c.start, c.state, c.resumeAt, c.resumeOff, c.unnamed = nil, next, outside, 0, 0, false
	if !significant(data) {
		return nil
	}
	if !listHead {
		return c.submit(chunk{data: data, line: start, kind: yamlDocument})
	}
	// What stood around the items of a list holds no object, but has to be sound.
	head, err := document.Parse(data, start)
	if err != nil {
		var e *document.Error
		if errors.As(err, &e) && at > 0 && e.Line-start >= off {
			e.Line += at - start - off
		}
		return faultIn(c.file, err)
	}
	if head != nil && unnamed && listed(head.String("kind")) != "" {
		return kindTooLate(c.file, start, head.String("kind"))
	}
	return nil
}

// kindTooLate is the fault of a typed list whose elements may depend on a kind
// that stands behind them; waiting for it would mean holding all of them.
func kindTooLate(file string, line int, kind string) error {
	return &Error{File: file, Line: line, Field: "kind", Msg: "a " + kind + " has its kind after its items", Hint: "put apiVersion and kind first"}
}

func isMarker(text []byte, marker string) bool {
	return bytes.HasPrefix(text, []byte(marker)) && (len(text) == 3 || bytes.IndexByte([]byte(" \t\r\n"), text[3]) >= 0)
}

// isItems reports whether a line opens the items of a List.
func isItems(text []byte) bool {
	rest, ok := bytes.CutPrefix(text, []byte("items:"))
	return ok && blank(rest)
}

// dashed returns a line's indentation and whether it opens an element of a
// block sequence.
func dashed(text []byte) (indent int, dash bool) {
	rest := bytes.TrimLeft(text, " ")
	indent = len(text) - len(rest)
	return indent, len(rest) > 0 && rest[0] == '-' && (len(rest) == 1 || bytes.IndexByte([]byte(" \t\r\n"), rest[1]) >= 0)
}

// blank reports whether a line holds nothing but space and a comment.
func blank(text []byte) bool {
	rest := bytes.TrimLeft(text, " \t\r\n")
	return len(rest) == 0 || rest[0] == '#'
}

// significant reports whether a document holds more than markers, directives
// and comments.
func significant(doc []byte) bool {
	for line := range bytes.Lines(doc) {
		if !blank(line) && line[0] != '%' && !(isMarker(line, "---") && blank(line[3:])) {
			return true
		}
	}
	return false
}

// listed returns the kind of a typed list's elements: Pod for PodList.
func listed(kind string) string {
	if len(kind) > len("List") && kind[len(kind)-4:] == "List" {
		return kind[:len(kind)-4]
	}
	return ""
}
