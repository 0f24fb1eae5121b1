package publish

import (
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// Version says which build this is, and how much of the world its catalog knows.
func Version(b release.Build, c *responsibility.Catalog) published.Version {
	v := published.Version{
		Head: published.Head{Schema: published.VersionSchema}, Version: b.Version, Commit: b.Commit, Date: b.Date, Modified: b.Modified, Go: b.Go,
		Platform: b.Platform,
		Catalog:  published.Catalog{Offerings: len(c.Offerings), Obligations: len(c.Obligations), Sources: len(c.Sources)},
	}
	for _, s := range c.Sources {
		v.Catalog.Read = max(v.Catalog.Read, s.Read)
	}
	return v
}
