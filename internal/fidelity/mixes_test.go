package fidelity

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is packed is unpacked as it was, without what is not kept.
func TestPack(t *testing.T) {
	dir := t.TempDir()
	for _, name := range append([]string{"karpenter.log", "timeline.json"}, packed...) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := Pack(&b, map[string]string{"mix-1-2": dir, "mix-1-1": dir}); err != nil {
		t.Fatal(err)
	}
	archive, into := filepath.Join(dir, "seed-1.zip"), t.TempDir()
	if err := os.WriteFile(archive, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	dirs, err := unpack(archive, into)
	if err != nil || len(dirs) != 2 || filepath.Base(dirs[0]) != "mix-1-1" {
		t.Fatal(dirs, err)
	}
	for _, name := range packed {
		if data, err := os.ReadFile(filepath.Join(dirs[1], name)); string(data) != name || err != nil {
			t.Errorf("%s holds %q, %v", name, data, err)
		}
	}
	if all, err := os.ReadDir(dirs[1]); len(all) != len(packed) || err != nil {
		t.Error(all, err)
	}
	if err := Pack(&b, map[string]string{"mix-1-3": t.TempDir()}); err == nil {
		t.Error("a run without files is packed")
	}
}

// A difference that is known of a mix that there is not has to be taken off its list.
func TestKnownOfNoMix(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"batches.yaml": "[]", "known.yaml": "mix-1-1: [{measure: nodes gone, why: so}]"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := LoadMixes(dir, t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), `there is no mix "mix-1-1"`) {
		t.Error(err)
	}
}

// All seeds together count what each of them did.
func TestAllMixes(t *testing.T) {
	p := &Page{Batches: []*Batch{{Covered: 3, Missed: 1, Mixes: []*Compared{{}}}, {Covered: 5, Missed: 1, Mixes: []*Compared{{}, {}}}}}
	if all := p.AllMixes(); all.Covered != 8 || all.Missed != 2 || all.Share() != 80 || len(all.Mixes) != 3 {
		t.Errorf("%+v", all)
	}
}
