package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// toyOf is a format as docs/architecture.md says to add one: it writes the
// findings as a list of names, and nothing else.
func toyOf(v published.Value) writer {
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error {
		for _, x := range f.Findings {
			if _, err := fmt.Fprintln(w, x.Obligation, x.Subject.Name); err != nil {
				return err
			}
		}
		return nil
	}
}

// A format is one function and one line of the table: what is offered, what is
// refused and what the refusal says follow from that.
func TestAddingAFormat(t *testing.T) {
	withToy := append(slices.Clone(formats), format{"toy", toyOf})
	findings := published.Findings{Findings: []finding.Finding{{Obligation: "pdb-missing", Subject: finding.Subject{Name: "web"}}}}
	var b bytes.Buffer
	if err := withToy.write(&b, "toy", findings, Screen{}); err != nil || b.String() != "pdb-missing web\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
	want := []string{"text", "json", "yaml", "markdown", "sarif", "junit", "github", "gitlab", "csv", "oscal", "openreports", "toy"}
	if got := withToy.names(findings); !slices.Equal(got, want) {
		t.Errorf("findings come as %v, want %v", got, want)
	}
	want = []string{"text", "json", "yaml", "markdown", "svg", "oscal-component"}
	if got := withToy.names(published.Ladder{}); !slices.Equal(got, want) {
		t.Errorf("ladders come as %v, want %v", got, want)
	}
	err := withToy.write(&b, "toy", published.Ladder{}, Screen{})
	if want := "toy cannot show this result; text, json, yaml, markdown, svg, oscal-component can"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestFormatsThatThereAreNot(t *testing.T) {
	for _, c := range []struct {
		name string
		v    published.Value
		want string
	}{
		{"xml", published.Ladder{}, `there is no format "xml"; there is text, json, yaml, markdown, svg, oscal-component`},
		{"", published.Findings{}, `there is no format ""; there is text, json, yaml, markdown, ` +
			`sarif, junit, github, gitlab, csv, oscal, openreports`},
		{"markdown", published.Simulation{}, "markdown cannot show this result; text, json, yaml can"},
		{"sarif", published.Ladder{}, "sarif cannot show this result; text, json, yaml, markdown, svg, oscal-component can"},
	} {
		err := CheckFormat(c.name, c.v)
		var wrong *FormatError
		if !errors.As(err, &wrong) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		if err := Write(io.Discard, c.name, c.v, Screen{}); !errors.As(err, &wrong) {
			t.Errorf("%s: written, and %v", c.name, err)
		}
	}
}

// A name that a format had is still taken, and not offered.
func TestOlderNames(t *testing.T) {
	l := smallLadder(t)
	if written(t, l, "table", Screen{Width: 80}) != written(t, l, "text", Screen{Width: 80}) {
		t.Error("table is not text")
	}
	if slices.Contains(Formats(l), "table") {
		t.Error("table is offered")
	}
}

// failing is where nothing can be written.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWhatCannotBeWrittenIsAnError(t *testing.T) {
	for _, v := range []published.Value{smallLadder(t), published.Findings{}} {
		for _, name := range Formats(v) {
			if err := Write(failing{}, name, v, Screen{Width: 80}); !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// decoded is a value as its JSON has it.
func decoded[V published.Value](t testing.TB, v V) V {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, "json", v, Screen{}); err != nil {
		t.Fatal(err)
	}
	back := reflect.New(reflect.TypeOf(v))
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	if err := d.Decode(back.Interface()); err != nil {
		t.Fatal(err)
	}
	return back.Elem().Interface().(V)
}

// The text says nothing that the JSON does not: from the JSON alone the same
// text is made.
func TestTextIsMadeFromTheJSON(t *testing.T) {
	c := builtin(t)
	all := every(c)
	for i, o := range c.Offerings[1:] {
		before := c.Offerings[i]
		all["diff to "+o.ID] = diffOf(t, c, before.ID, o.ID)
	}
	for name, v := range all {
		for _, format := range []string{"text", "markdown", "yaml"} {
			s := Screen{Width: 80, Colour: true}
			if direct, again := written(t, v, format, s), written(t, decoded(t, v), format, s); direct != again {
				t.Errorf("%s as %s:\n%s\nfrom its JSON:\n%s", name, format, direct, again)
			}
		}
	}
}
