package cli

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/apply/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// carried is a plan that is carried out, or was, and where.
type carried struct {
	live           live
	output         string
	journal        string
	leaseNamespace string
	telling        telling

	file   string
	plan   *plan.Plan
	hash   string
	held   []journal.Holder       // who carried it out before
	state  *apply.State           // how it stood when this was begun; nil where it was not begun
	marked []published.MarkedNode // nodes that an abort has left cordoned
	site   site                   // nil where nobody asked for it
}

func (x *carried) flags(cmd *cobra.Command) {
	outputFlag(cmd, &x.output, published.Run{})
	cmd.Flags().StringVar(&x.journal, "journal", "", "`FILE` with the journal (default: beside the plan, PLAN.journal)")
	cmd.Flags().StringVar(&x.leaseNamespace, "lease-namespace", "kube-system", "`NAMESPACE` of the lease "+kubernetes.LeaseName)
	_ = cmd.RegisterFlagCompletionFunc("lease-namespace", cobra.NoFileCompletions)
	x.live.flags(cmd)
	cmd.Flags().Lookup("context").Usage = "the cluster of this `CONTEXT` of the kubeconfig, where it is the plan's"
	timeout := cmd.Flags().Lookup("request-timeout") // shorter than the lease: what was begun under it ends under it
	timeout.DefValue = "5s"
	x.live.access.Timeout = 5 * time.Second
}

// read reads the plan.
func (x *carried) read(file string) error {
	var err error
	if x.plan, err = readPlan(file); err != nil {
		return err
	}
	if x.hash, err = x.plan.Hash(); err != nil {
		return badInput(err)
	}
	x.file = file
	if x.journal == "" {
		x.journal = file + ".journal"
	}
	return nil
}

func (x *carried) head() journal.Head {
	return journal.Head{Hash: x.hash, ID: x.plan.ID, Format: x.plan.Schema}
}

// record reads the journal, where it is of this plan. It is nil where nothing was begun, as
// where a process died before it wrote something. With wait it is waited for, where it is locked.
func (s *session) record(ctx context.Context, x *carried, wait bool) (*journal.Record, error) {
	r, err := s.readJournal(ctx, x, wait)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, journal.ErrNone):
		return nil, nil
	case err != nil:
		return nil, x.unread(err)
	case r.Head.Hash != x.hash && len(r.Entries) == 0:
		return nil, nil // that plan was refused
	case r.Head.Hash != x.hash:
		return nil, badInput(&journal.OtherPlan{File: x.journal, Has: r.Head, Had: x.head()})
	}
	return r, nil
}

// again is a command about the same plan.
func (x *carried) again(command string) string {
	all := "onus " + command + " " + words.InShell(x.file)
	if x.journal != x.file+".journal" {
		all += " --journal " + words.InShell(x.journal)
	}
	if c := x.live.access.Context; c != "" {
		all += " --context " + words.InShell(c)
	}
	if k := x.live.access.Kubeconfig; k != "" {
		all += " --kubeconfig " + words.InShell(k)
	}
	return all
}

// ran tells how a plan stands after an engine has ended.
func (s *session) ran(x *carried, status apply.Status, err error) error {
	if err != nil && status == apply.NotBegun {
		if locked := x.locked(err); locked != nil {
			return locked
		}
		return s.refuse(err)
	}
	r, failed := journal.Read(context.Background(), x.journal)
	if failed != nil {
		return &exitError{status: exitUnfinished, err: errors.Join(err, failed)}
	}
	why := apply.Fold(x.plan, r.Entries).Why
	if err != nil {
		why = err.Error()
	}
	var locked *journal.Locked
	if errors.As(err, &locked) {
		why += ": " + locked.WayOut()
	}
	v := publish.Run(x.plan, x.hash, r, status, why)
	v.Next = x.next(status)
	v.Marked = append(v.Marked, x.marked...)
	if err := s.result(x.output, v); err != nil {
		return err
	}
	if len(x.marked) > 0 && exitOf(status) == exitHeld {
		return &exitError{status: exitBroken}
	}
	return &exitError{status: exitOf(status)}
}

// next are commands that lead on.
func (x *carried) next(status apply.Status) []string {
	all := []string{}
	switch status {
	case apply.Paused, apply.Interrupted, apply.Left, apply.Unknown, apply.Overtaken:
		all = append(all, x.again("apply")+" --resume", x.again("abort"))
	case apply.NotBegun:
		all = append(all, x.again("apply"))
	}
	return all
}

func exitOf(status apply.Status) int {
	switch status {
	case apply.Finished, apply.Aborted:
		return exitHeld
	case apply.Interrupted, apply.Overtaken:
		return exitUnfinished
	}
	return exitBroken
}

// refuse is the answer where nothing was begun.
func (s *session) refuse(err error) error {
	var exit *exitError
	var stale *apply.Stale
	var open *apply.Unaccepted
	var other *journal.OtherPlan
	var taken *apply.Taken
	switch {
	case errors.As(err, &exit):
		return err
	case errors.As(err, &stale):
		return usage("make the plan anew", "%w", err)
	case errors.As(err, &open):
		return usage("--accept-risk "+open.Risks[0].Name()+" accepts one", "%w", err)
	case errors.As(err, &other):
		return badInput(err)
	case errors.As(err, &taken) && taken.Until.IsZero():
		return &exitError{status: exitUnfinished, err: err}
	case errors.As(err, &taken):
		return &exitError{status: exitUnfinished, err: err, hint: "it has until " + taken.Until.Format(time.TimeOnly) + ", unless it still runs"}
	}
	return &exitError{status: exitUnfinished, err: err}
}

func (s *session) result(format string, v published.Run) error {
	screen, err := s.screen()
	if err != nil {
		return err
	}
	return s.show(s.out, format, v, screen)
}

// lineOf says what happens; empty for what is not said on a line.
func lineOf(e *apply.Event) string {
	said := e.Says
	switch e.Kind {
	case apply.PlanBegun:
		said = "begun: " + said
	case apply.PlanResumed:
		if said = "gone on with"; e.Says != "" {
			said += ": " + e.Says
		}
	case apply.PlanEnded, apply.PlanPaused:
		return "" // the result says it
	case apply.StepBegun:
		said = "begins"
	case apply.StepWaits, apply.LeaseWaits:
		said = "waits: " + said
	case apply.StepDone:
		said = joinedBy("done", said)
	case apply.StepStuck:
		said = "stuck: " + said
	case apply.StepEscalated:
		said = "stuck, and escalated: " + said
	case apply.StepFailed:
		said = "failed: " + said
	case apply.StepReset:
		said = "is begun anew later"
	case apply.UndoBegun:
		said = "is undone: " + said
	case apply.UndoDone:
		said = joinedBy("undone", said)
	case apply.Changed:
		if e.Says != string(journal.Done) {
			return ""
		}
		said = "changed: " + changeOf(e)
	case apply.Refusal:
		said = changeOf(e) + " was refused: " + said
	}
	if e.Step != "" {
		said = e.Step + " " + said
	}
	return said
}

func joinedBy(word, said string) string {
	if said == "" {
		return word
	}
	return word + ": " + said
}

// changeOf is a change in words.
func changeOf(e *apply.Event) string {
	switch {
	case e.About["forced"] != "":
		return "delete " + e.About["namespace"] + "/" + e.About["pod"] + " past its PodDisruptionBudget"
	case e.About["pod"] != "":
		return "evict " + e.About["namespace"] + "/" + e.About["pod"]
	case e.About["alter"] != "":
		return e.About["alter"] + " " + e.About[steps.Object]
	case e.Change == "announce":
		return "announced wave " + strconv.Itoa(e.Wave)
	case e.About["call"] != "":
		return e.About["call"] + " of " + e.About[steps.Pool]
	case e.About[steps.Instance] != "":
		change, _, _ := strings.Cut(e.Change, "/")
		return strings.ReplaceAll(change, "-", " ") + " " + e.About[steps.Instance]
	case e.About["kind"] != "":
		return "delete " + e.About["kind"] + " " + e.About["name"]
	}
	return e.Change
}

// isDone reports whether a step was done before.
func (x *carried) isDone(id string) bool {
	return x.state != nil && x.state.Steps[id] != nil && x.state.Steps[id].Status == apply.StepFinished
}
