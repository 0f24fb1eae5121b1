package record

import (
	"fmt"
	"os"
	"testing"
)

func TestPacking(t *testing.T) {
	estate, err := os.ReadFile("../../testdata/runs/sts-drift/estate.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := packing(estate)
	if want := "[ db web  db web  db web  web  web  web]"; fmt.Sprint(got) != want || err != nil {
		t.Errorf("got  %s, %v\nwant %s", fmt.Sprint(got), err, want)
	}
}
