package compare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/onus-project/onus/internal/fidelity"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/lab/record"
)

// Tries is how often a scenario is played on the real thing where its first
// try was missed, to know the noise. Of one that was drawn at random only the
// first counts.
const Tries = 3

// Player plays scenarios on both sides.
type Player struct {
	Catalog *responsibility.Catalog
	Runs    string // the folder of recorded runs, which hold what is known to differ
	Out     string // where new ones go, each try in a folder of its own
	Tries   int    // at the most
	Log     io.Writer
}

// Play plays a scenario, again where a try was missed.
func (p *Player) Play(ctx context.Context, s *record.Scenario) (*Outcome, error) {
	o := &Outcome{Name: s.Name}
	var err error
	if o.Known, err = fidelity.ReadKnown(filepath.Join(p.Runs, s.Name)); err != nil {
		return nil, err
	}
	for n := 1; n <= p.Tries; n++ {
		began := time.Now()
		if err := p.record(ctx, s, p.folder(s, n)); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		o.Real += time.Since(began)
		try, err := p.simulate(s, o, p.folder(s, n))
		if err != nil {
			return nil, err
		}
		o.Virtual += try.Took
		o.Tries = append(o.Tries, try)
		if len(o.missed()) == 0 {
			break
		}
		fmt.Fprintf(p.Log, "%s: something was missed in %d of %d tries\n", s.Name, o.amiss(), n)
	}
	return o, nil
}

func (p *Player) folder(s *record.Scenario, try int) string {
	return filepath.Join(p.Out, s.Name, strconv.Itoa(try))
}

// record plays a scenario on a cluster of its own. One that does not come up is
// tried once more: a machine that is short of everything is no finding.
func (p *Player) record(ctx context.Context, s *record.Scenario, into string) error {
	err := p.once(ctx, s, into)
	if err != nil && ctx.Err() == nil && p.Tries > 1 {
		fmt.Fprintf(p.Log, "%s: %v; once more\n", s.Name, err)
		err = p.once(ctx, s, into)
	}
	return err
}

// decisions is the log of Karpenter, which says what it decided and why.
const decisions = "karpenter.log"

func (p *Player) once(ctx context.Context, s *record.Scenario, into string) error {
	dir, err := os.MkdirTemp("", "onus-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	run, err := s.Once(ctx, dir, nil, p.Log)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(into), s.Write(into, []*record.Run{run})); err != nil {
		return err
	}
	said, err := os.ReadFile(filepath.Join(dir, decisions))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(into, decisions), said, 0o644)
}

// simulate plays what was recorded.
func (p *Player) simulate(s *record.Scenario, o *Outcome, dir string) (*fidelity.Compared, error) {
	run, err := fidelity.Load(dir, p.Catalog)
	if err != nil {
		return nil, err
	}
	run.Name, run.Known = s.Name, o.Known
	try, err := run.Compare()
	if err != nil {
		return nil, err
	}
	for i := range try.Measures {
		if m := &try.Measures[i]; m.Verdict() == fidelity.Stale {
			m.Why = "" // it need not differ every time
		}
	}
	return try, nil
}
