// Package scenario says what a simulation plays: it reads that from a file, or
// makes it out of the contract of an offering where there is none.
package scenario

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/strict"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// form is a scenario as it is written.
type form struct {
	Start    *string        `json:"start"`
	Horizon  *duration      `json:"horizon"`
	Runs     *int           `json:"runs"`
	Seed     *int64         `json:"seed"`
	Timings  timings        `json:"timings"`
	Own      map[string]own `json:"own"`
	Floors   map[string]int `json:"floors"`
	Window   *window        `json:"window"`
	Terms    []terms        `json:"terms"`
	Mishap   mishap         `json:"mishap"`
	Triggers []trigger      `json:"triggers"`
}

type timings struct {
	NodeReady *duration `json:"nodeReady"`
	PodReady  *duration `json:"podReady"`
	PodStop   *duration `json:"podStop"`
}

// own are the timings of one workload.
type own struct {
	PodReady *duration `json:"podReady"`
	PodStop  *duration `json:"podStop"`
	Crashes  *crashes  `json:"crashes"`
}

// crashes are how its pods do not stay up.
type crashes struct {
	After *duration `json:"after"`
	For   *duration `json:"for"`
}

type mishap struct {
	OneDown    bool     `json:"oneDown"`
	Slow       *float64 `json:"slow"`
	NoCapacity bool     `json:"noCapacity"`
	Twice      bool     `json:"twice"`
}

// File is a scenario that was read. What it names is yet to be found in an
// estate.
type File struct {
	name string
	doc  *document.Document
	form form
}

// Name is what the file is called in messages.
func (f *File) Name() string { return f.name }

// Read reads a scenario from a file, or from stdin where path is Stdin. Faults
// are *document.Error.
func Read(path string, stdin io.Reader) (*File, error) {
	f := &File{name: path}
	data, err := contents(path, stdin)
	if path == Stdin {
		f.name = origin.Stdin
	}
	if err != nil {
		return nil, &document.Error{File: f.name, Msg: err.Error()}
	}
	if f.doc, err = document.Parse(data, 1); err != nil {
		return nil, document.In(f.name, err)
	}
	if f.doc == nil {
		return nil, &document.Error{File: f.name, Line: 1, Msg: "is empty",
			Hint: "a scenario has at least one trigger: triggers: [{kind: drift}]"}
	}
	if f.doc.Has("apiVersion") {
		return nil, &document.Error{File: f.name, Line: f.doc.Line("/apiVersion"), Msg: "is a Kubernetes object and no scenario",
			Hint: "what to play goes to --scenario, what it is played on is a PATH"}
	}
	if err := strict.Decode(f.name, f.doc, &f.form); err != nil {
		return nil, err
	}
	return f, f.check()
}

// most is more than any scenario has.
const most = 16 // MiB

func contents(path string, stdin io.Reader) (data []byte, err error) {
	if path == Stdin {
		data, err = document.ReadAll(stdin, most)
	} else {
		data, err = document.ReadFile(path, most)
	}
	if err != nil {
		return nil, pathFault(err)
	}
	return data, nil
}

func pathFault(err error) error {
	if at, ok := err.(*os.PathError); ok {
		return at.Err
	}
	return err
}

// fault places what is wrong with a value.
func (f *File) fault(at jsontext.Pointer, hint, format string, args ...any) error {
	return &document.Error{File: f.name, Line: f.doc.Line(at), Field: document.Field(at), Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// Given is what stands where nothing else is said, and what was said over it.
type Given struct {
	Start   time.Time // the newest time in the estate, or now
	Timings simulate.Timings
	Assumed simulate.Assumed // of Timings
	Asked   Asked
}

// Asked is what goes over everything that is written: the flags of a command.
// What is zero, or nil, was not asked.
type Asked struct {
	Start   time.Time
	Horizon time.Duration
	Runs    int
	Seed    *int64
}

// What a scenario has that says nothing about it.
const (
	DefaultRuns = 20
	DefaultSeed = 1
	// DefaultHorizon is how long is played on after the last trigger.
	DefaultHorizon = time.Hour
)

// base is a scenario without triggers.
func (g Given) base() simulate.Scenario {
	s := simulate.Scenario{Start: g.Start, Runs: DefaultRuns, Seed: DefaultSeed, Timings: g.Timings, Assumed: g.Assumed}
	g.over(&s)
	return s
}

// over lays what was asked over a scenario.
func (g Given) over(s *simulate.Scenario) {
	if !g.Asked.Start.IsZero() {
		s.Start = g.Asked.Start
	}
	if g.Asked.Horizon > 0 {
		s.Horizon = g.Asked.Horizon
	}
	if g.Asked.Runs > 0 {
		s.Runs = g.Asked.Runs
	}
	if g.Asked.Seed != nil {
		s.Seed = *g.Asked.Seed
	}
}
