package terraform

import (
	"hash/fnv"
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
	}
	return "", false
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
