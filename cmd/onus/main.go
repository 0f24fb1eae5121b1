// Command onus says who is responsible for what, and whether the customer's
// side is held.
package main

import (
	"os"

	"github.com/onus-project/onus/internal/cli"
)

func main() {
	rarely()
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
