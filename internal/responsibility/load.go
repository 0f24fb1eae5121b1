package responsibility

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/velocity"
)

// Layer of catalog files: the built-in one, or one that a user adds. Name
// stands before its paths in errors. Checked marks files that a test has held
// against the JSON Schema already, which need not be done at every start.
type Files struct {
	FS      fs.FS
	Name    string
	Checked bool
}

// Load reads catalogs and lays them over each other: where two define the
// same id, the later one holds. It fails on the first fault, as *document.Error.
func Load(catalogs ...Files) (*Catalog, error) {
	l := loader{
		catalog:     &Catalog{Sources: map[string]Source{}},
		offerings:   map[string]*file[Offering]{},
		obligations: map[string]*file[Obligation]{},
		operators:   map[string]*file[Operator]{},
		triggers:    map[string]*document.Document{},
		layers:      map[string]*document.Document{},
		platforms:   map[string]*file[Platform]{},
		strategies:  map[string]*file[velocity.Strategy]{},
	}
	for _, files := range catalogs {
		if err := l.add(files); err != nil {
			return nil, err
		}
	}
	return l.finish()
}

// file is a decoded catalog file that still knows its lines.
type file[T any] struct {
	name  string
	doc   *document.Document
	value T
}

func (f *file[T]) errorf(pointer jsontext.Pointer, format string, args ...any) error {
	return &document.Error{File: f.name, Line: f.doc.Line(pointer), Field: document.Field(pointer), Msg: fmt.Sprintf(format, args...)}
}

type loader struct {
	catalog     *Catalog
	offerings   map[string]*file[Offering]
	obligations map[string]*file[Obligation]
	operators   map[string]*file[Operator]
	triggers    map[string]*document.Document
	layers      map[string]*document.Document // by axis
	platforms   map[string]*file[Platform]
	strategies  map[string]*file[velocity.Strategy]
}

type layersFile struct {
	Axes []Axis `json:"axes"`
}
type sourcesFile struct {
	Sources []Source `json:"sources"`
}
type triggersFile struct {
	Triggers []Trigger `json:"triggers"`
}

func (l *loader) add(files Files) error {
	paths, err := yamlFiles(files.FS)
	if err != nil {
		return fmt.Errorf("reading the catalog %s: %w", files.Name, err)
	}
	docs := make([]*document.Document, len(paths))
	errs := make([]error, len(paths))
	var wg sync.WaitGroup
	next := make(chan int)
	for range 4 {
		wg.Go(func() {
			defer crash.Handle()
			for i := range next {
				docs[i], errs[i] = parse(files, paths[i])
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	wg.Wait()
	if i := slices.IndexFunc(errs, func(e error) bool { return e != nil }); i >= 0 {
		return errs[i]
	}
	for i, p := range paths {
		if files.Checked && p == wordsFile {
			continue
		}
		if err := l.file(path.Join(files.Name, p), p, docs[i]); err != nil {
			return err
		}
	}
	return nil
}

// schemaOf names the schema a catalog file has to follow, by where it stands.
func schemaOf(p string) (string, bool) {
	switch dir, base := path.Split(p); {
	case dir == "offerings/":
		return "offering", true
	case dir == "obligations/":
		return "obligation", true
	case dir == "operators/":
		return "operator", true
	case dir == "sources/":
		return "sources", true
	case dir == "platforms/":
		return "platform", true
	case dir == "strategies/":
		return "strategy", true
	case dir == "" && (base == "layers.yaml" || base == "triggers.yaml" || base == "programs.yaml" || base == "exposure.yaml" ||
		base == "storage.yaml" || base == "webhooks.yaml" || base == removedFile || base == takersFile || base == namesFile ||
		base == addonsFile || base == wordsFile):
		return strings.TrimSuffix(base, ".yaml"), true
	}
	return "", false
}

func yamlFiles(fsys fs.FS) ([]string, error) {
	var paths []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml")) {
			paths = append(paths, p)
		}
		return err
	})
	return paths, err
}

// mostOfFile is more MiB than any file of a catalog has.
const mostOfFile = 32

func parse(files Files, p string) (*document.Document, error) {
	name := path.Join(files.Name, p)
	schema, ok := schemaOf(p)
	if !ok {
		return nil, &document.Error{File: name, Msg: "is not where a catalog file can be: addons.yaml, layers.yaml, programs.yaml, " +
			"exposure.yaml, names.yaml, purpose.yaml, removed.yaml, storage.yaml, takers.yaml, triggers.yaml, webhooks.yaml, " +
			"or a file in offerings/, platforms/, obligations/, operators/, sources/ or strategies/"}
	}
	data, err := document.ReadRegular(files.FS, p, mostOfFile)
	if err != nil {
		return nil, document.PathError(name, err)
	}
	doc, err := document.Parse(data, 1)
	if err != nil {
		return nil, document.In(name, err)
	}
	if doc == nil {
		return nil, &document.Error{File: name, Line: 1, Msg: "is empty"}
	}
	if !files.Checked {
		if err := checkSchema(schema, name, doc); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

func decode[T any](name string, doc *document.Document) (*file[T], error) {
	f := &file[T]{name: name, doc: doc}
	if err := doc.Decode(&f.value); err != nil {
		return nil, document.In(name, err)
	}
	return f, nil
}

func (l *loader) file(name, p string, doc *document.Document) error {
	switch schema, _ := schemaOf(p); schema {
	case "offering":
		return named(l.offerings, name, p, doc, func(o *Offering) string { return o.ID })
	case "platform":
		return named(l.platforms, name, p, doc, func(x *Platform) string { return x.ID })
	case "obligation":
		return named(l.obligations, name, p, doc, func(o *Obligation) string { return o.ID })
	case "operator":
		return named(l.operators, name, p, doc, func(o *Operator) string { return o.ID })
	case "strategy":
		return named(l.strategies, name, p, doc, func(x *velocity.Strategy) string { return x.ID })
	case "sources":
		return l.sources(name, doc)
	case "layers":
		f, err := decode[layersFile](name, doc)
		if err != nil {
			return err
		}
		l.axes(f)
	case "programs":
		f, err := decode[programsFile](name, doc)
		if err != nil {
			return err
		}
		l.catalog.programs.add(f)
	case "exposure":
		f, err := decode[Exposure](name, doc)
		if err != nil {
			return err
		}
		l.catalog.exposure.add(f)
		l.catalog.Balancers = append(l.catalog.Balancers, f.value.Balancers...)
	case "storage":
		f, err := decode[storage](name, doc)
		if err != nil {
			return err
		}
		l.catalog.storage.add(f)
	case "webhooks":
		f, err := decode[webhooks](name, doc)
		if err != nil {
			return err
		}
		l.catalog.webhooks.add(f)
	case "removed", "takers", "names", "addons":
		return l.ownAs(schema, name, doc)
	case "purpose":
		return same(name, wordsFile, doc)
	case "triggers":
		return l.triggersOf(name, doc)
	}
	return nil
}

// ownAs adds a file that is that of onus itself: what no API server takes any more, who
// takes nodes by rules of its own, or names by which tools say what they do.
func (l *loader) ownAs(schema, name string, doc *document.Document) error {
	c := l.catalog
	switch schema {
	case "removed":
		return ownedAs(&c.removed, &c.removed.at, name, removedFile, doc)
	case "addons":
		return ownedAs(&c.addons, &c.addons.at, name, addonsFile, doc)
	case "takers":
		return ownedAs(&c.takers, &c.takers.at, name, takersFile, doc)
	}
	return ownedAs(&c.names, &c.names.at, name, namesFile, doc)
}

// triggersOf adds those of a file; one of a known id replaces it.
func (l *loader) triggersOf(name string, doc *document.Document) error {
	f, err := decode[triggersFile](name, doc)
	if err != nil {
		return err
	}
	for _, t := range f.value.Triggers {
		if at := l.catalog.Trigger(t.ID); at != nil {
			*at = t
		} else {
			l.catalog.Triggers = append(l.catalog.Triggers, t)
		}
		l.triggers[t.ID] = doc
	}
	return nil
}

// axes adds those of a file; one of a known id replaces it.
func (l *loader) axes(f *file[layersFile]) {
	for _, a := range f.value.Axes {
		l.layers[a.ID] = f.doc
		if at := l.catalog.Axis(a.ID); at != nil {
			*at = a
		} else {
			l.catalog.Axes = append(l.catalog.Axes, a)
		}
	}
}

// wordsFile holds words of names, which package purpose reads.
const wordsFile = "purpose.yaml"

// same is the fault of a file that is part of the program and is not that of onus itself:
// a copy of the catalog may have it, and nobody would notice that another is not used.
func same(name, of string, doc *document.Document) error {
	builtin, err := parse(Files{FS: catalog.Files, Checked: true}, of)
	if err != nil {
		return err
	}
	ours, err := builtin.JSON()
	if err != nil {
		return document.In(name, err)
	}
	theirs, err := doc.JSON()
	if err != nil {
		return document.In(name, err)
	}
	if !bytes.Equal(ours, theirs) {
		const other = "says other things than that of onus, which a catalog of one's own cannot change"
		return &document.Error{File: name, Line: doc.First(), Msg: other}
	}
	return nil
}

// sources adds a file of sources, each of which it names once.
func (l *loader) sources(name string, doc *document.Document) error {
	f, err := decode[sourcesFile](name, doc)
	if err != nil {
		return err
	}
	inFile := map[string]bool{}
	for i, s := range f.value.Sources {
		if inFile[s.ID] {
			return f.errorf(jsontext.Pointer(fmt.Sprintf("/sources/%d/id", i)), "%q is defined twice in this file", s.ID)
		}
		inFile[s.ID] = true
		l.catalog.Sources[s.ID] = s
	}
	return nil
}

// named adds a file that holds one thing, and is named after it.
func named[T any](all map[string]*file[T], name, p string, doc *document.Document, id func(*T) string) error {
	f, err := decode[T](name, doc)
	if err != nil {
		return err
	}
	is, want := id(&f.value), stem(p)
	if is != want {
		return f.errorf("/id", "is %q, wants %q as the file is named", is, want)
	}
	all[is] = f
	return nil
}

func stem(p string) string { return strings.TrimSuffix(path.Base(p), path.Ext(p)) }

func (l *loader) finish() (*Catalog, error) {
	c := l.catalog
	for _, id := range slices.Sorted(maps.Keys(l.offerings)) {
		f := l.offerings[id]
		if err := l.checkOffering(f); err != nil {
			return nil, err
		}
		c.Offerings = append(c.Offerings, &f.value)
	}
	slices.SortStableFunc(c.Offerings, func(a, b *Offering) int { return a.Order - b.Order })
	for _, id := range slices.Sorted(maps.Keys(l.platforms)) {
		f := l.platforms[id]
		if err := l.checkPlatform(f); err != nil {
			return nil, err
		}
		c.Platforms = append(c.Platforms, &f.value)
	}
	if err := l.checkAssumed(); err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(l.obligations)) {
		f := l.obligations[id]
		if err := l.checkObligation(f); err != nil {
			return nil, err
		}
		f.value.claim = document.Error{File: f.name, Line: f.doc.Line("/checked"), Field: "checked"}
		c.Obligations = append(c.Obligations, &f.value)
	}
	slices.SortStableFunc(c.Obligations, func(a, b *Obligation) int {
		if a.LoadBearing != b.LoadBearing {
			if a.LoadBearing {
				return -1
			}
			return 1
		}
		return severityRank(a.Severity) - severityRank(b.Severity)
	})
	if err := l.finishOperators(); err != nil {
		return nil, err
	}
	if err := l.finishStrategies(); err != nil {
		return nil, err
	}
	for _, t := range c.Triggers {
		if err := c.uncited("triggers.yaml", l.triggers[t.ID], t.ID, t.From); err != nil {
			return nil, err
		}
	}
	checks := []func(*Catalog) error{
		c.exposure.check, c.storage.check, c.webhooks.check, c.removed.check, c.names.check, c.takers.check, c.addons.check,
	}
	for _, check := range checks {
		if err := check(c); err != nil {
			return nil, err
		}
	}
	return c, c.programs.check(c)
}

func (l *loader) finishOperators() error {
	taken := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(l.operators)) {
		f := l.operators[id]
		if err := l.checkOperator(f, taken); err != nil {
			return err
		}
		l.catalog.Operators = append(l.catalog.Operators, &f.value)
	}
	return nil
}

func severityRank(s string) int { return slices.Index(finding.Severities, s) }
