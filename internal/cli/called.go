package cli

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// calledAs is what a person types to run this program: as a plugin kubectl runs it by the name
// kubectl-onus.
func calledAs(args []string) string {
	if len(args) > 0 && strings.TrimSuffix(filepath.Base(args[0]), ".exe") == "kubectl-onus" {
		return "kubectl onus"
	}
	return "onus"
}

// asCalled has the examples of a command, and of those below it, say what a person types.
func asCalled(cmd *cobra.Command) {
	if name := cmd.Root().CommandPath(); name != "onus" {
		cmd.Example = strings.ReplaceAll(strings.ReplaceAll(cmd.Example, "  onus ", "  "+name+" "), "| onus ", "| "+name+" ")
	}
	for _, below := range cmd.Commands() {
		asCalled(below)
	}
}
