package compute

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
)

// modest says by what it is known that nobody loses much by the absence of a workload,
// whoever calls it; empty where somebody may. That its pods cannot be evicted counts all
// the same: who runs the nodes waits for that.
func (s *stakes) modest(w *kubernetes.Workload) string {
	if readme, said := s.unit.Folders.Home(filepath.ToSlash(w.Position.File)); said != "" {
		return `a household waits for it: its README says "` + said + `" (` + readme + ")"
	}
	return s.unit.AtHome
}

// ofNamespace says of a workload that by the name of its namespace nobody needs it but
// who tries or develops something.
func (s *stakes) ofNamespace(w *kubernetes.Workload) string {
	if of := purpose.OfNamespace(w.Namespace); of != purpose.Deployed {
		return "by its name namespace " + w.Namespace + " is there for " + string(of)
	}
	return ""
}

// outdated says that a workload is not applied as it stands: beside it is an object that
// no API server takes any more. Of a chart Helm installs all or nothing; of files those in
// the same one count, and those of a folder that tells of no newer cluster.
func (s *stakes) outdated(w *kubernetes.Workload) string {
	for _, old := range s.estate.Withdrawn {
		if s.unit.OfChart || old.Position.File == w.Position.File && w.Position.File != "" {
			return notInstalled(old.Kind, old.API, old.Since)
		}
	}
	for i := range s.estate.Budgets {
		if b := &s.estate.Budgets[i]; s.unit.OfChart && b.Unserved && b.Unit == "" {
			return notInstalled("PodDisruptionBudget", oldBudgets, responsibility.Removed(oldBudgets, "PodDisruptionBudget").Since)
		}
	}
	for _, old := range s.estate.Withdrawn {
		if s.staleFor(&old, w.Position.File) {
			return "with it stands the " + old.Kind + " of " + filepath.ToSlash(old.Position.File) + ", in " + old.API +
				", which no API server takes since Kubernetes " + old.Since + ": as it stands the folder was applied to no cluster since"
		}
	}
	return ""
}

// staleFor reports whether an object that no API server takes tells that what stands in a
// file was not applied for long: it stands in the same folder, or in one above that which is
// not the whole input, where nothing is in a version of as late a cluster, and is not put
// aside itself.
func (s *stakes) staleFor(old *kubernetes.Withdrawn, file string) bool {
	stands := filepath.ToSlash(old.Position.File)
	if file == "" || stands == "" || purpose.OfFile(stands) != purpose.Deployed {
		return false
	}
	folder, whole := path.Dir(stands), s.unit.Folders.Below(stands) == "."
	within := func(other string) bool {
		other = path.Dir(filepath.ToSlash(other))
		return other == folder || !whole && strings.HasPrefix(other, folder+"/")
	}
	removal := responsibility.Removed(old.API, old.Kind)
	return within(file) && removal != nil && !slices.ContainsFunc(s.estate.Current, func(c kubernetes.Current) bool {
		return c.Minor >= removal.Minor() && within(c.Position.File)
	})
}

// oldBudgets is the version of budgets that API servers took before policy/v1.
const oldBudgets = "policy/v1beta1"

// isOld says of a budget that it is in that version.
func isOld(budget string) string {
	return fmt.Sprintf("PDB %s is written in %s, which no API server takes since Kubernetes %s", budget, oldBudgets,
		responsibility.Removed(oldBudgets, "PodDisruptionBudget").Since)
}

func notInstalled(kind, api, since string) string {
	return "it is not installed as it stands: with it goes the kind " + kind + " of " + api +
		", which no API server takes since Kubernetes " + since
}
