package terraform

import (
	"hash/fnv"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/onus-project/onus/internal/origin"
)

// unfit are letters that no name in Kubernetes has.
var unfit = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// longestName is how long a label's value may be.
const longestName = 63

// reference stands for a text that is known once Terraform runs: by what it is made of, so that
// one that is made of the same is the same one. It is var.name-web for "${var.name}-web"; false
// where it is made by more than names.
func (e *evaluator) reference(x hclsyntax.Expression) (string, bool) {
	if !e.names.follows() {
		return "", false
	}
	switch of := e.resolved(x).(type) {
	case *hclsyntax.TemplateExpr:
		var b strings.Builder
		for _, part := range of.Parts {
			if text := word(e.value(part)); text != "" {
				b.WriteString(text)
				continue
			}
			text, ok := e.reference(part)
			if !ok || b.Len() > heaviest {
				return "", false
			}
			b.WriteString(text)
		}
		return b.String(), true
	case *hclsyntax.ScopeTraversalExpr:
		return unfit.ReplaceAllString(dotted(of.Traversal), "-"), true
	case *hclsyntax.RelativeTraversalExpr:
		text, ok := e.reference(of.Source)
		return text + "." + unfit.ReplaceAllString(dotted(of.Traversal), "-"), ok
	case *hclsyntax.IndexExpr:
		text, ok := e.reference(of.Collection)
		key, named := word(e.value(of.Key)), true
		if key == "" {
			key, named = e.reference(of.Key)
		}
		return text + "." + unfit.ReplaceAllString(key, "-"), ok && named
	}
	return "", false
}

// place stands for a namespace that is known once Terraform runs, by what it is made of; and where that is
// more than names, by how it is written: not by the line, which any change above it moves. It has a dot,
// which no namespace has. Of two modules none is the same.
func (e *evaluator) place(x hclsyntax.Expression) string {
	text, ok := "", false
	if x != nil {
		if text, ok = e.reference(x); !ok {
			text = e.written(x)
		}
	}
	if text == "" {
		text = "not.known"
	}
	if in := strings.Trim(unfit.ReplaceAllString(e.all.below(e.dir), "-"), "-"); in != "" {
		text = in + "." + text
	}
	if !strings.Contains(text, ".") {
		text += ".name"
	}
	return text
}

// written stands for an expression by its text; and where it refers to what is another one in each block,
// such as each.key, by the block as well.
func (e *evaluator) written(x hclsyntax.Expression) string {
	at, text := x.Range(), ""
	if of := e.module.texts[at.Filename]; at.End.Byte <= len(of) {
		text = string(of[at.Start.Byte:at.End.Byte])
	}
	in := ""
	for _, t := range x.Variables() {
		switch root := t.RootName(); root {
		case "var", "local", "path", "data", "terraform":
		default:
			if e.module.maker(root, second(t)) == nil {
				in = e.blockAround(at)
			}
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(in + " " + text))
	made := strings.Trim(unfit.ReplaceAllString(text, "-"), ".-_")
	return made[:min(len(made), longestName/2)] + "." + strconv.FormatUint(uint64(h.Sum32()), 36)
}

// blockAround is by which name the block is referred to that something stands in.
func (e *evaluator) blockAround(at hcl.Range) string {
	for _, b := range e.module.blocks() {
		if r := b.Range(); b.Body.SrcRange.Filename == at.Filename && r.Start.Byte <= at.Start.Byte && at.End.Byte <= b.Body.SrcRange.End.Byte {
			return strings.Join(append([]string{b.Type}, b.Labels...), ".")
		}
	}
	return ""
}

// below is a directory of a module below that which all modules have in common.
func (c *Configuration) below(of string) string {
	if c.common == "." {
		return strings.TrimPrefix(of, ".")
	}
	return strings.TrimPrefix(strings.TrimPrefix(of, c.common), "/")
}

// inCommonOf is the directory that some have in common, which are in order; empty for none.
func inCommonOf(dirs []string) (common string) {
	for i, dir := range dirs {
		if i == 0 {
			common = dir
		}
		for common != dir && !strings.HasPrefix(dir, common+"/") && common != "." {
			common = path.Dir(common)
		}
	}
	return common
}

// placed has an object stand in the namespace that it is said to, where that is not known.
func (e *evaluator) placed(o map[string]any, x hclsyntax.Expression) {
	meta, _ := o["metadata"].(map[string]any)
	if in, _ := meta["namespace"].(string); strings.Contains(in, origin.NotKnown) {
		meta["namespace"] = e.place(namespaceIn(e, x))
	}
}

// namespaceIn is what an object says its namespace is, as it is written in HCL, or in a text of YAML;
// nil where that is not found.
func namespaceIn(e *evaluator, x hclsyntax.Expression) hclsyntax.Expression {
	x = e.resolved(x)
	if name, args := called(x); name == "templatefile" && len(args) == 2 {
		return item(e, args[1], "namespace")
	} else if (name == "yamlencode" || name == "jsonencode") && len(args) == 1 {
		return namespaceIn(e, args[0])
	}
	if t, is := x.(*hclsyntax.TemplateExpr); is {
		for i, part := range t.Parts[:max(0, len(t.Parts)-1)] {
			if namespaceFollows.MatchString(word(e.value(part))) {
				return t.Parts[i+1]
			}
		}
		return x
	}
	if meta := item(e, x, "metadata"); meta != nil {
		return item(e, meta, "namespace")
	}
	return x
}

var namespaceFollows = regexp.MustCompile(`\bnamespace:\s*["']?$`)

// item is one of those that an object has in HCL; nil where it has none of that name.
func item(e *evaluator, x hclsyntax.Expression, name string) hclsyntax.Expression {
	object, is := e.resolved(x).(*hclsyntax.ObjectConsExpr)
	if !is {
		return nil
	}
	for _, one := range object.Items {
		if word(e.value(one.KeyExpr)) == name {
			return one.ValueExpr
		}
	}
	return nil
}

// dotted is what is referred to, with dots between.
func dotted(t hcl.Traversal) string {
	var parts []string
	for _, step := range t {
		switch of := step.(type) {
		case hcl.TraverseRoot:
			parts = append(parts, of.Name)
		case hcl.TraverseAttr:
			parts = append(parts, of.Name)
		case hcl.TraverseIndex:
			parts = append(parts, word(of.Key))
		}
	}
	return strings.Join(parts, ".")
}

// labelled is a reference as the value of a label: of two modules none is the same.
func (e *evaluator) labelled(x hclsyntax.Expression) (string, bool) {
	text, ok := e.reference(x)
	h := fnv.New32a()
	_, _ = h.Write([]byte(e.dir + " " + text))
	of := "." + strconv.FormatUint(uint64(h.Sum32()), 36)
	return strings.Trim(text[:min(len(text), longestName-len(of))], ".-_") + of, ok && text != ""
}

// labels are those of a setting, with references in the places of what is not known.
func (e *evaluator) labels(x hclsyntax.Expression, known map[string]any) map[string]any {
	object, is := e.resolved(x).(*hclsyntax.ObjectConsExpr)
	if !is {
		return known
	}
	for _, item := range object.Items {
		key := word(e.value(item.KeyExpr))
		if key == "" || known[key] != origin.NotKnown {
			continue
		}
		if text, ok := e.labelled(item.ValueExpr); ok {
			known[key] = text
		}
	}
	return known
}

// labelList are the values of labels in a setting, with references in the places of what is not known.
func (e *evaluator) labelList(x hclsyntax.Expression, known []any) []any {
	list, is := e.resolved(x).(*hclsyntax.TupleConsExpr)
	if !is || len(list.Exprs) != len(known) {
		return known
	}
	for i, one := range list.Exprs {
		if text, ok := e.labelled(one); ok && known[i] == origin.NotKnown {
			known[i] = text
		}
	}
	return known
}
