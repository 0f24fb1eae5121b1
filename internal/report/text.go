package report

import (
	"fmt"
	"io"

	"github.com/onus-project/onus/internal/report/published"
)

// textOf writes values for a person at a terminal.
func textOf(v published.Value) writer {
	if p := pageOf(v); p != nil {
		return func(w io.Writer, s Screen) error {
			words := joined(p(), func(b block) string { return b.terminal(s, 0) }, func(block, block) string { return "\n\n" })
			return s.print(w, words+"\n")
		}
	}
	switch v := v.(type) {
	case published.Findings:
		return func(w io.Writer, s Screen) error { return findingsText(w, legible(v), s) }
	case published.Simulation:
		return func(w io.Writer, s Screen) error {
			v := legible(v)
			return simulationText(w, &v, s)
		}
	case published.Simulations:
		return func(w io.Writer, s Screen) error {
			v := legible(v)
			return simulationsText(w, &v, s)
		}
	}
	return nil
}

// print writes a finished text, without what a terminal would obey.
func (s Screen) print(w io.Writer, words string) error {
	if _, err := io.WriteString(w, s.Printable(words)); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// pageOf returns what lays out a value as a page, nil for a value that has
// none.
func pageOf(v published.Value) func() page {
	switch v := v.(type) {
	case published.Ladder:
		return func() page { return ladderPage(v) }
	case published.Diff:
		return func() page { return diffPage(v) }
	case published.Comparison:
		return func() page { return comparisonPage(v) }
	case published.Fixes:
		return func() page { return fixesPage(v) }
	case published.Run:
		return func() page { return runPage(v) }
	case published.Plan:
		return func() page { return planPage(v) }
	case published.PlanDiff:
		return func() page { return planDiffPage(v) }
	case published.Calendar:
		return func() page { return calendarPage(v) }
	case published.Matrix:
		return func() page { return matrixPage(v) }
	case published.Tests:
		return func() page { return testsPage(v) }
	case published.Velocity:
		return func() page { return velocityPage(v) }
	case published.Version:
		return func() page { return versionPage(v) }
	}
	return explainedPageOf(v)
}

// explainedPageOf is pageOf for what onus explain says.
func explainedPageOf(v published.Value) func() page {
	switch v := v.(type) {
	case published.Index:
		return func() page { return indexPage(v) }
	case published.AxisExplained:
		return func() page { return axisPage(v) }
	case published.LayerExplained:
		return func() page { return layerPage(v) }
	case published.CellExplained:
		return func() page { return cellPage(v) }
	case published.OfferingExplained:
		return func() page { return offeringPage(v) }
	case published.MovesExplained:
		return func() page { return movesPage(v) }
	case published.ObligationExplained:
		return func() page { return obligationPage(v) }
	case published.TriggerExplained:
		return func() page { return triggerPage(v) }
	case published.PlatformExplained:
		return func() page { return platformPage(v) }
	case published.SourceExplained:
		return func() page { return sourcePage(v) }
	}
	return nil
}
