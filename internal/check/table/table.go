// Package table names every check that onus has, of every axis: one line an
// obligation. What is not in it is not checked, and said to be so.
package table

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/check/patching"
)

// All are the checks.
func All() []check.Check {
	return []check.Check{
		compute.PDBMissing,
		compute.PDBNeverAllows,
		compute.PDBOverlap,
		compute.PDBShared,
		compute.PDBOrphan,
		compute.SingleReplica,
		compute.DrainDodger,
		compute.BudgetInvalid,
		compute.BudgetClosed,
		compute.BudgetGap,
		compute.BudgetDead,
		compute.SurvivesReplacement,
		compute.ExpiryCohort,
		compute.ExpiryUnbounded,
		compute.ReplacementFinishes,
		compute.ReleaseWithinBudget,
		compute.BarePod,
		compute.GraceWithinDeadline,
		compute.JobSurvivesEviction,
		compute.KubeletSkew,
		compute.DataOutlastsNode,
		compute.PlatformAdmits,
		compute.StopWithinGrace,
		compute.ConnectionsDrained,
		compute.JobEndsBeforeDeadline,
		compute.ReadyMeansServing,
		compute.ImageNamed,
		compute.AddonsNotDoubled,
		compute.OwnAddonsUpdated,
		compute.UpgradeStarted,
		compute.NodeImageFresh,
		compute.LaunchAllowed,
		patching.FleetVersionsKnown,
		patching.RolloutWithinPatchTarget,
		patching.ExposureClosed,
		patching.WatchPendingMaintenance,
		patching.MaintenanceWindowSet,
		patching.SurviveFailover,
		patching.VersionManifestFresh,
		patching.RotateSecretsAfterLeak,
		patching.SurviveElections,
		patching.ReadyForUrgentMaintenance,
	}
}
