package fidelity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/source"
)

// Run is a recorded run, and what is needed to play it.
type Run struct {
	Name     string
	World    *simulate.World
	Scenario simulate.Scenario
	Observed []Observed // a repetition each
	Known    []Known
}

// Known is a difference that is known and explained: in known.yaml, beside
// what was observed.
type Known struct {
	Measure string `json:"measure"` // as its Measure is named
	Why     string `json:"why"`
}

// Load reads a recorded run from its folder.
func Load(dir string, c *responsibility.Catalog) (*Run, error) {
	r := &Run{Name: filepath.Base(dir)}
	e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{filepath.Join(dir, "estate.json")}})
	if err != nil {
		return nil, err
	}
	places := locate.Locate(c, e, nil, nil)
	if r.World, err = simulate.Prepare(e, places, false); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	file, err := scenario.Read(filepath.Join(dir, "scenario.yaml"), nil)
	if err != nil {
		return nil, err
	}
	if r.Scenario, err = file.Scenario(scenario.Of(e, r.World, scenario.Contracts(e, &places)), scenario.Given{Start: e.Newest}); err != nil {
		return nil, err
	}
	if r.Observed, err = ReadObserved(dir); err != nil {
		return nil, err
	}
	r.Known, err = ReadKnown(dir)
	return r, err
}

// ReadObserved reads what the repetitions of a recorded run showed.
func ReadObserved(dir string) ([]Observed, error) {
	path := filepath.Join(dir, "observed.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []Observed
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: has no repetition", path)
	}
	return all, nil
}

// ReadKnown reads the differences that are known of a recorded run: none where
// its folder has no known.yaml.
func ReadKnown(dir string) ([]Known, error) {
	path := filepath.Join(dir, "known.yaml")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Known
	if err := yaml.UnmarshalStrict(data, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, k := range all {
		if k.Measure == "" || k.Why == "" {
			return nil, fmt.Errorf("%s: a difference has a measure and a why", path)
		}
	}
	return all, nil
}

// Compared is a run, played by the simulator as well.
type Compared struct {
	Run      *Run
	Measures []Measure
	Took     time.Duration // to play all of the simulator's runs
}

// Compare plays a run in the simulator.
func (r *Run) Compare() (*Compared, error) {
	began := time.Now()
	sim, err := simulate.Play(context.Background(), r.World, r.Scenario, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, err)
	}
	c := &Compared{Run: r, Took: time.Since(began), Measures: measures(sim, len(r.World.Nodes()), r.Scenario.Horizon, r.Observed)}
	return c, c.explain()
}

// explain marks what is known to differ. A difference that is none, or of a
// measure that there is not, has to be taken off its list.
func (c *Compared) explain() error {
	for _, k := range c.Run.Known {
		m := c.measure(k.Measure)
		if m == nil {
			return fmt.Errorf("%s: known.yaml: there is no measure %q", c.Run.Name, k.Measure)
		}
		m.Why = k.Why
	}
	return nil
}

func (c *Compared) measure(name string) *Measure {
	for i := range c.Measures {
		if c.Measures[i].Name == name {
			return &c.Measures[i]
		}
	}
	return nil
}

// Speed is how much faster than the clock the simulator plays: a run's horizon
// over what one of its runs took.
func (c *Compared) Speed() float64 {
	one := c.Took.Seconds() / float64(c.Run.Scenario.Runs)
	return c.Run.Scenario.Horizon.Seconds() / one
}

// About is what a scenario is about: the comment that its file begins with.
func About(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	var about []string
	for line := range strings.Lines(string(data)) {
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		about = append(about, strings.TrimSpace(comment))
	}
	if len(about) == 0 {
		return "", fmt.Errorf("%s: does not say what it is about: its first line is a comment", path)
	}
	return strings.Join(about, " "), nil
}
