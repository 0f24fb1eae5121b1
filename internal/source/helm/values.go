package helm

import (
	"bytes"
	"fmt"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/strvals"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// Check is the fault of what the user gives that fits no chart: a file that is
// none of values, or a --set that cannot be read.
func (g Given) Check() error {
	_, err := values(nil, Options{Given: g.Values, Set: g.Set})
	return err
}

// mostGiven is more MiB than any file of values has.
const mostGiven = 64

// values are those that the user gives, merged as Helm merges them: files in
// their order, and --set over them. The chart's own come under them later.
func values(in *unit.Tree, o Options) (common.Values, error) {
	all := map[string]any{}
	lay := func(file string, read func(string) ([]byte, error)) error {
		data, err := read(file)
		if err != nil {
			return document.PathError(file, err)
		}
		values, err := loader.LoadValues(bytes.NewReader(data))
		if err != nil {
			return &document.Error{File: file, Line: lineIn(err.Error()), Msg: "is no file of values: " + yamlReason(err),
				Hint: "a file of values holds keys, as the chart's values.yaml does"}
		}
		all = loader.MergeMaps(all, values)
		return nil
	}
	for _, file := range o.Given {
		if err := lay(file, func(file string) ([]byte, error) { return given(in, file) }); err != nil {
			return nil, err
		}
	}
	for _, file := range o.Values {
		if err := lay(file, in.ReadFile); err != nil {
			return nil, err
		}
	}
	inline, err := own(o.Inline)
	if err != nil {
		return nil, err
	}
	all = loader.MergeMaps(all, inline)
	for _, set := range o.Set {
		if err := strvals.ParseInto(set, all); err != nil {
			return nil, &document.Error{Msg: "--set " + set + ": " + words.OneLine(err.Error()), Hint: "--set is written as key.of.value=value"}
		}
	}
	for _, set := range o.SetString {
		if err := strvals.ParseIntoString(set, all); err != nil {
			return nil, &document.Error{Msg: "--set-string " + set + ": " + words.OneLine(err.Error()), Hint: "it is written as key.of.value=value"}
		}
	}
	return all, nil
}

// own is a copy of the values of an object: what is set goes into them, and templates change them,
// and the next rendering begins with those of the object again.
func own(values map[string]any) (map[string]any, error) {
	if values == nil {
		return nil, nil
	}
	copied, err := deepCopy(values)
	if err != nil {
		return nil, fmt.Errorf("copying the values of an object: %w", err)
	}
	return copied.(map[string]any), nil
}

// given is a file of values that the user named, wherever it stands.
func given(in *unit.Tree, file string) ([]byte, error) {
	if in != nil {
		if text, ok := in.Texts[unit.Real(file)]; ok {
			return text, nil
		}
	}
	return document.ReadFile(file, mostGiven)
}

// Merge lays values over others, key by key, as Helm does with files of values.
func Merge(under, over map[string]any) map[string]any { return loader.MergeMaps(under, over) }

// Set is one value at the place that a path names, in the form of Helm's --set.
// It is empty where the path is none.
func Set(path, value string) map[string]any {
	all := map[string]any{}
	if err := strvals.ParseInto(path+"="+strings.NewReplacer(",", `\,`).Replace(value), all); err != nil {
		return map[string]any{}
	}
	return all
}

// fitsKubernetes is the fault of a chart that is for other versions.
func (c *loaded) fitsKubernetes() error {
	want := c.root.Metadata.KubeVersion
	if want == "" || util.IsCompatibleRange(want, kubeVersion) {
		return nil
	}
	return &document.Error{
		File: c.file(ChartFile), Line: keyLine(c.root, "/kubeVersion"),
		Msg:  "is for Kubernetes " + want + ", and onus renders for " + kubeVersion,
		Hint: "helm template --kube-version VERSION " + c.dir + " | onus check -",
	}
}

// keyLine is the line of a key in a chart's Chart.yaml; 0 where it has none.
func keyLine(c *chart.Chart, pointer string) int {
	for _, f := range c.Raw {
		if f.Name == ChartFile {
			if doc, err := document.Parse(f.Data, 1); err == nil && doc != nil {
				return lineOf(doc, pointer)
			}
		}
	}
	return 0
}
