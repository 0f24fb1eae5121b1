package fidelity

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/responsibility"
)

// Batch are mixes of one seed that were played on the real thing one after the
// other, and how they came out with the simulator of that hour.
type Batch struct {
	Seed     uint64   `json:"seed"`
	Played   string   `json:"played"`   // when, in UTC
	Covered  int      `json:"covered"`  // measures at the first try
	Missed   int      `json:"missed"`   // likewise
	Unplayed []string `json:"unplayed"` // mixes that the real thing or the simulator could not play, and why
	Note     string   `json:"note"`     // what is to be known about it
	Mixes    []*Compared
}

// Share is how much of a batch was covered at the first try, in percent.
func (b *Batch) Share() float64 { return 100 * float64(b.Covered) / float64(b.Covered+b.Missed) }

// Measures is how many measures of a batch were compared at the first try.
func (b *Batch) Measures() int { return b.Covered + b.Missed }

// Now counts the measures of a batch as they come out with the simulator of today.
func (b *Batch) Now() Total {
	t := Total{}
	for _, c := range b.Mixes {
		t.Add(c.Total())
	}
	return t
}

// Active is in how many mixes of a batch some node was drained.
func (b *Batch) Active() int {
	n := 0
	for _, c := range b.Mixes {
		n += boolean(c.Run.Observed[0].Nodes.Drained > 0)
	}
	return n
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// knownOfMixes is what is known to differ in mixes, by the name of the mix.
type knownOfMixes map[string][]Known

// LoadMixes plays the mixes of a folder in the simulator: batches.yaml says which
// batches there are, known.yaml what is known to differ, and seed-N.zip has the
// mixes of a seed, as folders of recorded runs. They are unpacked into scratch.
func LoadMixes(dir, scratch string, c *responsibility.Catalog) ([]*Batch, error) {
	var batches []*Batch
	if err := readStrict(filepath.Join(dir, "batches.yaml"), &batches); err != nil {
		return nil, err
	}
	known := knownOfMixes{}
	if err := readStrict(filepath.Join(dir, "known.yaml"), &known); err != nil {
		return nil, err
	}
	for _, b := range batches {
		runs, err := unpack(filepath.Join(dir, fmt.Sprintf("seed-%d.zip", b.Seed)), scratch)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			r, err := Load(run, c)
			if err != nil {
				return nil, err
			}
			r.Known = known[r.Name]
			delete(known, r.Name)
			compared, err := r.Compare()
			if err != nil {
				return nil, err
			}
			b.Mixes = append(b.Mixes, compared)
		}
	}
	if len(known) > 0 {
		return nil, fmt.Errorf("%s: there is no mix %q", filepath.Join(dir, "known.yaml"), slices.Sorted(maps.Keys(known))[0])
	}
	return batches, nil
}

func readStrict(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// unpack gives the folders of an archive, in their order.
func unpack(archive, into string) ([]string, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var dirs []string
	for _, f := range z.File {
		if dir := filepath.Join(into, filepath.Dir(filepath.FromSlash(f.Name))); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, os.CopyFS(into, z)
}

// packed are the files of a recorded run that are kept of a mix.
var packed = []string{"estate.json", "objects.yaml", "observed.json", "scenario.yaml"}

// Pack writes recorded runs into one archive, each by its name.
func Pack(w io.Writer, runs map[string]string) error {
	z := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(runs)) {
		for _, file := range packed {
			data, err := os.ReadFile(filepath.Join(runs[name], file))
			if err != nil {
				return err
			}
			out, err := z.Create(name + "/" + file)
			if err != nil {
				return err
			}
			if _, err := out.Write(data); err != nil {
				return err
			}
		}
	}
	return z.Close()
}
