package cli

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/calendar"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/filter"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// dating is what onus calendar is asked for.
type dating struct {
	from                         input
	as, output, begin, end, zone string
	namespaces                   []string
}

func (s *session) calendarCommand() *cobra.Command {
	var x dating
	var l live
	cmd := &cobra.Command{
		Use:   "calendar [PATH...|-]",
		Short: "What node budgets really do, hour by hour",
		Long: `Calendar shows how many nodes the budgets of each node pool let go at once, for each hour
and each reason, in your time zone: when they are closed, when nothing limits them, which
entry never counts, and what asks no budget at all, such as expiry.

It plays the routine replacement of the nodes of each pool, and says whether it fits into
one opening, and the smallest window in which it would.

Windows of maintenance are shown the same way, from what gcloud container clusters
describe, az aks maintenanceconfiguration list, aws eks describe-nodegroup, aws rds
describe-db-instances or atlas maintenanceWindows describe print as JSON.

PATH is a file or a directory with node pools, or a snapshot; - is standard input. With
--context or --kubeconfig a live cluster is read, and what the files say goes over it.
Without any of these it is kubectl's current cluster. --namespace shows the pools on whose
nodes pods of some namespaces run, as far as nodes and pods were read.

Exit status: 0 printed, 1 some pool can never replace its nodes, 2 bad usage or bad
input, 3 could not finish, 4 a fault of onus itself.`,
		Example: `  onus calendar ./manifests
  onus calendar --context prod
  onus calendar ./manifests --from 2026-12-21 --to 2027-01-03 --tz Europe/Berlin
  onus calendar cluster.json -o ics > budgets.ics`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(x.output, published.Calendar{}); err != nil {
				return err
			}
			if slices.Contains(x.namespaces, "") {
				return usage("", "--namespace is empty")
			}
			var err error
			if x.from, err = s.source(cmd, &l, paths, "./manifests"); err != nil {
				return err
			}
			return s.calendar(cmd.Context(), &x)
		},
	}
	cmd.Flags().StringVar(&x.as, "as", "", "evaluate as if everything ran on this `OFFERING`")
	cmd.Flags().StringVar(&x.begin, "from", "", "first `DAY`, such as 2026-12-21, or time with its zone (default: today)")
	cmd.Flags().StringVar(&x.end, "to", "", "last `DAY`, which is shown, or time with its zone (default: a week after the first)")
	cmd.Flags().StringVar(&x.zone, "tz", "", "time `ZONE` to show times in, such as Europe/Berlin or UTC (default: that of this machine)")
	namespaceFlag(cmd, &x.namespaces)
	outputFlag(cmd, &x.output, published.Calendar{})
	l.flags(cmd)
	l.inputFlags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("as", s.complete(func(c *responsibility.Catalog) []named { return offeringNames(withContract(c)) }))
	for _, free := range []string{"from", "to", "tz"} {
		_ = cmd.RegisterFlagCompletionFunc(free, cobra.NoFileCompletions)
	}
	return cmd
}

func (s *session) calendar(ctx context.Context, x *dating) error {
	c, screen, err := s.printing(x.output, published.Calendar{})
	if err != nil {
		return err
	}
	as, err := askedFor(c, x.as)
	if err != nil {
		return err
	}
	in, err := x.days(s.now())
	if err != nil {
		return err
	}
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	read, err := s.estate(ctx, x.from, going)
	if err != nil {
		return err
	}
	if missing := (&filter.Filter{Namespaces: x.namespaces}).Missing(read); missing != nil {
		done()
		return nothingOf(missing)
	}
	going.Begin("playing what the budgets leave open")
	dated := publish.Dated{Whole: read, Range: in, Namespaces: x.namespaces}
	if x.from.config != nil {
		dated.Config = x.from.config.File
	}
	stuck, found := false, false
	for i, places := range placesOf(c, read.Units, as, x.from.config) {
		pools, windows, err := calendar.Of(ctx, c, read.Units[i].Estate, places.Decided(), in)
		if err != nil {
			done()
			return unplayed("the calendar", err)
		}
		found = found || len(pools)+len(windows) > 0
		pools, left, unplaced := calendar.Under(pools, read.Units[i].Estate.Kubernetes, &places, x.namespaces)
		dated.LeftOut, dated.Unplaced = dated.LeftOut+left, dated.Unplaced+unplaced
		stuck = stuck || slices.ContainsFunc(pools, func(p calendar.Pool) bool { return p.Roll.Stuck() }) ||
			slices.ContainsFunc(windows, func(w calendar.Window) bool { return w.Roll != nil && w.Roll.Stuck() })
		dated.Pools, dated.Windows = append(dated.Pools, pools), append(dated.Windows, windows)
	}
	done()
	if !found {
		return nothingToDate(read)
	}
	if err := s.show(s.out, x.output, publish.Calendar(dated), screen); err != nil {
		return err
	}
	if stuck {
		return &exitError{status: exitBroken}
	}
	return nil
}

// nothingToDate is the answer to input without a pool that node budgets pace.
func nothingToDate(e *estate.Whole) error {
	unread := e.Unread()
	switch {
	case len(unread) > 0:
		return nothingRead(unread, "no node pool of the cluster")
	case len(e.Unreadable) > 0:
		return unreadable(e.Unreadable)
	case e.Objects() > 0:
		return usage("give the NodePools too", "nothing to show: no node pool with node budgets and no maintenance window was read")
	}
	return nothingKnown(e, "nothing to show")
}

// mostDays is the longest time of a calendar: a quarter.
const mostDays = 92

// days is the time that was asked for, in the zone that was asked for: a week from today
// where nothing was.
func (x *dating) days(now time.Time) (calendar.Range, error) {
	zone, err := zoneOf(x.zone)
	if err != nil {
		return calendar.Range{}, err
	}
	y, m, d := now.In(zone).Date()
	in := calendar.Range{From: time.Date(y, m, d, 0, 0, 0, 0, zone)}
	if x.begin != "" {
		if in.From, err = instantOf("from", x.begin, zone, 0); err != nil {
			return in, err
		}
	}
	y, m, d = in.From.Date()
	in.Until = time.Date(y, m, d+7, 0, 0, 0, 0, zone)
	if x.end != "" {
		if in.Until, err = instantOf("to", x.end, zone, 1); err != nil {
			return in, err
		}
	}
	switch {
	case !in.From.Before(in.Until):
		return in, usage("", "--to %s is not after the start, %s", x.end, in.From.Format("2006-01-02 15:04"))
	case in.Until.Sub(in.From) > (mostDays+1)*24*time.Hour:
		return in, usage("", "--from and --to are more than %d days apart", mostDays)
	}
	return in, nil
}

// instantOf reads a day, whose midnight it is after so many more, or a time.
func instantOf(flag, text string, zone *time.Location, more int) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.In(zone), nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 {
		return t, usage("", "--%s is %q, wants a day such as 2026-12-21, or a time such as 2026-12-21T08:00:00Z", flag, text)
	}
	return time.Date(t.Year(), t.Month(), t.Day()+more, 0, 0, 0, 0, zone), nil
}
