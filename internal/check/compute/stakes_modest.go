package compute

import (
	"fmt"
	"path/filepath"

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
// the same one count.
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
	return ""
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
