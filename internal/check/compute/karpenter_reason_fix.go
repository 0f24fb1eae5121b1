package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/disruption"
)

// byReason are budgets as they are written, with what limits each reason that they leave
// without a limit at some time, and nothing else: 0 outside of the windows that it has, or the
// share of the default where no entry is about it. It fails where all reasons lack the
// same, which is said shorter for all of them.
func byReason(budgets []disruption.NodeBudget) (budgetsFix, bool) {
	judged := disruption.ParseNodeBudgets(budgets).Judge(scheduleEpoch)
	closed := map[string][]string{} // by what closes them: reasons
	var order [][]disruption.NodeBudget
	var unlimited []string
	for _, reason := range disruption.Reasons {
		if _, lacks := judged.Gaps[reason]; !lacks {
			continue
		}
		outside, ok := outsideOf(budgets, reason)
		if !ok {
			unlimited = append(unlimited, reason)
			continue
		}
		key := keyOf(outside)
		if closed[key] == nil {
			order = append(order, outside)
		}
		closed[key] = append(closed[key], reason)
	}
	all := slices.Clone(budgets)
	for _, outside := range order {
		reasons := closed[keyOf(outside)]
		if len(reasons) == len(disruption.Reasons) {
			return budgetsFix{}, false
		}
		for _, b := range outside {
			b.Reasons = reasons
			all = append(all, b)
		}
	}
	said := "set scheduled budgets of 0 for the hours outside the windows, for the reasons that have no other limit then"
	switch {
	case len(unlimited) == len(disruption.Reasons) || len(unlimited)+len(order) == 0:
		return budgetsFix{}, false
	case len(unlimited) > 0 && len(order) == 0:
		said = "add an unscheduled budget for the reasons that have no limit at some time"
	case len(unlimited) > 0:
		said += ", and add an unscheduled budget for those that have none at all"
	}
	if len(unlimited) > 0 {
		limit := disruption.DefaultNodeBudgets.Written()[0]
		limit.Reasons = unlimited
		all = append(all, limit)
	}
	return budgetsFix{said, all}, true
}

// outsideOf are budgets of 0 for the hours outside of the windows that a reason has; false where
// it has none, or the hours to close are written already.
func outsideOf(budgets []disruption.NodeBudget, reason string) ([]disruption.NodeBudget, bool) {
	var windows []disruption.NodeBudget
	for _, b := range budgets {
		switch {
		case b.Reasons != nil && !slices.Contains(b.Reasons, reason):
		case isZero(b) || b.Schedule == "":
			return nil, false
		default:
			b.Reasons = nil
			windows = append(windows, b)
		}
	}
	if len(windows) == 0 {
		return nil, false
	}
	return complement(windows)
}

// keyOf tells budgets of 0 apart by when they are.
func keyOf(closed []disruption.NodeBudget) string {
	key := ""
	for _, b := range closed {
		key += b.Schedule + " " + b.Duration.String() + "\n"
	}
	return key
}
