package cli

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/guard"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/plan"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/words"
)

// view shows on a terminal how a plan stands while it is carried out, below the lines that say what happens: waves,
// nodes in hand, floors, and how long the window stays as it is. It is drawn anew every second.
type view struct {
	to   io.Writer
	size func() (width, height int)
	now  func() time.Time
	plan *plan.Plan

	mu     sync.Mutex
	state  *apply.State
	waits  map[string]string // what steps wait for
	levels map[string]apply.Level
	drawn  int // lines that are there
	stop   func()
}

// view is that of a terminal; nil where stderr is none, or one that takes no lines back.
func (s *console) view(p *plan.Plan) *view {
	f, ok := s.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return nil
	}
	size := func() (int, int) {
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil || width < 20 || height < 6 {
			return 80, 24
		}
		return width, height
	}
	v := newView(f, size, s.now, p)
	stop, stopped := make(chan struct{}), make(chan struct{})
	v.stop = sync.OnceFunc(func() { close(stop); <-stopped })
	go func() {
		defer crash.Handle()
		defer close(stopped)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				v.print("")
			}
		}
	}()
	return v
}

func newView(to io.Writer, size func() (int, int), now func() time.Time, p *plan.Plan) *view {
	return &view{to: to, size: size, now: now, plan: p, state: apply.Fold(p, nil), waits: map[string]string{},
		levels: map[string]apply.Level{}, stop: func() {}}
}

// record takes over an entry of the journal.
func (v *view) record(e *journal.Entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state.Add(e)
}

// event takes over what is not in the journal.
func (v *view) event(e *apply.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case e.Level != nil:
		l := *e.Level
		l.Least = max(l.Least, v.levels[l.Name].Least)
		v.levels[l.Name] = l
	case e.Kind == apply.StepWaits:
		v.waits[e.Step] = e.Says
	default:
		delete(v.waits, e.Step)
	}
}

// print prints a line above the view, which is drawn anew.
func (v *view) print(line string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	width, height := v.size()
	var b strings.Builder
	v.wipe(&b)
	b.WriteString(line)
	lines := v.lines()
	if most := height - 2; len(lines) > most {
		lines = append(lines[:most-1], fmt.Sprintf("  and %d lines more", len(lines)-most+1))
	}
	for _, l := range lines {
		if r := []rune(report.OneLine(l)); len(r) >= width { // a line that is broken would not be taken back whole
			l = string(r[:width-2]) + "…"
		}
		b.WriteString(l + "\n")
	}
	v.drawn = len(lines)
	_, _ = io.WriteString(v.to, b.String()) // who looks away is told by the result
}

// wipe takes back what is drawn.
func (v *view) wipe(b *strings.Builder) {
	if v.drawn > 0 {
		fmt.Fprintf(b, "\x1b[%dA\r\x1b[J", v.drawn)
	}
	v.drawn = 0
}

// end takes the view back: the result follows.
func (v *view) end() {
	v.stop()
	v.mu.Lock()
	defer v.mu.Unlock()
	var b strings.Builder
	v.wipe(&b)
	_, _ = io.WriteString(v.to, b.String())
}

// mostLevels is how many services are shown, those nearest to their floors.
const mostLevels = 5

// lines are what is shown.
func (v *view) lines() []string {
	all := append([]string{v.head()}, v.inHand()...)
	levels := slices.SortedFunc(maps.Values(v.levels), func(a, b apply.Level) int {
		return cmp.Or(cmp.Compare(a.Has-a.Least, b.Has-b.Least), strings.Compare(a.Name, b.Name))
	})
	for i, l := range levels {
		if i == mostLevels {
			all = append(all, "  "+words.Count(len(levels)-i, "service")+" more")
			break
		}
		said := fmt.Sprintf("  %s: %d of %d pods ready", l.Name, l.Has, l.Wants)
		if l.Least > 0 {
			said += fmt.Sprintf(", floor %d", l.Least)
		}
		all = append(all, said)
	}
	if w := v.window(); w != "" {
		all = append(all, w)
	}
	return all
}

// head is how far the plan is.
func (v *view) head() string {
	groups, done, wave := map[string]bool{}, 0, 0
	for i := range v.plan.Steps {
		s := &v.plan.Steps[i]
		is := v.state.Steps[s.ID].Status
		over, seen := groups[s.Group]
		groups[s.Group] = (over || !seen) && is == apply.StepFinished
		if is != apply.StepPending && is != apply.StepFinished {
			wave = max(wave, s.Wave)
		}
	}
	for _, over := range groups {
		if over {
			done++
		}
	}
	said := v.plan.ID + ": "
	if waves := len(v.plan.Waves); waves > 0 && wave > 0 {
		said += fmt.Sprintf("wave %d of %d, ", wave, waves)
	}
	said += fmt.Sprintf("%d of %s done", done, words.Count(len(groups), "node"))
	if !v.state.Begun.IsZero() {
		said += ", " + words.Duration(v.now().Sub(v.state.Begun).Truncate(time.Second))
		if p := v.plan.Prediction.Took.MedianSeconds; p > 0 {
			said += " of about " + words.Seconds(p)
		}
	}
	return said
}

// inHand are the nodes of which something is done, with what.
func (v *view) inHand() []string {
	var all []string
	for i := range v.plan.Steps {
		s := &v.plan.Steps[i]
		st := v.state.Steps[s.ID]
		wait := v.waits[s.ID]
		first, _, _ := strings.Cut(s.Action.Kind, "/")
		switch st.Status {
		case apply.StepRunning, apply.StepUndoing:
			said := fmt.Sprintf("  %s: %s, for %s", s.Group, first, words.Duration(v.now().Sub(st.Since).Truncate(time.Second)))
			if st.Status == apply.StepUndoing {
				said = fmt.Sprintf("  %s: %s is undone", s.Group, first)
			}
			if wait != "" {
				said += ": " + wait
			}
			all = append(all, said)
		case apply.StepIsStuck, apply.StepIsUnknown:
			all = append(all, fmt.Sprintf("  %s: %s is %s", s.Group, first, st.Status))
		case apply.StepPending:
			if wait != "" {
				all = append(all, fmt.Sprintf("  %s: %s waits: %s", s.Group, first, wait))
			}
		}
	}
	return all
}

// window is until when the window of the plan is as it is; empty where it has none.
func (v *view) window() string {
	for i := range v.plan.Steps {
		for k := range v.plan.Steps[i].Guards {
			g := &v.plan.Steps[i].Guards[k]
			if g.Kind != steps.Window || g.With[steps.Room] != "" {
				continue
			}
			now := v.now()
			open, until := guard.WindowAt(g, now)
			said := map[bool]string{true: "closes", false: "opens"}[open]
			if until.IsZero() {
				return "  the window never " + said
			}
			return fmt.Sprintf("  the window %s in %s, at %s", said, words.Duration(until.Sub(now).Truncate(time.Second)),
				until.Format("Mon 15:04 MST"))
		}
	}
	return ""
}
