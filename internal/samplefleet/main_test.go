package main

import (
	"bytes"
	"os"
	"testing"
)

// The example is what this prints, and it has as many instances as it says.
func TestExample(t *testing.T) {
	want, err := os.ReadFile("../../examples/fleet-2000/inventory.csv")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	Write(&got, 2000, 1)
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("go run ./internal/samplefleet > examples/fleet-2000/inventory.csv writes another one")
	}
	for _, n := range []int{0, 1, 2, 7, 2000} {
		got.Reset()
		Write(&got, n, 3)
		if lines := bytes.Count(got.Bytes(), []byte("\n")); lines != n+1 {
			t.Errorf("%d lines of %d instances", lines, n)
		}
	}
}
