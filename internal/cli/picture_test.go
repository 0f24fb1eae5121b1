package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The picture in the README is what onus draws. With -update it is drawn anew.
func TestPictureOfTheLadder(t *testing.T) {
	const file = "../../docs/ladder.svg"
	var out, errs bytes.Buffer
	if status := Main([]string{"ladder", "-o", "svg"}, strings.NewReader(""), &out, &errs); status != exitHeld {
		t.Fatalf("exit status %d\n%s", status, errs.String())
	}
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, out.Bytes()) {
		t.Error("docs/ladder.svg is not what onus draws; go test ./internal/cli -run Picture -update draws it anew")
	}
}

// The README's table of questions names commands and flags that there are.
func TestCommandsOfTheREADME(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for row := range strings.Lines(string(text)) {
		cells := strings.Split(row, " | ")
		if len(cells) != 3 || !strings.HasPrefix(cells[1], "`onus ") {
			continue
		}
		tried++
		args := append(strings.Fields(strings.Trim(cells[1], "`"))[1:], "--help")
		var out, errs bytes.Buffer
		if status := Main(args, strings.NewReader(""), &out, &errs); status != exitHeld || !strings.Contains(out.String(), "Usage:") {
			t.Errorf("%s: exit status %d\n%s", cells[1], status, errs.String())
		}
	}
	if tried < 10 {
		t.Errorf("%d commands in its table", tried)
	}
}
