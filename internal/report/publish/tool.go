package publish

import (
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report/published"
)

// home is where onus is kept: its module path.
const home = "https://github.com/onus-project/onus"

// tool is this program.
func tool() published.Tool {
	return published.Tool{Name: "onus", Version: release.Version(), URL: home}
}
