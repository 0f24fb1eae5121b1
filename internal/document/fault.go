package document

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// Error is a fault in a document: where it is, what is wrong there, and the
// way out where there is one to tell. File is empty until the document is
// known by a name; Line is 1-based in that file, or 0 where the fault concerns
// all of it. Field is a path such as spec.replicas, or empty when the fault is
// in the syntax.
type Error struct {
	File  string
	Line  int
	Field string
	Msg   string
	Hint  string
	Sets  string // a value of a chart by which its author says that this is cured; empty for others
	Kind  Kind
}

// Kind tells faults apart for those who know the way out of some.
type Kind int

// The kinds that somebody asks for.
const (
	OtherFault   Kind = iota
	UnknownField      // no such field stands there
	NoString          // it wants a string, and is something else
	Template          // it is a template, which some program has to render
	Twice             // a key stands in a mapping again
	Unopened          // nothing of the file, or folder, could be read
)

func (e *Error) Error() string {
	what := e.Msg
	if e.Field != "" {
		what = e.Field + ": " + what
	}
	switch {
	case e.File == "":
		return what
	case e.Line == 0:
		return e.File + ": " + what
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, what)
}

// In names the file that a fault is in, if it is one; other errors are wrapped.
func In(file string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.File = file
		return e
	}
	return fmt.Errorf("%s: %w", file, err)
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// syntaxError places what the YAML parser says of data.
func syntaxError(err error, data []byte, first int) *Error {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := yamlLine.FindStringSubmatchIndex(msg); m != nil {
		line, _ = strconv.Atoi(msg[m[2]:m[3]])
		line = linesOf(data).line(line)
		msg = msg[m[1]:]
	}
	if msg == unprintable {
		return &Error{Line: first + lineOfUnprintable(data), Msg: msg}
	}
	if n := whereItBroke(msg, data); n > 0 {
		line = n
	}
	return &Error{Line: first + line - 1, Msg: msg}
}

// unprintable is what the parser says of a character that YAML does not allow. It
// does not say where.
const unprintable = "control characters are not allowed"

// lineOfUnprintable counts the line ends before the first such character.
//
// Source: yaml.org/spec/1.2.2/#51-character-set (c-printable).
func lineOfUnprintable(data []byte) int {
	at := bytes.IndexFunc(data, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff
	})
	return bytes.Count(data[:max(at, 0)], []byte("\n"))
}

// whereItBroke returns the line of data on which the parser gave up, or 0
// where what it reported is as good. Of a faulty structure it names the line
// before that on which the block began, and of an unknown anchor none; the
// line itself is the last that has to be there for the same complaint.
func whereItBroke(msg string, data []byte) int {
	if !strings.HasPrefix(msg, "did not find expected ") && !strings.HasPrefix(msg, "unknown anchor ") {
		return 0
	}
	const patience = 256 << 10 // bytes worth parsing again and again
	if len(data) > patience {
		return 0
	}
	var ends []int
	for off := range bytes.Lines(data) {
		ends = append(ends, len(off))
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	return 1 + sort.Search(len(ends)-1, func(i int) bool {
		err := wellFormed(data[:ends[i]])
		return err != nil && strings.HasSuffix(err.Error(), msg)
	})
}

func wellFormed(data []byte) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err != nil {
			return err
		}
	}
}

// explain takes an error of decoding data apart: where it happened, and what
// was wrong there in words a person who writes YAML knows.
func explain(err error, data []byte) (at jsontext.Pointer, msg string, kind Kind) {
	var sem *json.SemanticError
	if errors.As(err, &sem) {
		return sem.JSONPointer, wrongType(sem, data), kindOf(sem)
	}
	var syn *jsontext.SyntacticError
	if errors.As(err, &syn) {
		if errors.Is(syn.Err, jsontext.ErrDuplicateName) {
			return syn.JSONPointer, "stands here twice", Twice
		}
		if errors.Is(syn.Err, jsontext.ErrNonStringName) {
			return syn.JSONPointer, "has a key that is not a string", OtherFault
		}
		return syn.JSONPointer, syn.Err.Error(), OtherFault
	}
	return "", err.Error(), OtherFault
}

func kindOf(e *json.SemanticError) Kind {
	switch {
	case errors.Is(e.Err, json.ErrUnknownName):
		return UnknownField
	case e.Err == nil && kindName(e.GoType) == kindName(reflect.TypeFor[string]()):
		return NoString
	}
	return OtherFault
}

func wrongType(e *json.SemanticError, data []byte) string {
	is := describe(data[min(int(e.ByteOffset), len(data)):])
	var inMethod *stdjson.UnmarshalTypeError // of a type that decodes itself
	switch {
	case errors.Is(e.Err, json.ErrUnknownName):
		return "is not a field that stands here"
	case errors.Is(e.Err, strconv.ErrRange):
		return is + ", out of range"
	case errors.As(e.Err, &inMethod):
		if want := kindName(inMethod.Type); want != "" {
			return is + ", wants " + want
		}
	case e.Err == nil || errors.Is(e.Err, strconv.ErrSyntax):
		if want := kindName(e.GoType); want != "" {
			return is + ", wants " + want
		}
	}
	if e.Err != nil {
		return e.Err.Error()
	}
	return "cannot be read: " + e.Error()
}

// describe says what the next value in data is.
func describe(data []byte) string {
	data = bytes.TrimLeft(data, " \t\r\n:,")
	dec := lenient(data)
	switch kind := dec.PeekKind(); kind {
	case 'n':
		return "is null"
	case '{':
		return "is a mapping"
	case '[':
		return "is a list"
	default:
		name := map[jsontext.Kind]string{'t': "a boolean", 'f': "a boolean", '"': "a string", '0': "a number"}[kind]
		value, err := dec.ReadValue()
		if name == "" || err != nil {
			return "is something else"
		}
		if len(value) > 40 {
			return "is " + name
		}
		return fmt.Sprintf("is %s (%s)", name, value)
	}
}

func kindName(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return ""
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a mapping"
	}
	return ""
}

// Field writes a JSON pointer the way people write a field:
// spec.template.spec.containers[0].name.
func Field(pointer jsontext.Pointer) string {
	var b strings.Builder
	for token := range pointer.Tokens() {
		if _, err := strconv.Atoi(token); err == nil {
			b.WriteString("[" + token + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
	}
	return b.String()
}
