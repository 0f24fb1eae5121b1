package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/cli"
	"github.com/onus-project/onus/internal/release"
)

// Each command has a manual page, and each shell a completion that knows the commands.
func TestManual(t *testing.T) {
	dir := t.TempDir()
	root := cli.Commands()
	if err := write(dir, root, release.Build{Version: "v1.2.3"}); err != nil {
		t.Fatal(err)
	}
	read := func(path ...string) string {
		data, err := os.ReadFile(filepath.Join(append([]string{dir}, path...)...))
		if err != nil {
			t.Error(err)
		}
		return string(data)
	}
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			continue
		}
		if page := read("man", "onus-"+c.Name()+".1"); !strings.Contains(page, "onus v1.2.3") || !strings.Contains(page, ".SH EXAMPLE") {
			t.Errorf("the page of %s is no page of this version with examples", c.Name())
		}
	}
	for file, has := range map[string]string{
		"onus.bash": "__start_onus", "_onus": "#compdef onus", "onus.fish": "complete -c onus", "onus.ps1": "Register-ArgumentCompleter",
	} {
		if !strings.Contains(read("completions", file), has) {
			t.Errorf("%s lacks %q", file, has)
		}
	}
	if err := write(filepath.Join(dir, "man", "onus.1"), root, release.Build{}); err == nil {
		t.Error("a file was taken for a folder")
	}
}
