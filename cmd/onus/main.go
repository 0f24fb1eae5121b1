// Command onus says who is responsible for what, and whether the customer's
// side is held.
package main

import (
	"os"
	"runtime/debug"

	"github.com/onus-project/onus/internal/cli"
)

func main() {
	// A run is short and what it reads is kept: collect less often than a
	// server would. GOGC in the environment still decides.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
