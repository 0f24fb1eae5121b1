package report

import (
	"bufio"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/onus-project/onus/internal/report/published"
)

// jsonOf writes any value as JSON. It streams: a large estate has tens of
// megabytes of findings.
func jsonOf(v published.Value) writer {
	return func(w io.Writer, _ Screen) error { return writeJSON(w, v) }
}

func writeJSON(w io.Writer, v any) error {
	out := bufio.NewWriterSize(w, 1<<16)
	err := json.MarshalWrite(&escaping{w: out}, v, jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false), jsontext.WithIndent("  "))
	if err == nil {
		_ = out.WriteByte('\n')
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// escaping writes what a terminal would obey as JSON's escapes: outside of strings JSON has
// none of it, and within them it means the same.
type escaping struct {
	w    *bufio.Writer
	part []byte // of a character, of which the rest comes with the next write
}

func (e *escaping) Write(p []byte) (int, error) {
	text := p
	if len(e.part) > 0 {
		text = append(e.part, p...)
		e.part = nil
	}
	done := 0
	for i := 0; i < len(text); {
		if text[i] < 0x7f {
			i++
			continue
		}
		if !utf8.FullRune(text[i:]) {
			e.part = append([]byte(nil), text[i:]...)
			text = text[:i]
			break
		}
		r, size := utf8.DecodeRune(text[i:])
		if obeyed(r) {
			if _, err := e.w.Write(text[done:i]); err != nil {
				return 0, err
			}
			if _, err := fmt.Fprintf(e.w, `\u%04x`, r); err != nil {
				return 0, err
			}
			done = i + size
		}
		i += size
	}
	if _, err := e.w.Write(text[done:]); err != nil {
		return 0, err
	}
	return len(p), nil
}
