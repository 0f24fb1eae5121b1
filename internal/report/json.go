package report

import (
	"bufio"
	"fmt"
	"io"

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
	err := json.MarshalWrite(out, v, jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false), jsontext.WithIndent("  "))
	if err == nil {
		_ = out.WriteByte('\n')
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}
