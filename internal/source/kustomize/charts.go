package kustomize

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit"
)

// helmChart is an entry of helmCharts.
//
// Source: kubectl.docs.kubernetes.io/references/kustomize/kustomization/helmcharts, and
// github.com/kubernetes-sigs/kustomize (api/internal/builtins/HelmChartInflationGenerator.go).
type helmChart struct {
	Name        string         `yaml:"name"`
	Version     string         `yaml:"version"`
	Repo        string         `yaml:"repo"`
	Release     string         `yaml:"releaseName"`
	Namespace   string         `yaml:"namespace"`
	File        string         `yaml:"valuesFile"`
	More        []string       `yaml:"additionalValuesFiles"`
	Inline      map[string]any `yaml:"valuesInline"`
	MergeInline string         `yaml:"valuesMerge"`
}

// chartsAsked are the charts that the kustomization has Helm render, each with the node that it stands at and the directory
// that it is in where it was fetched before. What cannot be read has no name.
func (k *kustomization) chartsAsked() (all []helmChart, at []*yaml.Node, dirs []string) {
	home := ""
	if globals := k.value("helmGlobals"); globals != nil {
		if n := member(globals, "chartHome"); n != nil {
			home = n.Value
		}
	}
	home = filepath.FromSlash(cmp.Or(home, "charts"))
	if !filepath.IsAbs(home) {
		home = filepath.Join(k.dir, home)
	}
	for _, n := range k.items("helmCharts") {
		var c helmChart
		n = resolved(n)
		if n.Decode(&c) != nil {
			c = helmChart{}
		}
		in := home
		if c.Version != "" && c.Repo != "" {
			in = filepath.Join(home, c.Name+"-"+c.Version)
		}
		all, at, dirs = append(all, c), append(at, n), append(dirs, filepath.Join(in, c.Name))
	}
	return all, at, dirs
}

// chartsHere are the directories of the input with charts that kustomizations have rendered: each is there for these.
func (b *Builder) chartsHere() []string {
	var all []string
	for _, file := range b.in.Files {
		if !Is(file) {
			continue
		}
		k, err := parse(b.in, file)
		if err != nil || k.root == nil {
			continue
		}
		_, _, dirs := k.chartsAsked()
		for _, dir := range dirs {
			if b.in.IsFile(filepath.Join(dir, helm.ChartFile)) && !slices.Contains(all, dir) {
				all = append(all, dir)
			}
		}
	}
	return all
}

// OwnCharts leaves out of the units of an input the charts that kustomizations have rendered, with values of their own, and
// gives the directories of which these units had the files.
func (b *Builder) OwnCharts(found []unit.Found) (others []unit.Found, owned []string) {
	here := b.chartsHere()
	for _, f := range found {
		if f.Kind == unit.Chart && len(f.Owns) > 0 && slices.Contains(here, filepath.Clean(f.Owns[0])) {
			owned = append(owned, f.Owns...)
			continue
		}
		others = append(others, f)
	}
	return others, owned
}

// charts are what the charts that the kustomization asks for render to, where they are here: files that are not on the disk,
// by their names beside it.
func (p *preparer) charts() *yaml.Node {
	files := list()
	all, at, dirs := p.chartsAsked()
	for i, c := range all {
		if c.Name == "" || c.MergeInline == "merge" || !p.in.IsFile(filepath.Join(dirs[i], helm.ChartFile)) {
			p.lacks(at[i], "asks for the chart "+chartName(at[i]), chartHint)
			continue
		}
		name := fmt.Sprintf("onus-chart-%d.yaml", i)
		text := p.chart(c, at[i], dirs[i])
		if p.lenient && wellFormed(text) != nil {
			p.lacks(at[i], "asks for the chart "+chartName(at[i])+", of which kustomize cannot read what it renders to", chartHint)
			continue
		}
		if len(text) > 0 {
			p.out.charts[name] = text
			files.Content = append(files.Content, scalar("./"+name))
		}
	}
	return files
}

// chart is what one of them renders to.
func (p *preparer) chart(c helmChart, at *yaml.Node, dir string) []byte {
	o := helm.Options{Release: c.Release, Namespace: c.Namespace, Inline: c.Inline}
	for _, name := range append([]string{c.File}, c.More...) {
		file := filepath.Join(p.dir, filepath.FromSlash(name))
		switch {
		case name == "" || c.MergeInline == "replace" && name == c.File:
		case remote(name) || !p.in.IsFile(file):
			p.absent(at, name, fileHint)
		default:
			o.Values = append(o.Values, file)
		}
	}
	built := helm.Build(context.Background(), p.in, dir, o) // it ends by bounds of its own
	p.out.missing = append(p.out.missing, built.Missing...)
	for _, a := range built.Absent {
		p.out.missing = append(p.out.missing, a.Fault)
	}
	for _, r := range built.Refused {
		p.out.missing = append(p.out.missing, r.Fault)
	}
	var text []byte
	for _, d := range built.Documents {
		text = append(append(append(text, "---\n"...), d.Bytes...), '\n')
		for _, x := range objects(d.Bytes) {
			x.line = d.Line
			p.out.charted = append(p.out.charted, sourced{standing: x, file: d.File})
		}
	}
	return text
}
