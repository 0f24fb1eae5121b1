package helm

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"helm.sh/helm/v4/pkg/chart/common"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// line is where the value at a path stands that counts: in the last of the files that the chart is
// rendered with, or in its own. It is zero where no file has it, and where something else than a
// file gives it another value.
func (p *parted) line(in *unit.Tree, o Options, key string) (origin.Position, any) {
	if p.root == nil {
		return origin.Position{}, nil
	}
	for _, file := range slices.Backward(o.Values) {
		if data, err := in.ReadFile(file); err == nil {
			if at, v := lineOfValue(file, data, key); at.Line > 0 {
				return at, v
			}
		}
	}
	for _, file := range slices.Backward(o.Given) {
		if data, err := given(in, file); err == nil {
			if at, v := lineOfValue(file, data, key); at.Line > 0 {
				return at, v
			}
		}
	}
	i := slices.IndexFunc(p.root.Raw, func(f *common.File) bool { return f.Name == ownValues })
	if i < 0 || p.own == "" {
		return origin.Position{}, nil
	}
	return lineOfValue(p.own, p.root.Raw[i].Data, key)
}

// lineOfValue is where a file of values has the one at a path, and that value; zero where it has none.
func lineOfValue(file string, data []byte, key string) (origin.Position, any) {
	doc, err := document.Parse(data, 1)
	if err != nil || doc == nil {
		return origin.Position{}, nil
	}
	var v any
	if text, err := doc.JSON(); err != nil || json.Unmarshal(text, &v) != nil {
		return origin.Position{}, nil
	}
	for name := range strings.SplitSeq(key, ".") {
		m, is := v.(map[string]any)
		if !is {
			return origin.Position{}, nil
		}
		if v, is = m[name]; !is {
			return origin.Position{}, nil
		}
	}
	return origin.Position{File: file, Line: lineOf(doc, "/"+strings.ReplaceAll(key, ".", "/"))}, v
}
