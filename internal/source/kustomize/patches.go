package kustomize

import (
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// patches are those of all three fields, in the newest form.
//
// Source: FixKustomizationPreMarshalling in kustomize's
// api/types/kustomization.go.
func (p *preparer) patches() *yaml.Node {
	all := list()
	add := func(n *yaml.Node) {
		if p.lenient {
			all.Content = append(all.Content, p.targeted(n)...)
			return
		}
		all.Content = append(all.Content, n)
	}
	for _, n := range p.items("patchesStrategicMerge") {
		if n = resolved(n); n.Kind == yaml.ScalarNode {
			if patch, ok := p.patch(n); ok {
				add(patch)
			}
		}
	}
	for _, key := range []string{"patches", "patchesJson6902"} {
		for _, n := range p.items(key) {
			n = resolved(n)
			if n.Kind == yaml.ScalarNode { // as patches were before they had targets
				if patch, ok := p.patch(n); ok {
					add(patch)
				}
				continue
			}
			if path := member(n, "path"); path == nil || p.has(path, path.Value) {
				add(n)
			}
		}
	}
	return all
}

// patch is a path or a patch itself in the newest form.
func (p *preparer) patch(n *yaml.Node) (*yaml.Node, bool) {
	if inline(n.Value) {
		return mapping(scalar("patch"), n), true
	}
	if !p.has(n, n.Value) {
		return nil, false
	}
	return mapping(scalar("path"), n), true
}

// targeted are the patches of one element, each with a target of its own:
// without one, a patch that finds nothing to patch fails everything.
func (p *preparer) targeted(n *yaml.Node) []*yaml.Node {
	if member(n, "target") != nil {
		return []*yaml.Node{n}
	}
	text := ""
	if patch := member(n, "patch"); patch != nil {
		text = patch.Value
	} else if path := member(n, "path"); path != nil {
		data, err := p.in.ReadFile(filepath.Join(p.dir, path.Value))
		if err != nil {
			return nil
		}
		text = string(data)
	}
	var all []*yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc yaml.Node
		if dec.Decode(&doc) != nil {
			return all
		}
		if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
			continue
		}
		one, err := yaml.Marshal(doc.Content[0])
		if err != nil {
			continue
		}
		patch := mapping(scalar("patch"), scalar(string(one)), scalar("target"), targetOf(doc.Content[0]))
		if options := member(n, "options"); options != nil {
			patch.Content = append(patch.Content, scalar("options"), options)
		}
		all = append(all, patch)
	}
}

// targetOf selects what a patch names, and nothing where that is not there.
func targetOf(patch *yaml.Node) *yaml.Node {
	target := mapping()
	put := func(key, value string) {
		if value != "" {
			target.Content = append(target.Content, scalar(key), scalar(value))
		}
	}
	if api := member(patch, "apiVersion"); api != nil {
		group, version, found := strings.Cut(api.Value, "/")
		if !found {
			group, version = "", api.Value
		}
		put("group", regexp.QuoteMeta(group))
		put("version", regexp.QuoteMeta(version))
	}
	if kind := member(patch, "kind"); kind != nil {
		put("kind", regexp.QuoteMeta(kind.Value))
	}
	if meta := member(patch, "metadata"); meta != nil {
		for _, key := range []string{"name", "namespace"} {
			if v := member(meta, key); v != nil {
				put(key, regexp.QuoteMeta(v.Value))
			}
		}
	}
	return target
}
