package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/onus-project/onus/internal/document"
)

// chunk is a piece of a file that can be parsed by itself.
type chunk struct {
	data []byte
	line int // line of the file on which data starts
	kind chunkKind
	// ends are where the documents end in data, and their first lines.
	ends []end
	// api and listed are the apiVersion and kind for elements that have none
	// of their own, where the list around them names it. It is unnamed while
	// its kind has not been read: that follows as a chunk of its own.
	api, listed string
	unnamed     bool
	// head is the document before its items and the line it starts on: an
	// element may use an anchor of it.
	head     []byte
	headLine int
	fault    *document.Error // where it is uncut
	foreign  bool            // what is uncut begins with nothing of Kubernetes
	rest     bool            // what is uncut is the rest of a list
}

type end struct{ at, line int }

type chunkKind int

const (
	yamlDocuments chunkKind = iota
	yamlElements            // some elements of a list's items, as a YAML sequence
	jsonValue
	jsonValues // some elements of a list's items, one behind the other
	listName   // api and listed of the list whose unnamed elements were before
	listBegins // the first items of a list follow
	listAgain  // those that were before do not count: items of the same list follow once more
	uncut      // what could not be cut out, and why
)

// batch is how many bytes of documents or list elements are worth a chunk of
// their own.
const batch = 1 << 16

// cutYAML cuts a YAML stream into documents, and the items of a List into
// batches of elements, without holding more than a batch of them. The stream
// starts on the line after so many.
//
// It looks at lines only. That is enough: a document marker counts at the
// start of a line alone, and within a block sequence nothing that belongs to
// an element is indented as little as its dash. (The parser is laxer than
// YAML on two counts. The end of a flow collection may stand further left,
// which is seen to; a quoted string that goes on further left is at worst an
// error, as no line of a dump does.)
func cutYAML(in *bufio.Reader, file string, after int, submit func(chunk) error) error {
	c := yamlCutter{file: file, submit: submit, start: after + 1}
	err := c.all(in, after)
	if err != nil && c.state == inside {
		return &cutShort{err}
	}
	return err
}

// all submits all that the stream holds.
func (c *yamlCutter) all(in *bufio.Reader, after int) error {
	n := after
	for {
		text, err := in.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			c.partial = append(c.partial, text...)
			if len(c.partial) > maxObject {
				return &document.Error{File: c.file, Line: n + 1, Msg: tooLarge}
			}
			text, err = in.ReadSlice('\n')
		}
		if len(c.partial) > 0 {
			c.partial = append(c.partial, text...)
			text = c.partial
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return document.PathError(c.file, err)
		}
		if len(text) > 0 {
			n++
			if err := c.add(text, n); err != nil {
				return err
			}
		}
		c.partial = c.partial[:0]
		if err != nil {
			if err := c.flush(n + 1); err != nil {
				return err
			}
			return c.send()
		}
	}
}

const tooLarge = "has an object of more than 32 MiB; no cluster stores one"

type yamlCutter struct {
	file    string
	submit  func(chunk) error
	partial []byte // of a line longer than the reader's buffer

	whole []byte // documents that wait to be worth a chunk
	ends  []end

	doc   []byte // the document so far, without the items of a List
	start int    // line on which it starts

	looked    bool // at a line "items:"
	state     listState
	indent    int    // of the dashes
	elements  []byte // the batch so far
	at        int    // line on which the batch starts
	list      header // of the list that elements are in
	head      []byte // doc before the items
	resumeAt  int    // line on which the document went on after the items
	resumeOff int    // lines of doc before that
	begun     bool   // elements of the list were submitted
}

type listState int

const (
	outside  listState = iota
	entering           // after a line "items:", before its first element
	inside
)

// header is what was said of a list before its items.
type header struct{ api, kind, schema string }

// unnamed reports whether elements without a kind have to wait for what follows.
func (h header) unnamed() bool { return h.api == "" || h.kind == "" }

func (c *yamlCutter) add(text []byte, n int) error {
	// Files put together one after the other keep their byte order marks.
	if text = bytes.TrimPrefix(text, []byte("\ufeff")); len(text) == 0 {
		return nil
	}
	switch {
	case document.IsMarker(text, "---"):
		if significant(c.doc) || c.state != outside {
			if err := c.flush(n); err != nil {
				return err
			}
		}
		if !directive(c.doc) { // what stands before the marker are comments
			c.doc, c.start = c.doc[:0], n
		}
		c.doc = append(c.doc, text...)
		return nil
	case document.IsMarker(text, "..."):
		if err := c.flush(n + 1); err != nil || blank(text[3:]) {
			return err
		}
		return c.skip(&document.Error{File: c.file, Line: n, Msg: "has text behind the ... that ends a document"}, text)
	}
	if c.state != outside && !blank(text) {
		if err := c.step(text, n); err != nil {
			return err
		}
	}
	if c.state == inside {
		c.elements = append(c.elements, text...)
		if len(c.elements) > maxObject {
			return &document.Error{File: c.file, Line: c.at, Msg: tooLarge}
		}
		return nil
	}
	c.doc = append(c.doc, text...)
	if len(c.doc) > maxObject {
		return &document.Error{File: c.file, Line: c.start, Msg: tooLarge}
	}
	if !c.looked && isItems(text) {
		c.enter()
	}
	return nil
}

// enter looks at what stands before items: those of what is known not to be
// a list belong to it.
func (c *yamlCutter) enter() {
	c.looked = true // once: lines without end may look like it
	head, err := document.Parse(c.doc, c.start)
	if err != nil || head == nil {
		return // the parser has its say when all of it is there
	}
	if !head.Has("items") {
		return // a line of a string
	}
	c.list = header{api: head.String("apiVersion"), kind: head.String("kind")}
	if c.list.kind == "" || isList(c.list.kind) {
		c.state = entering
	}
}

// step moves between a document and its items by a line that is not blank.
func (c *yamlCutter) step(text []byte, n int) error {
	indent, dash := dashed(text)
	switch {
	case c.state == entering && dash:
		c.state, c.indent, c.at, c.head = inside, indent, n, bytes.Clone(c.doc)
	case c.state == entering:
		c.state = outside // items: of something else
	case dash && indent == c.indent:
		if len(c.elements) >= batch {
			if err := c.emit(); err != nil {
				return err
			}
		}
		if len(c.elements) == 0 {
			c.at = n
		}
	case indent == 0 && text[0] != '}' && text[0] != ']':
		if err := c.emit(); err != nil {
			return err
		}
		c.state = outside
		c.resumeOff, c.resumeAt = bytes.Count(c.doc, []byte("\n")), n
	}
	return nil
}

// emit submits the batch of elements.
func (c *yamlCutter) emit() error {
	if len(c.elements) == 0 {
		return nil
	}
	if err := c.send(); err != nil {
		return err
	}
	if !c.begun {
		if err := c.submit(chunk{kind: listBegins}); err != nil {
			return err
		}
		c.begun = true
	}
	k := chunk{
		data: c.elements, line: c.at, kind: yamlElements, api: c.list.api, listed: listed(c.list.kind), unnamed: c.list.unnamed(),
		head: c.head, headLine: c.start,
	}
	c.elements = nil
	return c.submit(k)
}

// send submits the documents that wait.
func (c *yamlCutter) send() error {
	if len(c.ends) == 0 {
		return nil
	}
	k := chunk{data: c.whole, line: c.ends[0].line, kind: yamlDocuments, ends: c.ends}
	c.whole, c.ends = nil, nil
	return c.submit(k)
}

// flush hands on what is left of the document; the next starts on line next.
func (c *yamlCutter) flush(next int) error {
	if c.state == inside {
		if err := c.emit(); err != nil {
			return err
		}
	}
	data, start, list := c.doc, c.start, c.list
	wasList := c.state == inside || c.resumeAt > 0
	off, at, begun := c.resumeOff, c.resumeAt, c.begun
	c.begun = false
	c.doc, c.start, c.looked, c.state, c.list, c.head, c.resumeAt, c.resumeOff = c.doc[:0], next, false, outside, header{}, nil, 0, 0
	if !significant(data) && !directive(data) {
		return nil
	}
	if wasList {
		// What stands before and behind the items of a list holds no object, but
		// has to be sound.
		err := c.behind(data, start, list)
		var e *document.Error
		if !errors.As(err, &e) {
			return err
		}
		if begun && at > 0 && e.Kind == document.Twice && e.Field == itemsKey {
			if e.Line-start >= off {
				e.Line += at - start - off
			}
			e.Msg = LastCounts
			return c.again(e, data, start, off, at)
		}
		if at > 0 && e.Line-start >= off {
			e.Line += at - start - off
		}
		return c.skip(e, bytes.Clone(data))
	}
	c.whole = append(c.whole, data...)
	c.ends = append(c.ends, end{len(c.whole), start})
	if len(c.whole) < batch {
		return nil
	}
	return c.send()
}

// again submits a list whose items stand there once more: the last count. In place of the
// first, which are cut out already, are as many empty lines.
func (c *yamlCutter) again(fault *document.Error, data []byte, start, off, at int) error {
	if err := c.send(); err != nil {
		return err
	}
	if err := c.submit(chunk{kind: listAgain, fault: fault}); err != nil {
		return err
	}
	var whole []byte
	for n, line := range bytes.SplitAfter(data, []byte("\n")) {
		if n == off {
			whole = append(whole, bytes.Repeat([]byte("\n"), max(0, at-start-off))...)
		}
		if n < off && isItems(bytes.TrimRight(line, "\r\n")) {
			line = []byte("\n")
		}
		whole = append(whole, line...)
	}
	c.whole, c.ends = whole, []end{{len(whole), start}}
	return c.send()
}

// skip submits why something was not cut out, and what that is, in the place
// where it stands.
func (c *yamlCutter) skip(fault *document.Error, data []byte) error {
	if err := c.send(); err != nil {
		return err
	}
	return c.submit(chunk{kind: uncut, fault: fault, data: bytes.Clone(data)})
}

// behind looks at a list without its items, once all of it is there.
func (c *yamlCutter) behind(data []byte, start int, before header) error {
	doc, err := document.Parse(data, start)
	if err != nil {
		return document.In(c.file, err)
	}
	if doc == nil {
		return nil
	}
	var all struct {
		Kind  any `json:"kind"`
		Items any `json:"items"`
	}
	if err := doc.Decode(&all); err != nil { // keys that stand there twice
		return document.In(c.file, err)
	}
	kind := doc.String("kind")
	if before.unnamed() {
		if err := c.submit(chunk{kind: listName, api: doc.String("apiVersion"), listed: listed(kind), line: start}); err != nil {
			return err
		}
	}
	around := chunk{data: bytes.Clone(data), line: start, kind: yamlDocuments, ends: []end{{len(data), start}}}
	if isSnapshot(doc.String("schema")) {
		return c.submit(around)
	}
	if before.kind == "" && kind != "" && !isList(kind) {
		return c.submit(around)
	}
	return nil
}

// itemsKey is where the elements of a List stand.
const itemsKey = "items"

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
		if !blank(line) && line[0] != '%' && !(document.IsMarker(line, "---") && blank(line[3:])) {
			return true
		}
	}
	return false
}

// directive reports whether what has been read of a document, which is not
// significant, is a directive that still waits for its marker.
func directive(doc []byte) bool {
	found := false
	for line := range bytes.Lines(doc) {
		if document.IsMarker(line, "---") {
			return false
		}
		found = found || line[0] == '%'
	}
	return found
}

// isList reports whether a kind is that of a list of objects.
func isList(kind string) bool { return strings.HasSuffix(kind, "List") }

// listed returns the kind of a typed list's elements: Pod for PodList.
func listed(kind string) string {
	if !isList(kind) {
		return ""
	}
	return strings.TrimSuffix(kind, "List")
}
