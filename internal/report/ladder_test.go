package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

func smallLadder(t testing.TB) published.Ladder {
	c := small(t)
	return publish.Ladder(c, c.Axis("compute"), c.On("compute"))
}

func written(t *testing.T, v published.Value, format string, s Screen) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, v, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func ladderText(t *testing.T, l published.Ladder, format string, s Screen) string {
	t.Helper()
	return written(t, l, format, s)
}

func TestLadderTable(t *testing.T) {
	got := ladderText(t, smallLadder(t), "text", Screen{Width: 72})
	want := `Who is responsible: compute, from the bottom up

Layer                Plain form  管理型プラットフォーム
───────────────────  ──────────  ──────────────────────
Node lifecycle       customer    Helpers
Upgrades             n/a         split [1]
Disruption controls  customer    customer !

! load-bearing: a service goes down if the customer does not do it

[1]  管理型プラットフォーム, Upgrades: split
     customer: start (end of support)
     by path or setting: install (cli: customer, console: Acme)
     sources disagree: The seed says Acme; The guide says split. onus
     goes with split. The guide knows.

next  onus explain managed upgrades
      onus diff plain managed
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLadderStacksColumnsThatDoNotFit(t *testing.T) {
	got := ladderText(t, smallLadder(t), "text", Screen{Width: 40})
	fits(t, "ladder", got, 40)
	if strings.Count(got, "Node lifecycle") != 2 {
		t.Errorf("wants the columns in two blocks:\n%s", got)
	}
}

func TestLadderJSON(t *testing.T) {
	var l struct {
		Schema, Axis string
		Offerings    []struct{ ID, Title, Provider string }
		Layers       []struct {
			ID, Title string
			Cells     map[string]map[string]any
		}
		Sources map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(ladderText(t, smallLadder(t), "json", Screen{})), &l); err != nil {
		t.Fatal(err)
	}
	if l.Schema != "onus.ladder/v1" || l.Axis != "compute" || len(l.Offerings) != 2 || l.Offerings[0].Provider != "Acme" {
		t.Errorf("head: %+v", l)
	}
	cell, err := json.Marshal(l.Layers[1].Cells["managed"])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"because":"The guide knows.",` +
		`"claims":[{"party":"provider","says":"Acme does it.","source":"seed"},{"holds":true,"party":"split","says":"You start it.",` +
		`"source":"guide"}],` +
		`"duties":[{"by":"end of support","party":"customer","title":"start"},{"party":"split","paths":{"cli":"customer","console":"provider"},` +
		`"title":"install"}],` +
		`"loadBearing":false,"party":"split"}`
	if string(cell) != want {
		t.Errorf("cell:\ngot  %s\nwant %s", cell, want)
	}
	if src := l.Sources["guide"]; src["url"] != "https://example.com/guide" || src["read"] != "2026-11-23" || src["note"] != "A note" {
		t.Errorf("source: %v", src)
	}
}

func TestLadderMarkdown(t *testing.T) {
	got := ladderText(t, smallLadder(t), "markdown", Screen{})
	for _, want := range []string{
		"| Layer | Plain form | 管理型プラットフォーム |\n| --- | --- | --- |\n",
		"| Upgrades | n/a | split \\[1\\] |",
		"- \\[1\\] **管理型プラットフォーム, Upgrades: split**",
		"Next: `onus explain managed upgrades`, `onus diff plain managed`",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

func TestLadderYAMLHasTheFieldsOfJSON(t *testing.T) {
	got := ladderText(t, smallLadder(t), "yaml", Screen{})
	for _, want := range []string{"schema: onus.ladder/v1\n", "loadBearing: true\n", "- holds: true\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

func TestLadderWithoutOfferings(t *testing.T) {
	l := publish.Ladder(&responsibility.Catalog{}, &responsibility.Axis{ID: "compute"}, nil)
	if got := ladderText(t, l, "text", Screen{Width: 80}); got != "no offering in the catalog has a line on the axis compute\n" {
		t.Errorf("got %q", got)
	}
	if got := ladderText(t, l, "json", Screen{}); strings.Contains(got, "null") {
		t.Errorf("wants empty lists:\n%s", got)
	}
}

func TestColourChangesNoLayout(t *testing.T) {
	plain := ladderText(t, smallLadder(t), "text", Screen{Width: 72})
	coloured := ladderText(t, smallLadder(t), "text", Screen{Width: 72, Colour: true})
	if !strings.Contains(coloured, "\x1b[") {
		t.Fatal("there is no colour")
	}
	if got := withoutEscapes(coloured); got != plain {
		t.Errorf("got\n%s\nwant\n%s", got, plain)
	}
}

func withoutEscapes(s string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, "\x1b[")
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		s = s[at:]
		s = s[strings.IndexByte(s, 'm')+1:]
	}
}

// Whatever the terminal, no line of a ladder is wider than it.
func TestLaddersFitEveryScreen(t *testing.T) {
	c := builtin(t)
	for _, axis := range c.Axes {
		l := publish.Ladder(c, &axis, c.On(axis.ID))
		for width := 40; width <= 220; width++ {
			out := ladderText(t, l, "text", Screen{Width: width})
			if strings.Contains(out, "https://") {
				t.Fatal("a ladder shows no addresses")
			}
			fits(t, "ladder of "+axis.ID, out, width)
		}
	}
}
