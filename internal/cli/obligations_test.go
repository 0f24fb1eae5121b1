package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// Every obligation of the catalog has a page, made of what explain says of it; and there
// are no other pages. With -update they are written anew.
func TestObligationPages(t *testing.T) {
	const dir = "../../docs/obligations"
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	looked, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"README.md": indexOf(c)}
	for _, o := range c.Obligations {
		section := strings.Contains(string(looked), "\n### "+o.ID+"\n")
		if section != o.Checked {
			t.Errorf("%s is checked: %t, and docs/check.md has a section on it: %t", o.ID, o.Checked, section)
		}
		pages[o.ID+".md"] = obligationPage(t, o)
	}
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range pages {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		is, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if want, ok := pages[f.Name()]; !ok || string(is) != want {
			t.Errorf("docs/obligations/%s is not what the catalog says; go test ./internal/cli -run ObligationPages -update writes it", f.Name())
		}
		delete(pages, f.Name())
	}
	for name := range pages {
		t.Errorf("there is no docs/obligations/%s; go test ./internal/cli -run ObligationPages -update writes it", name)
	}
}

// obligationPage is the page on an obligation.
func obligationPage(t *testing.T, o *responsibility.Obligation) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := Main([]string{"explain", o.ID, "-o", "markdown"}, strings.NewReader(""), &out, &errs); status != exitHeld {
		t.Fatalf("explain %s: exit status %d\n%s", o.ID, status, errs.String())
	}
	by := "Not checked: verify it by hand."
	if o.Checked {
		by = "Checked: [what is looked at, and how it is judged](../check.md#" + o.ID + ")."
	}
	return "<!-- Made of catalog/obligations/" + o.ID + ".yaml. -->\n\n" + strings.TrimRight(out.String(), "\n") + "\n\n" + by + "\n"
}

// indexOf lists the pages, by axis.
func indexOf(c *responsibility.Catalog) string {
	var b strings.Builder
	b.WriteString("<!-- Made of catalog/obligations. -->\n\n# Obligations\n\n")
	b.WriteString("What is the customer's to do, by axis. In bold what onus checks.\n")
	for _, axis := range c.Axes {
		b.WriteString("\n## " + axis.Title + "\n\n")
		for _, o := range c.Obligations {
			if o.Axis != axis.ID {
				continue
			}
			name := "[" + o.ID + "](" + o.ID + ".md)"
			if o.Checked {
				name = "**" + name + "**"
			}
			b.WriteString("- " + name + ": " + o.Title + "\n")
		}
	}
	return b.String()
}
