package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// FuzzCommands puts whatever bytes to check and simulate as a file, as they are and in
// the place of a part of a sound one. Neither panics nor goes on without end, and every
// answer keeps what is promised of answers.
func FuzzCommands(f *testing.F) {
	f.Setenv("KUBECONFIG", filepath.Join(f.TempDir(), "none"))
	f.Setenv("KUBERNETES_SERVICE_HOST", "")
	f.Setenv("COLUMNS", "100")
	known := builtinCatalog(f)
	files, err := filepath.Glob("testdata/break/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, path := range files {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		cases, err := breaking(archive)
		if err != nil {
			f.Fatal(err)
		}
		for i, c := range cases {
			if i%5 == 0 && c.first != "" && len(c.files[c.first]) < 10_000 {
				f.Add([]byte(c.files[c.first]), uint8(i))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, how uint8) {
		name := []string{"in.yaml", "in.json", "Chart.yaml", "kustomization.yaml"}[how&3]
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"check", path}
		switch how >> 2 & 3 {
		case 1:
			args = []string{"check", filepath.Dir(path), "--as", "gke-standard"}
		case 2:
			args = []string{"simulate", path, "--runs", "1", "--as", "eks-auto-mode"}
		case 3:
			args = []string{"simulate", path, "--runs", "1", "--scenario", path}
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		got := answerTo(ctx, known, args)
		if ctx.Err() != nil {
			t.Fatalf("%q goes on without end", args[0])
		}
		for _, fault := range got.faults() {
			t.Error(fault)
		}
	})
}

// What is cut off, wherever that is, gives no verdict that the whole takes back.
func TestDumpsThatAreCutOff(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/break/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	var dump []byte
	for _, file := range archive.Files {
		if file.Name == "cluster.json" {
			dump = file.Data
		}
	}
	second := []byte(`{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"z","namespace":"retail"},` +
		`"spec":{"maxUnavailable":0,"selector":{"matchLabels":{"role":"front"}}}}`)
	end := bytes.LastIndex(dump, []byte("]"))
	whole := append(append(append([]byte{}, dump[:end]...), append([]byte(","), second...)...), dump[end:]...)
	dir := t.TempDir()
	verdicts := func(data []byte) map[string]string {
		path := filepath.Join(dir, "dump.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return verdictsOf(t, "check", path, "--as", "eks-auto-mode")
	}
	all := verdicts(whole)
	if all["pdb-overlap Deployment retail/shop-front"] != "broken" {
		t.Fatalf("the second budget is not seen: %v", all)
	}
	step := max(1, len(whole)/40)
	for n := step; n < len(whole)-1; n += step {
		for key, verdict := range verdicts(whole[:n]) {
			if verdict != "unknown" && all[key] != verdict && !strings.HasPrefix(key, "pdb-missing") {
				t.Errorf("cut off after %d bytes, %s is %s, and is %q of the whole", n, key, verdict, all[key])
			}
		}
	}
}
