// Command manual writes what a release has beside the binary: the manual pages and the
// completions of shells, both made from the commands themselves.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/onus-project/onus/internal/cli"
	"github.com/onus-project/onus/internal/release"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manual DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1], cli.Commands(), release.This()); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

// write makes man/ and completions/ below a directory.
func write(dir string, root *cobra.Command, b release.Build) error {
	man, completions := filepath.Join(dir, "man"), filepath.Join(dir, "completions")
	for _, d := range []string{man, completions} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return fmt.Errorf("making a folder: %w", err)
		}
	}
	root.DisableAutoGenTag = true // which would put today's date into each page
	head := &doc.GenManHeader{Title: "ONUS", Section: "1", Source: "onus " + b.Version, Manual: "onus"}
	if err := doc.GenManTree(root, head, man); err != nil {
		return fmt.Errorf("writing the manual pages: %w", err)
	}
	for file, shell := range map[string]func(string) error{
		"onus.bash": func(f string) error { return root.GenBashCompletionFileV2(f, true) },
		"_onus":     root.GenZshCompletionFile,
		"onus.fish": func(f string) error { return root.GenFishCompletionFile(f, true) },
		"onus.ps1":  root.GenPowerShellCompletionFileWithDesc,
	} {
		if err := shell(filepath.Join(completions, file)); err != nil {
			return fmt.Errorf("writing the completion %s: %w", file, err)
		}
	}
	return nil
}
