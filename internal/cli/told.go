package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/audit"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/apply/metrics"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/report"
)

// telling is what is asked for of what is told while a plan is carried out.
type telling struct{ audit, logs, metrics string }

// logFormats are those of the log on stderr.
var logFormats = []string{"text", "json"}

func (x *telling) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&x.audit, "audit", "", "`FILE` to add a line of JSON to for each change that is made or refused")
	f.StringVar(&x.logs, "log-format", "text", "what happens is told on stderr as text or as json")
	f.StringVar(&x.metrics, "metrics-listen", "", "`ADDRESS` at which Prometheus may scrape /metrics, such as :9090 (default: none)")
	_ = cmd.RegisterFlagCompletionFunc("log-format", cobra.FixedCompletions(logFormats, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("metrics-listen", cobra.NoFileCompletions)
}

func (x *telling) check() error {
	if x.logs != "text" && x.logs != "json" {
		return usage("", "--log-format is %q, wants text or json", x.logs)
	}
	return nil
}

// told is where it goes what happens while a plan is carried out: lines or a view on stderr, the account of the
// changes, and the metrics.
type told struct {
	s       *session
	logs    *slog.Logger // nil for lines
	view    *view        // nil where stderr is no terminal
	audit   *audit.Log   // nil for none
	metrics *metrics.Metrics
	server  *http.Server
}

// tell begins to tell. What cannot be told where it was asked for is refused before anything is done.
func (s *session) tell(x *carried) (*told, error) {
	t := &told{s: s}
	if x.telling.metrics != "" {
		l, err := net.Listen("tcp", x.telling.metrics)
		if err != nil {
			return nil, usage("", "--metrics-listen %w", err)
		}
		t.metrics = metrics.New(x.plan)
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", t.metrics.Handler())
		t.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		go func() {
			defer crash.Handle()
			_ = t.server.Serve(l) // which ends with the command
		}()
	}
	if x.telling.logs == "json" {
		t.logs = slog.New(slog.NewJSONHandler(s.err, nil)).With("plan", x.plan.ID)
	} else {
		t.view = s.view(x.plan)
	}
	return t, nil
}

// account opens the account of the changes, where one is asked for.
func (t *told) account(x *carried, fence int64, holder string) error {
	if x.telling.audit == "" {
		return nil
	}
	who := map[int64]string{fence: holder}
	for _, h := range x.held {
		who[h.Fence] = h.Who
	}
	var err error
	t.audit, err = audit.Open(x.telling.audit, audit.Of{Plan: x.plan.ID, Hash: x.hash, Cluster: x.plan.Target.Name, Who: who})
	if err != nil {
		return usage("", "--audit %s: %w", x.telling.audit, reason(err))
	}
	return nil
}

// journaled takes over an entry of the journal. What cannot be accounted for ends the run.
func (t *told) journaled(e *journal.Entry) error {
	if t.view != nil {
		t.view.record(e)
	}
	if t.metrics != nil {
		t.metrics.Record(e)
	}
	if t.audit != nil {
		return t.audit.Record(e)
	}
	return nil
}

func (t *told) event(e apply.Event) {
	if t.metrics != nil {
		t.metrics.Event(&e)
	}
	if t.view != nil {
		t.view.event(&e)
	}
	if e.Kind == apply.Measured {
		return
	}
	if t.logs != nil {
		t.log(&e)
		return
	}
	if said := lineOf(&e); said != "" {
		t.say(said)
	}
}

// log tells of an event as JSON.
func (t *told) log(e *apply.Event) {
	level := slog.LevelInfo
	switch e.Kind {
	case apply.StepStuck, apply.StepFailed, apply.StepUnknown, apply.StepEscalated, apply.Refusal, apply.PlanPaused:
		level = slog.LevelWarn
	}
	var all []slog.Attr
	for _, a := range []struct{ name, value string }{{"step", e.Step}, {"group", e.Group}, {"change", e.Change}, {"target", e.Target},
		{"says", e.Says}} {
		if a.value != "" {
			all = append(all, slog.String(a.name, a.value))
		}
	}
	if e.Wave > 0 {
		all = append(all, slog.Int("wave", e.Wave))
	}
	if len(e.About) > 0 {
		all = append(all, slog.Any("about", e.About))
	}
	t.logs.LogAttrs(context.Background(), level, e.Kind, all...)
}

// say says something that is of no step.
func (t *told) say(said string) {
	switch line := fmt.Sprintf("%s %s\n", t.s.now().Format(time.TimeOnly), report.OneLine(said)); {
	case t.logs != nil:
		t.logs.Info(said)
	case t.view != nil:
		t.view.print(line)
	default:
		fmt.Fprint(t.s.err, line)
	}
}

// end ends it.
func (t *told) end() error {
	var failed []error
	if t.view != nil {
		t.view.end()
	}
	if t.audit != nil {
		failed = append(failed, t.audit.Close())
	}
	if t.server != nil {
		failed = append(failed, t.server.Close())
	}
	return errors.Join(failed...)
}
