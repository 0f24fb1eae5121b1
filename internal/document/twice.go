package document

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Last is a document with the last of each key that stands twice in a mapping, as what
// parses YAML for API servers takes it; nil where it cannot be told apart. The document
// itself is not used any more.
//
// Source: sigs.k8s.io/yaml, YAMLToJSON, which does not do so for YAMLToJSONStrict alone.
func (d *Document) Last() *Document {
	root, first := d.root, d.first
	if root == nil && d.toNodes() {
		root, first = d.root, d.first
	}
	if root == nil {
		parsed, err := parseNodes(d.raw, d.first)
		if err != nil || parsed == nil {
			return nil
		}
		root = parsed
	}
	lastOfEach(root, map[*yaml.Node]bool{})
	return &Document{root: root, first: first}
}

// lastOfEach leaves out of mappings what stands there again.
func lastOfEach(n *yaml.Node, seen map[*yaml.Node]bool) {
	if n = resolve(n); n == nil || seen[n] {
		return
	}
	seen[n] = true
	if n.Kind == yaml.MappingNode {
		kept := make([]*yaml.Node, 0, len(n.Content))
		keys := map[string]bool{}
		for i := len(n.Content) - 2; i >= 0; i -= 2 {
			k := resolve(n.Content[i])
			if k.Kind == yaml.ScalarNode && !isMerge(k) {
				if keys[k.Value] {
					continue
				}
				keys[k.Value] = true
			}
			kept = append(kept, n.Content[i+1], n.Content[i])
		}
		slices.Reverse(kept)
		n.Content = kept
	}
	for _, c := range n.Content {
		lastOfEach(c, seen)
	}
}
