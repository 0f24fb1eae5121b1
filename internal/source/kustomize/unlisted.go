package kustomize

import (
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/terraform"
)

// Unlisted takes the files apart that a kustomization leaves out, by their directories: of
// files that no kustomization names, which those are given as, those that stand beside one,
// or below one that names files, none closer. Of none is it applied, but by hand; what Terraform applies is not among them.
func (b *Builder) Unlisted(files []string) (others []string, unlisted map[string][]string) {
	unlisted = map[string][]string{}
	above := map[string]*kustomization{}
	hands := byHand{in: b.in}
	for _, file := range files {
		dir := filepath.Dir(file)
		k, known := above[dir]
		if !known {
			k = b.leftOutBy(dir)
			above[dir] = k
		}
		if k != nil && !Is(file) && !terraform.Is(file) && !hands.apply(file) {
			unlisted[dir] = append(unlisted[dir], file)
			continue
		}
		others = append(others, file)
	}
	return others, unlisted
}

// leftOutBy is the kustomization by which it is known that what it does not name in a
// directory is not applied; nil for none. One that stands in a directory above names files:
// one that names directories alone tells nothing of others beside these. And the one of a
// whole input, which may be for a part of it, names files of that directory.
func (b *Builder) leftOutBy(dir string) *kustomization {
	for at := range origin.Upwards(dir, filepath.Dir) {
		if file := fileIn(b.in, at); file != "" {
			k, err := parse(b.in, file)
			switch {
			case err != nil || !k.kustomizes():
				return nil
			case at == dir || k.namesFiles(dir), at != filepath.Clean(b.in.Root) && k.namesFiles(""):
				return k
			}
			return nil
		}
		if at == filepath.Clean(b.in.Root) {
			break
		}
	}
	return nil
}

// namesFiles reports whether a kustomization has files of a directory among its resources;
// an empty one stands for any in its own or below.
func (k *kustomization) namesFiles(dir string) bool {
	return slices.ContainsFunc(k.items("resources"), func(n *yaml.Node) bool {
		name := resolved(n).Value
		if ext := filepath.Ext(name); remote(name) || ext != ".yaml" && ext != ".yml" && ext != ".json" {
			return false
		}
		if dir == "" {
			return !strings.HasPrefix(name, "../")
		}
		return filepath.Join(k.dir, filepath.Dir(name)) == dir
	})
}
