package cli

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// The commands of the README's table of questions do what they say on a fresh clone, with an
// answer on standard output; of those for a cluster, or for a plan of one, the flags are there.
func TestCommandsOfTheREADME(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	run, looked := 0, 0
	for row := range strings.Lines(string(text)) {
		cells := strings.Split(row, " | ")
		if len(cells) != 3 || !strings.HasPrefix(cells[1], "`onus ") {
			continue
		}
		args := strings.Fields(strings.Trim(cells[1], "`"))[1:]
		wants := []int{exitHeld, exitBroken}
		if slices.Contains(args, "--context") {
			args, wants = append(args, "--help"), []int{exitHeld}
			looked++
		} else {
			run++
		}
		var out, errs bytes.Buffer
		if status := Main(args, strings.NewReader(""), &out, &errs); !slices.Contains(wants, status) || out.Len() == 0 {
			t.Errorf("%s: exit status %d\n%s", cells[1], status, errs.String())
		}
	}
	if run < 8 || looked < 3 {
		t.Errorf("%d commands are run, and the flags of %d looked at", run, looked)
	}
}
