package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// applying is what onus apply is asked for.
type applying struct {
	carried
	dryRun, resume bool
	accept         []string
	approve        []string
	onStuck        string
	answers        []string
}

func (s *session) applyCommand() *cobra.Command {
	x := applying{}
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Carry a plan out: guarded, with a journal, and to be gone on with after a crash",
		Long: `Apply does what a plan says, in the cluster that the plan is for and in no other. It refuses
a plan whose facts are others by now, and says which; and one with risks that are not
accepted by name.

Rights that it lacks for what is left of the plan are named before anything is changed, all
at once. One that is lost meanwhile pauses the plan.

Before each change it asks the guards anew (windows, floors), and whether it still holds
the lease of the cluster; evictions go through the eviction API, which asks the PDBs. What
is about to be done stands in a journal before it is done. A process that is killed is gone
on with by --resume: what was done is not done again.

A step that takes too long is stuck: what was begun of its node is undone (uncordoned,
where this plan has cordoned it), and the plan is paused, or goes on with the others under
--on-stuck=skip. Under --on-stuck=escalate a drain that a PDB holds is taken on: one pod
after the other is deleted past it, as was planned with onus plan nodes --escalate and
accepted by name. Ctrl-C undoes what is in hand, and says how to go on.

Exit status: 0 done, 1 paused, or some of it is left or unknown, 2 bad usage or bad input,
a stale plan or a missing right among it, 3 interrupted, or another process holds the
lease, 4 a fault of onus itself.`,
		Example: `  onus apply plan.json --dry-run
  onus apply plan.json --context prod
  onus apply plan.json --context prod --resume
  onus apply plan.json --accept-risk single-replica/shop/Deployment/mailer --on-stuck skip`,
		Args: onePlan,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(x.output, published.Run{}); err != nil {
				return err
			}
			if x.dryRun && x.resume {
				return usage("", "--dry-run and --resume contradict each other")
			}
			if !slices.Contains(onStuck, x.onStuck) {
				return usage("", "--on-stuck is %q, wants %s", x.onStuck, words.Or(onStuck))
			}
			if err := x.telling.check(); err != nil {
				return err
			}
			if err := x.read(args[0]); err != nil {
				return err
			}
			if err := x.mayEscalate(); err != nil {
				return err
			}
			return s.apply(cmd, &x)
		},
	}
	x.applyFlags(cmd)
	return cmd
}

func (x *applying) applyFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&x.dryRun, "dry-run", false, "look whether it could begin, and change nothing")
	cmd.Flags().BoolVar(&x.resume, "resume", false, "go on with a plan that was begun, and begin one that was not")
	cmd.Flags().StringSliceVar(&x.accept, "accept-risk", nil, "accept a risk of the plan by its name, `OBLIGATION/SUBJECT` (repeatable)")
	cmd.Flags().StringVar(&x.onStuck, "on-stuck", string(apply.PauseOnStuck),
		"what to do about a step that takes too long: "+words.Or(onStuck))
	cmd.Flags().StringArrayVar(&x.answers, "answer", nil,
		"say of a step that is unknown whether it was done, `STEP=done` or STEP=not-begun (repeatable)")
	cmd.Flags().StringSliceVar(&x.approve, "approve", nil, "approve what the plan waits for, by its `NAME`, such as wave-2 (repeatable)")
	x.flags(cmd)
	x.telling.flags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("approve", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("on-stuck",
		cobra.FixedCompletions(onStuck, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("accept-risk", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("answer", cobra.NoFileCompletions)
}

// onStuck are the answers to what is to be done about a step that is stuck.
var onStuck = []string{string(apply.PauseOnStuck), string(apply.SkipOnStuck), string(apply.EscalateOnStuck)}

// mayEscalate refuses to escalate what was not planned for it, or whose risks nobody has accepted.
func (x *applying) mayEscalate() error {
	if x.onStuck != string(apply.EscalateOnStuck) {
		return nil
	}
	if !x.plan.Escalates() {
		return usage("plan it with --escalate, and accept its risks by name",
			"%s has nothing that --on-stuck=escalate may do: it was made without --escalate, or no PodDisruptionBudget is over its pods", x.file)
	}
	of := x.plan.RisksOfEscalations()
	of = slices.DeleteFunc(of, func(r plan.Risk) bool { return slices.Contains(x.accept, r.Name()) })
	if len(of) > 0 {
		return usage("--accept-risk "+of[0].Name()+" accepts one", "--on-stuck=escalate: %w", &apply.Unaccepted{Risks: of})
	}
	return nil
}

// onePlan wants the file of a plan.
func onePlan(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage(cmd.CommandPath()+" plan.json", "%s wants the file of one plan", cmd.Name())
	}
	return nil
}

func (s *session) apply(cmd *cobra.Command, x *applying) error {
	ctx := cmd.Context()
	answers, err := x.said()
	if err != nil {
		return err
	}
	if err := x.approves(); err != nil {
		return err
	}
	if err := x.reach(cmd); err != nil {
		return err
	}
	if err := x.site.fits(ctx); err != nil {
		return err
	}
	if err := s.mayBegin(ctx, x); err != nil {
		return err
	}
	if x.state == nil || x.state.Finished != journal.Done {
		if err := x.site.permits(ctx, s, x.onStuck == string(apply.EscalateOnStuck)); err != nil {
			return err
		}
	}
	if err := x.site.alone(ctx); err != nil {
		return err
	}
	if x.dryRun {
		return s.dryRun(ctx, x)
	}
	defer keepWriting()()
	s.out.begin() // an interruption is carried out to its end, and then told
	settings := apply.Settings{Accept: x.accept, Approve: x.approve, OnStuck: apply.OnStuck(x.onStuck), Answers: answers,
		Facts: x.site.facts()}
	status, err := s.hold(ctx, &x.carried, x.resume, settings, func(ctx context.Context, e *apply.Engine) (apply.Status, error) {
		return e.Run(ctx, x.resume)
	})
	return s.ran(&x.carried, status, err)
}

// said are the answers of --answer, by step.
func (x *applying) said() (map[string]bool, error) {
	all := map[string]bool{}
	for _, a := range x.answers {
		id, is, _ := strings.Cut(a, "=")
		if is != "done" && is != "not-begun" {
			return nil, usage("", "--answer is %q, wants STEP=done or STEP=not-begun", a)
		}
		all[id] = is == "done"
	}
	if len(all) > 0 && !x.resume {
		return nil, usage("", "--answer is about a plan that was begun, and goes with --resume")
	}
	return all, nil
}

// mayBegin reports, before anything is taken or written, that a plan was begun or not.
func (s *session) mayBegin(ctx context.Context, x *applying) error {
	r, err := s.record(ctx, &x.carried, x.resume)
	if err != nil || r == nil {
		return err // where nothing was begun it is, with --resume as well: one command for a Job that may be started anew
	}
	x.held = r.Holders
	is := apply.Fold(x.plan, r.Entries)
	x.state = is
	switch {
	case is.Finished == journal.Aborted:
		return usage("make a new plan", "%s was aborted", x.file)
	case !is.Begun.IsZero() && is.Finished != journal.Done && !x.resume:
		return usage(x.again("apply")+" --resume goes on, onus abort undoes what it can", "%s was begun before", x.file)
	}
	return nil
}

// after is the fencing number of who carried it out last.
func (x *carried) after() int64 {
	if len(x.held) == 0 {
		return 0
	}
	return x.held[len(x.held)-1].Fence
}

// leaseTime is how long the lease holds without being renewed.
const leaseTime = 30 * time.Second

// hold takes the lease, opens the journal, and runs an engine under both.
func (s *session) hold(ctx context.Context, x *carried, wait bool, settings apply.Settings,
	do func(context.Context, *apply.Engine) (apply.Status, error)) (status apply.Status, err error) {
	clock := apply.RealClock()
	lease, who := x.site.lease(clock)
	told, err := s.tell(x)
	if err != nil {
		return apply.NotBegun, err
	}
	defer func() { // before the result is shown
		if failed := told.end(); err == nil && failed != nil {
			err = failed
		}
	}()
	fence, err := take(ctx, lease, clock, wait, x.plan.ID, told)
	if err != nil {
		return apply.NotBegun, err
	}
	gone := false
	defer func() {
		if !gone {
			_ = lease.Release(context.WithoutCancel(ctx)) // else it ends by itself
		}
	}()
	if err := begunHere(ctx, s, x, lease.Before()); err != nil {
		return apply.NotBegun, err
	}
	j, err := journal.Open(ctx, x.journal, x.head(), clock.Now())
	if err != nil {
		return apply.NotBegun, err
	}
	defer j.Close()
	if err := j.Hold(ctx, fence, who, clock.Now()); err != nil {
		return apply.NotBegun, err
	}
	if err := told.account(x, fence, who); err != nil {
		return apply.NotBegun, err
	}
	if err := lease.Note(ctx); err != nil {
		return apply.NotBegun, err
	}
	settings.Files = x.journal
	settings.Plan, settings.Journal, settings.Lease, settings.Clock = x.plan, j, lease, clock
	settings.Runners, settings.Guards = x.site.runners(), x.site.guards()
	settings.Events, settings.Journaled = told.event, told.journaled
	e, err := apply.New(settings, fence)
	if err != nil {
		return apply.NotBegun, badInput(fmt.Errorf("%s: %w", x.file, err))
	}
	status, err = do(ctx, e)
	gone = status == apply.Overtaken
	return status, err
}

// begunHere reports, by the number of who carried the plan out last, that it was begun with another journal.
// While the lease was waited for, another process may have gone on with it by this one: it is read anew.
func begunHere(ctx context.Context, s *session, x *carried, number int64) error {
	known := func() bool {
		return number == 0 || slices.ContainsFunc(x.held, func(h journal.Holder) bool { return h.Fence == number })
	}
	if known() {
		return nil
	}
	r, err := s.record(ctx, x, false)
	if err != nil {
		return err
	}
	if r != nil {
		x.held = r.Holders
	}
	if !known() {
		return usage("--journal says where, or a new plan is made", "%s was begun elsewhere, and %s knows nothing of it", x.file, x.journal)
	}
	return nil
}

// take takes the lease. One of a process that carried out the same plan and is gone is waited
// for, and so is one that is over by its holder's clock: it is taken once nobody was seen to renew it.
func take(ctx context.Context, l tenure, clock apply.Clock, wait bool, id string, to *told) (int64, error) {
	for try := 0; ; try++ {
		fence, err := l.Take(ctx)
		var taken *apply.Taken
		if err == nil || !errors.As(err, &taken) || taken.Until.IsZero() {
			return fence, err
		}
		over := clock.Now().After(taken.Renewed.Add(leaseTime))
		ours := wait && strings.HasPrefix(taken.Holder, id+"/")
		if !over && !ours || try > 1 || ctx.Err() != nil {
			return 0, err
		}
		to.say(fmt.Sprintf("waits for the lease of %s, which is taken over at %s unless that still runs", taken.Holder,
			taken.Until.Format(time.TimeOnly)))
		clock.Sleep(ctx, max(time.Until(taken.Until), 0)+time.Second)
	}
}

// holder is a name that no other process has.
func holder(id string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	var own [4]byte
	_, _ = rand.Read(own[:]) // it never fails
	return fmt.Sprintf("%s/%s/%d-%s", id, host, os.Getpid(), hex.EncodeToString(own[:]))
}
