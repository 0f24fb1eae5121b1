package report

import (
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// Whatever names a file holds, text shows them in their places: none makes a line of
// its own, and what others hold of the value stays as it was.
func TestTextOfHostileNames(t *testing.T) {
	const forged = "9 broken, 9 unknown, 9 held"
	line := regexp.MustCompile(`(?m)^` + forged)
	rapid.Check(t, func(r *rapid.T) {
		f := hostileFindings.Draw(r, "findings")
		end := rapid.SampledFrom([]string{"\n", "\r", "\r\n", "\u0085", "\u2028", "\v", "\f"}).Draw(r, "end of line")
		for i := range f.Findings {
			f.Findings[i].Subject.Name += end + forged
			f.Findings[i].Position.File += end + forged
		}
		before, _ := published.Value(f).(published.Findings)
		shown := legible(f)
		if misleading(reflect.ValueOf(shown)) {
			r.Fatalf("something is still obeyed of %+v", shown)
		}
		if !reflect.DeepEqual(before, f) || !strings.Contains(f.Findings[0].Subject.Name, end) {
			r.Fatal("what was given is another value now")
		}
		for _, s := range []Screen{{Width: 80, Held: true}, {Width: 20}, {Width: 1000, Colour: true}} {
			text := written(t, f, "text", s)
			if s.Width == 1000 && line.MatchString(text) {
				r.Fatalf("a name makes a line\n%s", text)
			}
			if n := strings.IndexFunc(text, func(c rune) bool { return obeyed(c) && c != '\n' && c != '\x1b' }); n >= 0 {
				r.Fatalf("a terminal would obey %q", text[n:min(n+10, len(text))])
			}
		}
	})
}

// A value without anything odd is shown as it is.
func TestLegibleLeavesWhatIs(t *testing.T) {
	f := someFindings()
	if got := legible(f); !reflect.DeepEqual(got, f) || &got.Findings[0] != &f.Findings[0] {
		t.Error("a copy was made of what needs none")
	}
}

// A shell takes what is shown of a chart's values for what it is, in one word; and of
// what nobody can type there is no command.
func TestWordsForAShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	rapid.Check(t, func(r *rapid.T) {
		value := inOneLine(rapid.StringMatching(`[a-z.]{1,5}=[ -~]{0,8}`).Draw(r, "value"))
		out, err := exec.Command(shell, "-c", "printf '%s\\n' "+ofSet(value)).Output()
		if err != nil || string(out) != "--set\n"+value+"\n" {
			r.Fatalf("%s is %q to a shell (%v)", ofSet(value), out, err)
		}
	})
	for name, want := range map[string]bool{
		"web": true, "a.b-c_d:e": true, "": true, "1": true, "--all": false, "-rf": false, "web --all": false, "a;b": false, "$(a)": false,
		"a\nb": false, "`a`": false, "a'b": false, "é": false, "a/b": false,
	} {
		c := finding.Change{Action: finding.Delete, Object: finding.Object{Kind: "PodDisruptionBudget", Namespace: "shop", Name: name}}
		if got := strings.Contains(strings.Join(remarks(c), "\n"), "kubectl"); got != want {
			t.Errorf("%q has a command: %t", name, got)
		}
		c.Object.Name, c.Object.Namespace = "web", name
		if got := strings.Contains(strings.Join(remarks(c), "\n"), "kubectl"); got != want {
			t.Errorf("a namespace %q has a command: %t", name, got)
		}
	}
}

// Prose is what it reads to Markdown, and an address ends no link.
func TestMarkdownOfAddresses(t *testing.T) {
	for words, want := range map[string]string{
		"see https://x.example/a_b":       "see <https://x.example/a_b>",
		"https://x><img/src=x/onerror=a>": `https://x\>\<img/src=x/onerror=a\>`,
		"http://x|y":                      `http://x\|y`,
		"https://x`y":                     "https://x\\`y",
		"a\nb \x1b[31m":                   "a b �\\[31m",
		"\u202ehttps://x":                 "�https://x",
	} {
		if got := escaped(words); got != want {
			t.Errorf("%q is %q, want %q", words, got, want)
		}
	}
}
