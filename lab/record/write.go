package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/fidelity"
)

// Write writes a recorded run: the estate and the timeline are those of the
// first repetition.
func (s *Scenario) Write(dir string, runs []*Run) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var observed []fidelity.Observed
	for _, r := range runs {
		observed = append(observed, r.Observed)
	}
	objects, err := s.objects()
	if err != nil {
		return err
	}
	scenario, err := s.written(runs[0].Start)
	if err != nil {
		return err
	}
	files := map[string][]byte{"estate.json": runs[0].Estate, "objects.yaml": objects, "scenario.yaml": scenario}
	if files["observed.json"], err = json.MarshalIndent(observed, "", " "); err != nil {
		return err
	}
	if files["timeline.json"], err = json.MarshalIndent(runs[0].Timeline, "", ""); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// objects are what was applied, and how it was triggered.
func (s *Scenario) objects() ([]byte, error) {
	how := struct {
		Phase   *Phase           `json:"phase,omitempty"`
		Before  [][]string       `json:"before,omitempty"`
		Lose    []string         `json:"lose,omitempty"`
		Trigger []map[string]any `json:"trigger"`
	}{Before: s.Before, Lose: s.Lose}
	if s.Phase.Every.Duration > 0 {
		how.Phase = &s.Phase
	}
	for i := range s.Written.Triggers {
		t := &s.Written.Triggers[i]
		commands, err := t.commands()
		if err != nil {
			return nil, err
		}
		step := map[string]any{}
		if t.At.Duration > 0 || len(commands) == 0 {
			step["at"] = t.At.Seconds()
		}
		for _, args := range commands {
			step[args[0]] = args[1:]
		}
		how.Trigger = append(how.Trigger, step)
	}
	last, err := yaml.Marshal(how)
	if err != nil {
		return nil, err
	}
	return append(bytes.Join(append(s.Objects, nil), []byte("\n---\n")), last...), nil
}

// written is the scenario with the time at which it started.
func (s *Scenario) written(start time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := &s.Written
	fmt.Fprintf(&b, "# %s: played on the real control plane; see observed.json\n", s.Name)
	fmt.Fprintf(&b, "start: '%s'\nhorizon: %gs\nruns: %d\nseed: %d\n", start.UTC().Format(time.RFC3339), w.Horizon.Seconds(), w.Runs, w.Seed)
	fmt.Fprintf(&b, "timings:\n  nodeReady: %gs\n  podReady: %gs\n  podStop: %gs\n", w.Timings.NodeReady.Seconds(),
		w.Timings.PodReady.Seconds(), w.Timings.PodStop.Seconds())
	if len(w.Own) > 0 {
		fmt.Fprintf(&b, "own:\n")
	}
	for _, workload := range slices.Sorted(maps.Keys(w.Own)) {
		own := w.Own[workload]
		fmt.Fprintf(&b, "  %s:\n", workload)
		for _, field := range []struct {
			name  string
			value time.Duration
		}{{"podReady", own.PodReady.Duration}, {"podStop", own.PodStop.Duration}} {
			if field.value > 0 {
				fmt.Fprintf(&b, "    %s: %gs\n", field.name, field.value.Seconds())
			}
		}
		if c := own.Crashes; c != nil {
			fmt.Fprintf(&b, "    crashes: {after: %gs, for: %gs}\n", c.After.Seconds(), c.For.Seconds())
		}
	}
	fmt.Fprintf(&b, "triggers:\n")
	for _, t := range w.Triggers {
		fmt.Fprintf(&b, "- at: %gs\n  kind: %s\n", t.At.Seconds(), t.Kind)
		for _, field := range []struct{ name, value string }{{"pool", t.Pool}, {"workload", t.Workload}} {
			if field.value != "" {
				fmt.Fprintf(&b, "  %s: %s\n", field.name, field.value)
			}
		}
		if t.Nodes != nil {
			nodes, err := json.Marshal(t.Nodes)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "  nodes: %s\n", nodes)
		}
		if t.Replicas != nil {
			fmt.Fprintf(&b, "  replicas: %d\n", *t.Replicas)
		}
	}
	return b.Bytes(), nil
}
