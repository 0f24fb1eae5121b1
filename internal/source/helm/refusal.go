package helm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// Refusal is why Helm renders nothing of a chart with some values: a template
// that asks for one that is not there, or that fails.
type Refusal struct {
	*document.Error
	// Any says that all of the chart may be other than it was rendered. Else
	// Text is that of the templates which may be, or which were left out.
	Any     bool
	Text    []byte
	leftOut int // templates
	// filled says that all was rendered as it is but for texts that nobody gives, such as the
	// name of an image.
	filled bool
}

// asUnits is the refusal as the units have it.
func (r *Refusal) asUnits() unit.Refused {
	e := *r.Error
	if r.leftOut > 0 {
		e.Msg += "; " + words.Count(r.leftOut, "template is", "templates are") + " left out"
	}
	return unit.Refused{Fault: origin.Fault{File: e.File, Line: e.Line, Reason: e.Msg, Hint: e.Hint, Sets: e.Sets}, Any: r.Any, Text: r.Text}
}

// renderer renders a chart, and what is left of one that Helm refuses.
type renderer struct {
	*loaded
	missing []*missingChart
	refusal *Refusal
	lenient bool     // what authors ask for is taken as given
	given   []string // values that were made up, as their authors ask for them
	// failures are how often templates failed, by what they said.
	failures map[string]int
}

// render renders the templates. Helm renders nothing of a chart of which one
// fails. Here what an author asks for is taken as given, and templates that fail
// are left out: where charts are missing what they hold is part of those, and
// else it is refused.
func (r *renderer) render(ctx context.Context, top common.Values) (map[string]string, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e := engine.Engine{CustomTemplateFuncs: fixedFunctions()}
		if r.lenient {
			maps.Copy(e.CustomTemplateFuncs, lenientFunctions())
		}
		files, err := e.Render(r.root, top)
		if err == nil && r.supplyEmpty(top, files) {
			continue
		}
		if err == nil {
			r.hint()
			return files, nil
		}
		if said(err) && r.supply(top, err) || !said(err) && r.supplyAbsent(top, err) || r.placeholder(err) {
			continue
		}
		if err := r.failed(err); err != nil {
			return nil, err
		}
	}
}

// supply makes up the value for which a template fails, and notes that Helm refuses the chart
// without it. It reports false where the message does not tell which one that is.
func (r *renderer) supply(top common.Values, err error) bool {
	if len(r.given) >= mostMadeUp {
		return false
	}
	given := r.give(top, execution.ReplaceAllString(err.Error(), ""))
	if len(given) == 0 {
		return false
	}
	r.given = append(r.given, given...)
	if text := r.text(templateOf(err)); r.refusal == nil || !bytes.Contains(r.refusal.Text, text) {
		r.refuse(r.fault(err), text)
	}
	return true
}

// mostHinted is how many values are named of those that a chart asks for.
const mostHinted = 6

// hint names the values that a chart asks for.
func (r *renderer) hint() {
	if len(r.given) == 0 || r.refusal.Any || r.refusal.Sets != "" {
		return
	}
	hint := "give the values that it asks for:"
	for _, name := range r.given[:min(len(r.given), mostHinted)] {
		hint += " --set " + name + "=VALUE"
	}
	if more := len(r.given) - mostHinted; more > 0 {
		hint += fmt.Sprintf(" and %d more", more)
	}
	r.refusal.Hint = hint
}

// refuse notes why Helm renders nothing of the chart, the first time, and which templates may
// be other than they were rendered.
func (r *renderer) refuse(fault error, text []byte) {
	if r.refusal == nil {
		r.refusal = &Refusal{}
		errors.As(fault, &r.refusal.Error)
	}
	r.refusal.filled = false
	r.refusal.Text = fmt.Appendf(r.refusal.Text, "%s\n", text)
}

// failed makes another try possible where one has failed; it returns why, where
// nothing is left to be done.
func (r *renderer) failed(err error) error {
	name, fault := templateOf(err), r.fault(err)
	text := r.text(name)
	if path.Base(name) == notes || r.silent(name) {
		text = nil // it is for people
	}
	switch asked := said(err); {
	case asked && !r.lenient:
		r.lenient = true
	case !r.leaveOut(name):
		return fault
	case len(r.missing) > 0:
		if path.Base(name) != notes {
			without := needed(err, r.missing)
			without.leftOut++
			_, file, _ := strings.Cut(name, "/")
			without.lost = append(without.lost, file)
			if !r.silent(name) {
				without.text = fmt.Appendf(without.text, "%s\n", text)
			}
		}
		return nil
	}
	r.refuse(fault, text)
	if !said(err) && path.Base(name) != notes {
		r.refusal.leftOut++
	}
	return nil
}
