package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

func explainText(t *testing.T, e published.Value, format string, s Screen) string {
	t.Helper()
	return written(t, e, format, s)
}

// every explanation of a catalog, by a name for it.
func every(c *responsibility.Catalog) map[string]published.Value {
	all := map[string]published.Value{"index": publish.Index(c)}
	for i := range c.Axes {
		axis := &c.Axes[i]
		all["axis "+axis.ID] = publish.Axis(c, axis)
		for j := range axis.Layers {
			layer := &axis.Layers[j]
			all["layer "+layer.ID] = publish.Layer(c, axis, layer)
			for _, o := range c.On(axis.ID) {
				all["cell "+o.ID+" "+layer.ID] = publish.Cell(c, o, axis, layer)
			}
		}
	}
	for _, o := range c.Offerings {
		all["offering "+o.ID] = publish.Offering(c, o)
		for i := range c.Triggers {
			if o.Contract == nil {
				continue
			}
			if _, ok := o.Contract.First(c.Triggers[i].ID); ok {
				all["move "+o.ID+" "+c.Triggers[i].ID] = publish.Moves(c, o, &c.Triggers[i])
			}
		}
	}
	for _, p := range c.Platforms {
		all["platform "+p.ID] = publish.Platform(c, p)
	}
	for _, o := range c.Obligations {
		all["obligation "+o.ID] = publish.Obligation(c, o)
	}
	for i := range c.Triggers {
		all["trigger "+c.Triggers[i].ID] = publish.Trigger(c, &c.Triggers[i])
	}
	for _, src := range c.Sources {
		all["source "+src.ID] = publish.Source(c, src)
	}
	return all
}

func TestExplanationsFitEveryScreen(t *testing.T) {
	for name, e := range every(builtin(t)) {
		for _, width := range []int{60, 80, 97, 120, 160, 220} {
			fits(t, name, explainText(t, e, "text", Screen{Width: width}), width)
		}
	}
}

func TestEveryExplanationHasItsSchemaAndKind(t *testing.T) {
	for name, e := range every(small(t)) {
		var head struct{ Schema, Kind, ID, Title string }
		if err := json.Unmarshal([]byte(explainText(t, e, "json", Screen{})), &head); err != nil {
			t.Fatal(err)
		}
		kind, id, _ := strings.Cut(name, " ")
		if head.Schema != "onus.explain/v1" || head.Kind != kind || head.ID != id || (head.Title == "") != (kind == "index") {
			t.Errorf("%s: %+v", name, head)
		}
	}
}

func TestExplanations(t *testing.T) {
	c := small(t)
	axis, managed := c.Axis("compute"), c.Offering("managed")
	tests := map[string]struct {
		e    published.Value
		want []string
	}{
		"a cell tells every claim": {publish.Cell(c, managed, axis, &axis.Layers[1]), []string{
			"held by  split\n",
			"- customer: start (end of support)\n",
			"- The seed says Acme: Acme does it.\n",
			"- The guide says split (onus goes with this): You start it.\n",
			"why it holds: The guide knows.\n",
			"https://example.com/guide\n",
			"read 2026-11-23: A note\n",
			"read 2026-11-22, a secondary source\n",
		}},
		"a cell tells that no primary source states it": {publish.Cell(c, c.Offering("plain"), axis, &axis.Layers[1]), []string{
			"rests on  secondary sources only: Nobody else says so.\n",
		}},
		"so does the line of an offering": {publish.Offering(c, c.Offering("plain")), []string{
			"Upgrades             n/a       (secondary sources only)\n",
		}},
		"a platform tells where its offerings agree, and where they differ": {publish.Platform(c, c.Platform("acme-any")), []string{
			"Acme (acme-any, platform)\n",
			"it may be any of, or several side by side in one cluster\n  plain    Plain form\n  managed  管理型プラットフォーム\n",
			"Node lifecycle       it depends  customer: plain; partner: managed\n",
			"Disruption controls  customer\n",
			"管理型プラットフォーム: expiry  Acme        unbounded  ignored  24 h           force\n",
			"- node with label acme\n",
			"next  onus explain plain\n      onus ladder plain managed\n      onus check --as plain PATH\n",
		}},
		"a layer tells the disagreement": {publish.Layer(c, axis, &axis.Layers[1]), []string{
			"Plain form              n/a\n",
			"where sources disagree\n  管理型プラットフォーム: split\n",
			"- The seed says Acme: Acme does it.\n",
		}},
		"an offering tells its contract": {publish.Offering(c, managed), []string{
			"maximum node age  14 days (set by expireAfter)\n",
			"- rejected: maximum node age 30 days, from The seed. It is older.\n",
			"expiry           Acme        timer      unbounded  ignored  24 h           force\n",
			"- node with label acme = managed\n",
			"! survive\n",
			"- Nodes cannot be logged into\n",
		}},
		"an offering with a trigger tells each fact": {publish.Moves(c, managed, c.Trigger("expiry")), []string{
			"every 14 days at most, drain waits 24 h for PDBs, then force; node budgets and windows do not apply\n",
			"started by     Acme [guide]\n",
			"PDBs kept for  24 h [guide]\n",
		}},
		"an obligation tells where it stands": {publish.Obligation(c, c.Obligation("survive")), []string{
			"why        Nodes go.\n",
			"a service goes down without it under\n  管理型プラットフォーム\n",
			"not yours under\n  Plain form\n",
		}},
		"a trigger tells what each contract makes of it": {publish.Trigger(c, c.Trigger("expiry")), []string{
			"管理型プラットフォーム  Acme        unbounded  ignored  24 h           force\n",
		}},
		"a source tells what rests on it": {publish.Source(c, c.Sources["guide"]), []string{
			"- offering managed\n", "- platform acme-any\n", "- obligation survive\n", "- trigger expiry\n",
		}},
		"the index groups": {publish.Index(c), []string{
			"offerings on the axis compute\n  plain    Plain form\n",
			"layers of compute, from the bottom up\n  nodes     Node lifecycle\n",
			"whose offering is not known yet\n  acme-any  Acme\n",
			"and 2 sources by their ids",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := explainText(t, test.e, "text", Screen{Width: 120})
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("lacks %q:\n%s", want, got)
				}
			}
		})
	}
}

func TestMarkdownNestsHeadings(t *testing.T) {
	c := small(t)
	axis := c.Axis("compute")
	got := explainText(t, publish.Layer(c, axis, &axis.Layers[1]), "markdown", Screen{})
	for _, want := range []string{"# Upgrades (upgrades, layer)\n", "\n## where sources disagree\n\n### 管理型プラットフォーム: split\n\n" +
		"- customer: start", "<https://example.com/seed>"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}
