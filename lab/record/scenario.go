package record

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Scenario is what is played: objects, and what happens to them.
type Scenario struct {
	Name    string
	Objects [][]byte // one YAML document each
	Phase   Phase
	Before  [][]string // what kubectl does once all has settled, before the start
	Lose    []string   // pods whose nodes stop reporting before the start
	Settle  time.Duration
	Written Written
}

// Written is a scenario file, as far as the real thing needs to know it.
type Written struct {
	Start    string          `json:"start,omitempty"`
	Horizon  metav1.Duration `json:"horizon"`
	Runs     int             `json:"runs"`
	Seed     int             `json:"seed"`
	Timings  Timings         `json:"timings"`
	Own      map[string]Own  `json:"own,omitempty"`
	Triggers []Trigger       `json:"triggers"`
}

// Timings are what the cluster is started with.
type Timings struct {
	NodeReady metav1.Duration `json:"nodeReady"`
	PodReady  metav1.Duration `json:"podReady"`
	PodStop   metav1.Duration `json:"podStop"`
}

// Own are timings of one workload. Those that are zero are those of all.
type Own struct {
	PodReady metav1.Duration `json:"podReady"`
	PodStop  metav1.Duration `json:"podStop"`
	Crashes  *Crashes        `json:"crashes,omitempty"`
}

// Crashes are how the pods of a workload fail, time and again.
type Crashes struct {
	After metav1.Duration `json:"after"` // from Ready until it is not
	For   metav1.Duration `json:"for"`   // until it is Ready again
}

// Trigger is one thing that happens.
type Trigger struct {
	At       metav1.Duration `json:"at"`
	Kind     string          `json:"kind"`
	Pool     string          `json:"pool,omitempty"`
	Nodes    any             `json:"nodes,omitempty"`
	Workload string          `json:"workload,omitempty"`
	Replicas *int            `json:"replicas,omitempty"`

	namespace, object string // the workload, as kubectl takes it
	scaler            string // the HorizontalPodAutoscaler of the workload that is scaled
}

// Phase is when on the clock a run starts: At after a multiple of Every. The
// zero value is any time. Schedules of node budgets need it.
type Phase struct {
	Every metav1.Duration `json:"every"`
	At    metav1.Duration `json:"at"`
}

// wait is how long it is from now to the start.
func (p Phase) wait(now time.Time) time.Duration {
	if p.Every.Duration <= 0 {
		return 0
	}
	since := now.Sub(now.Truncate(p.Every.Duration)) - p.At.Duration
	if since > 0 {
		return p.Every.Duration - since
	}
	return -since
}

// Load reads a scenario, and objects.yaml beside it.
func Load(path string) (*Scenario, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	s := &Scenario{Name: filepath.Base(dir), Settle: Settle}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(data, &s.Written); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	objects := filepath.Join(dir, "objects.yaml")
	if data, err = os.ReadFile(objects); err != nil {
		return nil, err
	}
	for _, document := range bytes.Split(data, []byte("\n---\n")) {
		if err := s.take(document); err != nil {
			return nil, fmt.Errorf("%s: %w", objects, err)
		}
	}
	if err := s.link(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// Compose makes a scenario of objects, one YAML document each, and of what
// happens to them.
func Compose(name string, objects [][]byte, w Written) (*Scenario, error) {
	s := &Scenario{Name: name, Objects: objects, Settle: Settle, Written: w}
	if err := s.link(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// link finds the workloads that the scenario names among its objects.
func (s *Scenario) link() error {
	if err := s.findWorkloads(); err != nil {
		return err
	}
	if err := s.findScalers(); err != nil {
		return err
	}
	return s.slowDown()
}

// take takes a document: an object, or the last one, which says how it is
// prepared and triggered.
func (s *Scenario) take(document []byte) error {
	var is struct {
		Kind   string     `json:"kind"`
		Phase  Phase      `json:"phase"`
		Before [][]string `json:"before"`
		Lose   []string   `json:"lose"`
	}
	if err := yaml.Unmarshal(document, &is); err != nil {
		return err
	}
	if is.Kind == "" {
		s.Phase, s.Before, s.Lose = is.Phase, is.Before, is.Lose
		return nil
	}
	s.Objects = append(s.Objects, bytes.TrimSpace(document))
	return nil
}
