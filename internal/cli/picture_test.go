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
