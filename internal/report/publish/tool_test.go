package publish

import (
	"os"
	"strings"
	"testing"
)

// The address that is published is that of the module.
func TestHomeIsTheModule(t *testing.T) {
	data, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	module, _, _ := strings.Cut(string(data), "\n")
	if "https://"+strings.TrimPrefix(module, "module ") != home {
		t.Errorf("published is %s, and go.mod has %s", home, module)
	}
}
