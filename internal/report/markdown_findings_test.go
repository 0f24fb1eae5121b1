package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

func TestMarkdownOfFindings(t *testing.T) {
	got := written(t, someFindings(), "markdown", Screen{})
	for _, part := range []string{
		"<!-- onus check -->\n### onus: 3 broken (1 high, 1 medium, 1 low), 1 unknown, 1 held, 1 waived, 2 could not be read\n",
		"\n| high | `pdb-never-allows` | `shop/web` Deployment | allow one eviction at a time |\n",
		"\n| unknown | `drain-dodger` | `shop/web` Deployment |  |\n",
		"\n<details><summary>high <code>pdb-never-allows</code> on 1</summary>\n\n" +
			"- `shop/web` Deployment in `charts/web`, `charts/web/templates/web.yaml:12`\n\n  No eviction is ever allowed.\n",
		"\n```yaml\n---\n# new\nkind: PodDisruptionBudget\n```\n\n</details>\n",
		"\nCould not read 2 files or objects of the input, the first `broken.yaml:3`: is no YAML.\n",
		"\nNot read: Pods (forbidden). Verdicts that need these kinds are unknown.\n",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("lacks %q:\n%s", part, got)
		}
	}
	if strings.Contains(got, "Left out") {
		t.Errorf("leaves something out:\n%s", got)
	}
}

// manyFindings are so many of so many kinds that they do not fit in a comment.
func manyFindings(kinds, each int) published.Findings {
	f := published.Findings{}
	for k := range kinds {
		for i := range each {
			x := someFindings().Findings[0]
			x.Obligation = fmt.Sprintf("obligation-%04d", k)
			x.Subject.Name = fmt.Sprintf("web-%d-%d", k, i)
			x.Position.Line = 1000*k + i + 1
			x.Fingerprint = finding.Fingerprint(x.Obligation, x.Subject)
			f.Findings = append(f.Findings, x)
		}
	}
	return f
}

// A comment never grows over what GitHub takes, and what it leaves out it counts:
// what it shows and what it counts are together all that there is.
func TestMarkdownOfManyFindingsIsCut(t *testing.T) {
	for _, c := range []struct{ kinds, each int }{{1, 5}, {3, 40}, {40, 40}, {2000, 1}} {
		got := written(t, manyFindings(c.kinds, c.each), "markdown", Screen{})
		if len(got) > mostInComment {
			t.Errorf("%v: %d bytes", c, len(got))
		}
		rows := strings.Count(got, "\n| high |") + counts(got, `Left out for length: (\d+) rows? of the table`)
		if rows != c.kinds {
			t.Errorf("%v: %d rows are shown or counted", c, rows)
		}
		findings := strings.Count(got, "\n- `shop/web-") + counts(got, `(\d+) findings? in detail`)
		if findings != c.kinds*c.each {
			t.Errorf("%v: %d findings are shown or counted", c, findings)
		}
		if strings.Count(got, "<details>") != strings.Count(got, "</details>") || strings.Count(got, "\n```")%2 != 0 {
			t.Errorf("%v: cut within a part", c)
		}
	}
}

func counts(text, form string) int {
	m := regexp.MustCompile(form).FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func TestQuotedForMarkdown(t *testing.T) {
	for name, want := range map[string]string{
		"web": "`web`", "a`b": "``a`b``", "`a": "`` `a ``", "a|b": "`a|b`", "@team": "`@team`", "a\nb": "`a b`", "": "",
		"a\u202eb": "`a\ufffdb`",
	} {
		if got := code(name); got != want {
			t.Errorf("%q is %s, want %s", name, got, want)
		}
	}
	for said, want := range map[string]string{
		"ask @team": "ask @&#8203;team", "fixes #12": `fixes \#&#8203;12`, "a|b": `a\|b`, "<b>": `\<b\>`, "R&D": "R&amp;&#8203;D",
		"67% of 3": "67% of 3", "~x~": `\~&#8203;x\~`, "a @ b": "a @ b",
	} {
		if got := quotedProse(said); got != want {
			t.Errorf("%q is %s, want %s", said, got, want)
		}
	}
	if got := cell("`a|b`"); got != "`a\\|b`" {
		t.Error(got)
	}
	if got := fenced("yaml", []string{"a: |", "  ```"}); got != "````yaml\na: |\n  ```\n````\n" {
		t.Error(got)
	}
}
