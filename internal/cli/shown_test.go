package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/published"
)

// shown runs onus and returns the value that it printed, too.
func shown(ctx context.Context, out, errs io.Writer, args ...string) (published.Value, int) {
	var value published.Value
	s := sessionOf(console{in: strings.NewReader(""), out: &output{to: out}, err: errs, now: time.Now})
	s.show = func(w io.Writer, format string, v published.Value, screen report.Screen) error {
		value = v
		return report.Write(w, format, v, screen)
	}
	return value, s.main(ctx, args)
}

// isMadeFromItsJSON fails where a format says something that the JSON of a
// value does not: where it comes out otherwise from the value that the JSON is
// read into.
func isMadeFromItsJSON(t *testing.T, v published.Value, printed []byte) {
	t.Helper()
	read := reflect.New(reflect.TypeOf(v))
	d := json.NewDecoder(bytes.NewReader(printed))
	if err := d.Decode(read.Interface()); err != nil {
		t.Fatal(err)
	}
	for _, format := range report.Formats(v) {
		screen := report.Screen{Width: 90, Colour: true, Held: true}
		direct, again := written(t, format, v, screen), written(t, format, read.Elem().Interface().(published.Value), screen)
		if direct != again {
			t.Errorf("%s says what the JSON does not:\n%s\nfrom the JSON:\n%s", format, direct, again)
		}
	}
}

func written(t *testing.T, format string, v published.Value, screen report.Screen) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, v, screen); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fitsScreens fails where text cannot be laid out on screens of some widths, or
// says less there. From 40 columns on only names, paths, YAML and commands may be wider
// than the screen.
func fitsScreens(t *testing.T, v published.Value, widths ...int) {
	t.Helper()
	wide := len(strings.Fields(written(t, "text", v, report.Screen{Width: 1000})))
	for _, width := range widths {
		got := written(t, "text", v, report.Screen{Width: width})
		if n := len(strings.Fields(got)); n*2 < wide {
			t.Errorf("at %d columns there are %d words of %d", width, n, wide)
		}
		if width < 40 {
			continue
		}
		for _, line := range strings.Split(got, "\n") {
			if over := len([]rune(line)) - width; over > 0 && strings.Count(strings.TrimSpace(line), " ") > 4 && !strings.HasPrefix(line, "      ") {
				t.Errorf("at %d columns a line is %d wider: %q", width, over, line)
			}
		}
	}
}

// Every example, under every contract that changes what is said of it, at every
// width.
func TestExamplesAreShownFromTheirJSON(t *testing.T) {
	root := "../../examples"
	for i, args := range [][]string{
		{"check", filepath.Join(root, "cockroachdb")},
		{"check", filepath.Join(root, "cockroachdb"), "--as", "gke-autopilot"},
		{"check", filepath.Join(root, "insurer"), "--as", "eks-auto-mode"},
		{"check", filepath.Join(root, "insurer"), "--as", "aks"},
		{"simulate", filepath.Join(root, "cockroachdb"), "--runs", "2", "--timeline"},
		{"simulate", filepath.Join(root, "insurer"), "--as", "eks-auto-mode", "--runs", "2"},
		{"simulate", filepath.Join(root, "insurer"), "--as", "gke-standard", "--runs", "1"},
	} {
		t.Run(fmt.Sprintf("%d %s", i, args[0]), func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			v, status := shown(t.Context(), &out, &errs, append(args, "-o", "json")...)
			if status != exitHeld && status != exitBroken {
				t.Fatal(status, errs.String())
			}
			isMadeFromItsJSON(t, v, out.Bytes())
			for width := 1 + i%3; width <= 200; width += 3 { // together, every one
				fitsScreens(t, v, width)
			}
		})
	}
}
