package record

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Every scenario can be read, triggered, and written as it was.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../scenarios/*/scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := filepath.Glob("../../testdata/runs/*/scenario.yaml")
	if err != nil || len(files) == 0 || len(recorded) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range append(files, recorded...) {
		s, err := Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Objects) < 3 || s.Written.Horizon.Duration <= 0 || len(s.Written.Triggers) == 0 {
			t.Errorf("%s: %+v", file, s)
		}
		dir := t.TempDir()
		if err := s.Write(dir, []*Run{{Start: time.Date(2026, 11, 22, 6, 11, 32, 0, time.UTC)}}); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		again, err := Load(filepath.Join(dir, "scenario.yaml"))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if again.Phase != s.Phase || fmt.Sprint(again.Before) != fmt.Sprint(s.Before) || len(again.Objects) != len(s.Objects) ||
			len(again.Written.Triggers) != len(s.Written.Triggers) || again.Written.Start != "2026-11-22T06:11:32Z" {
			t.Errorf("%s is written as %+v", file, again)
		}
	}
}

// What is written has the form of the runs that are there.
func TestWrittenAsRecorded(t *testing.T) {
	const recorded = "../../testdata/runs/two-pools/"
	s, err := Load(recorded + "scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	start, err := time.Parse(time.RFC3339, s.Written.Start)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), s.Name)
	if err := s.Write(dir, []*Run{{Start: start}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"scenario.yaml", "objects.yaml"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(recorded + name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(string(got)) != strings.TrimSpace(string(want)) {
			t.Errorf("%s is written as\n%s", name, got)
		}
	}
}

// Timings of a workload's own are put on its pods, and its autoscaler scales it.
func TestSaidOnce(t *testing.T) {
	s, err := Load("../scenarios/slow-starter/scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if all := string(bytes.Join(s.Objects, nil)); strings.Count(all, "lab.onus/ready-after: 40s") != 1 {
		t.Errorf("applied are\n%s", all)
	}
	if s, err = Load("../scenarios/hpa-during-drift/scenario.yaml"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Written.Triggers[1].commands()
	if want := `[[patch hpa web --namespace=default --type=merge -p {"spec":{"minReplicas":8}}]]`; fmt.Sprint(got) != want || err != nil {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	dir := t.TempDir()
	for name, data := range map[string]string{"objects.yaml": "kind: Pod", "scenario.yaml": "own: {default/web: {podReady: 40s}}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Load(filepath.Join(dir, "scenario.yaml")); err == nil ||
		!strings.HasSuffix(err.Error(), "own: no workload is called default/web") {
		t.Error(err)
	}
}

func TestPhase(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var p Phase
	if p.wait(noon) != 0 {
		t.Error("any time is in phase where none is asked for")
	}
	p.Every.Duration, p.At.Duration = 4*time.Minute, time.Minute
	for after, want := range map[time.Duration]time.Duration{
		0:                time.Minute,
		time.Minute:      0,
		61 * time.Second: 239 * time.Second,
		5 * time.Minute:  0,
		7 * time.Minute:  2 * time.Minute,
	} {
		if got := p.wait(noon.Add(after)); got != want {
			t.Errorf("%s after noon it is %s, want %s", after, got, want)
		}
	}
}
