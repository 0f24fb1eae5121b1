// Package kustomize finds kustomizations and builds them as `kustomize build`
// would, with kustomize's own library, and says in which file each object of
// the result stands.
//
// Nothing leaves the input: no network, no plugins, no programs that are run.
// What a kustomization asks for beyond that (a remote base, a file that is not
// there) is taken out before it is built, and named.
package kustomize

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/source/unit"
)

// Names are those of the file that makes a directory a kustomization.
//
// Source: RecognizedKustomizationFileNames in kustomize's api/konfig/general.go.
var Names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// Is reports whether a file is named as a kustomization is.
func Is(path string) bool { return slices.Contains(Names, filepath.Base(path)) }

// kustomization is the file of one, as it was written.
type kustomization struct {
	dir  string     // that it is in, as the user named it or relative to that
	file string     // the file itself
	root *yaml.Node // its mapping; nil where it holds nothing
}

// fileIn is the kustomization of a directory; empty where it has none.
func fileIn(in *unit.Tree, dir string) string {
	for _, name := range Names {
		if in.IsFile(filepath.Join(dir, name)) {
			return filepath.Join(dir, name)
		}
	}
	return ""
}

// parse reads the kustomization in a file.
func parse(in *unit.Tree, file string) (*kustomization, error) {
	data, err := in.ReadFile(file)
	if err != nil {
		return nil, err
	}
	k := &kustomization{dir: filepath.Dir(file), file: file}
	var doc yaml.Node
	if err := yaml.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 1 && doc.Content[0].Kind == yaml.MappingNode {
		k.root = doc.Content[0]
	}
	return k, nil
}

// kustomizes reports whether the file is one of kustomize, and not an object of
// another tool under its name, as Flux has them.
func (k *kustomization) kustomizes() bool {
	api := k.text("apiVersion")
	kind := k.text("kind")
	ownAPI := api == "" || strings.HasPrefix(api, "kustomize.config.k8s.io/")
	return k.root != nil && ownAPI && slices.Contains([]string{"", "Kustomization", "Component"}, kind)
}

// component reports whether it is one, which only others include.
func (k *kustomization) component() bool { return k.text("kind") == "Component" }

// value is the value of a key, or nil.
func (k *kustomization) value(key string) *yaml.Node {
	if k.root == nil {
		return nil
	}
	return member(k.root, key)
}

// text is the value of a key that holds a word.
func (k *kustomization) text(key string) string {
	if v := k.value(key); v != nil { // lists and mappings have none
		return v.Value
	}
	return ""
}

// items are the elements of a list.
func (k *kustomization) items(key string) []*yaml.Node {
	if v := k.value(key); v != nil && v.Kind == yaml.SequenceNode {
		return v.Content
	}
	return nil
}

func member(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return resolved(mapping.Content[i+1])
		}
	}
	return nil
}

func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// includes are the keys whose elements may be directories with kustomizations
// of their own.
var includes = []string{"resources", "bases", "components"}

// remote reports whether a path leads out of the file system: kustomize would
// fetch it, or run git to clone it.
//
// Source: NewRepoSpecFromURL in kustomize's api/internal/git/repospec.go.
func remote(path string) bool {
	if strings.Contains(path, "://") || strings.Contains(path, "?ref=") || strings.Contains(path, ".git//") ||
		strings.HasSuffix(path, ".git") {
		return true
	}
	for _, prefix := range []string{"git::", "gh:", "git@", "github.com/", "github.com:", "gitlab.com/", "bitbucket.org/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}
