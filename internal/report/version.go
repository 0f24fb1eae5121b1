package report

import (
	"cmp"
	"fmt"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// versionPage says which onus this is.
func versionPage(v published.Version) page {
	commit := cmp.Or(v.Commit, "not recorded")
	if v.Date != "" {
		commit += " of " + v.Date
	}
	if v.Modified {
		commit += ", with changes that no commit has"
	}
	return page{title("onus " + v.Version), bullets{
		"commit: " + commit,
		"built with " + v.Go + " for " + v.Platform,
		fmt.Sprintf("catalog: %s, %s, %s; the last was read on %s", words.Count(v.Catalog.Offerings, "offering"),
			words.Count(v.Catalog.Obligations, "obligation"), words.Count(v.Catalog.Sources, "source"), v.Catalog.Read),
	}}
}
