package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAdoption goes through docs/adoption.md as somebody new would, in a folder with nothing in
// it but the chart: what that prints is what it says, no step takes long, and none needs a
// command, a flag or a file that the README does not name. With -v it tells how long each took.
func TestAdoption(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("commands of the documentation are those of a POSIX shell")
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	d := readDoc(t, filepath.Join("..", "..", "docs", "adoption.md"))
	d.shell, d.dir, d.kubeconfig = shell, t.TempDir(), filepath.Join(t.TempDir(), "none")
	for _, b := range d.blocks {
		if b.file != "" {
			d.write(t, b)
		}
	}
	known := strings.FieldsFunc(string(readme), func(r rune) bool { return strings.ContainsRune(" \n`\"'(),;:", r) })
	steps := 0
	for _, b := range d.blocks {
		for _, s := range d.steps(t, b) {
			began := time.Now()
			printed, status := d.play(t, s.command)
			took := time.Since(began)
			t.Logf("%6.2f s  %s", took.Seconds(), s.command)
			if found, ok := fits(s.output, printed); !ok || status != s.status {
				t.Errorf("%s:%d: exit status %d, from line %d on it prints something else:\n%s", d.path, s.line, status, found,
					strings.Join(printed, "\n"))
			}
			if took > time.Minute {
				t.Errorf("%s:%d: %s took %s", d.path, s.line, s.command, took)
			}
			for _, word := range knownOf(s.command) {
				if !slices.Contains(known, word) {
					t.Errorf("%s:%d: %s: the README does not name %s", d.path, s.line, s.command, word)
				}
			}
			steps++
		}
	}
	if steps < 8 {
		t.Errorf("%d steps", steps)
	}
}

// knownOf are what one has to know of onus to come to a command of it: its own commands, flags,
// formats, and files that it knows by name.
func knownOf(command string) []string {
	words := strings.Fields(command)
	var all []string
	for i, w := range words {
		ours := words[0] == "onus" && (i < 2 || strings.HasPrefix(w, "-") || words[i-1] == "-o")
		if ours || w == ".onus.yaml" {
			all = append(all, w)
		}
	}
	return all
}
