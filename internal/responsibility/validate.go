package responsibility

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/words"
)

var schemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	compiled := map[string]*jsonschema.Schema{}
	c := jsonschema.NewCompiler()
	for _, name := range []string{
		"addons", "layers", "offering", "platform", "obligation", "operator", "programs", "exposure", "names", "purpose", "removed", "storage",
		"sources", "strategy", "takers",
		"triggers", "webhooks",
	} {
		p := path.Join("schema", name+".schema.json")
		data, err := catalog.Files.ReadFile(p)
		if err != nil {
			return nil, fmt.Errorf("reading a catalog schema: %w", err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		id, _ := doc.(map[string]any)["$id"].(string) // by which others refer to it
		if err := c.AddResource(id, doc); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		if compiled[name], err = c.Compile(id); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
	}
	return compiled, nil
})

// checkSchema holds a catalog file against its JSON Schema and reports the
// first fault in the file.
func checkSchema(schema, name string, doc *document.Document) error {
	all, err := schemas()
	if err != nil {
		return err
	}
	data, err := doc.JSON()
	if err != nil {
		return document.In(name, err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return document.In(name, err)
	}
	err = all[schema].Validate(value)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var faults []*document.Error
	leaves(invalid, func(leaf *jsonschema.ValidationError) {
		faults = append(faults, schemaFault(name, doc, leaf))
	})
	return slices.MinFunc(faults, func(a, b *document.Error) int {
		return cmp.Or(a.Line-b.Line, strings.Compare(a.Field, b.Field))
	})
}

func leaves(e *jsonschema.ValidationError, f func(*jsonschema.ValidationError)) {
	if len(e.Causes) == 0 {
		f(e)
		return
	}
	for _, c := range e.Causes {
		leaves(c, f)
	}
}

func schemaFault(name string, doc *document.Document, leaf *jsonschema.ValidationError) *document.Error {
	location := slices.Clone(leaf.InstanceLocation)
	msg := leaf.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	switch k := leaf.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		location = append(location, k.Properties[0])
		msg = "is not a field that stands here"
	case *kind.Required:
		msg = "lacks " + strings.Join(k.Missing, ", ")
	case *kind.PropertyNames:
		location = append(location, k.Property)
	}
	var pointer jsontext.Pointer
	for _, token := range location {
		pointer = pointer.AppendToken(token)
	}
	return &document.Error{File: name, Line: doc.Line(pointer), Field: document.Field(pointer), Msg: msg}
}

// refinesItself is the way from an offering back to itself by what each refines,
// or nil where there is none.
func (l *loader) refinesItself(id string) []string {
	way := []string{id}
	for at := l.offerings[id]; at != nil && at.value.Refines != ""; at = l.offerings[at.value.Refines] {
		next := at.value.Refines
		if next == id {
			return append(way, id)
		}
		if slices.Contains(way, next) {
			return nil // the circle is told of those that are in it
		}
		way = append(way, next)
	}
	return nil
}

// checkOffering looks at what a schema cannot say: that names exist, that a
// line is whole, and that a disagreement is explained.
func (l *loader) checkOffering(f *file[Offering]) error {
	o := &f.value
	if err := l.checkSources(f.doc, f.name, "/from", o.From); err != nil {
		return err
	}
	if o.Refines != "" && l.offerings[o.Refines] == nil {
		return f.errorf("/refines", "there is no offering %q%s", o.Refines, didYouMean(o.Refines, slices.Sorted(maps.Keys(l.offerings))))
	}
	if around := l.refinesItself(o.ID); around != nil {
		return f.errorf("/refines", "goes round in a circle: %s", strings.Join(around, " refines "))
	}
	for _, axisID := range slices.Sorted(maps.Keys(o.Line)) {
		cells := o.Line[axisID]
		at := jsontext.Pointer("/line").AppendToken(axisID)
		axis := l.catalog.Axis(axisID)
		if axis == nil {
			return f.errorf(at, "there is no such axis")
		}
		for _, layer := range axis.Layers {
			if _, ok := cells[layer.ID]; !ok {
				return f.errorf(at, "lacks the layer %s", layer.ID)
			}
		}
		for _, layerID := range slices.Sorted(maps.Keys(cells)) {
			if !slices.ContainsFunc(axis.Layers, func(x Layer) bool { return x.ID == layerID }) {
				return f.errorf(at.AppendToken(layerID), "the axis %s has no such layer%s", axisID, didYouMean(layerID, layerIDs(axis)))
			}
			if err := l.checkCell(f, at.AppendToken(layerID), cells[layerID]); err != nil {
				return err
			}
		}
	}
	for i, limit := range o.Limits {
		if err := l.checkSources(f.doc, f.name, jsontext.Pointer(fmt.Sprintf("/limits/%d/from", i)), limit.From); err != nil {
			return err
		}
	}
	if err := l.checkEvidence(f.doc, f.name, o.Evidence); err != nil {
		return err
	}
	for _, checked := range []func(*file[Offering]) error{
		l.checkUnsupported, l.checkBuiltIn, l.checkSupport, l.checkLaunches, l.checkAtOnce, l.checkDatabases,
	} {
		if err := checked(f); err != nil {
			return err
		}
	}
	switch {
	case o.ContractOf != "":
		return l.takeContract(f)
	case o.Facts == nil:
		return nil
	}
	return l.checkContract(f)
}

// takeContract gives an offering the contract of another one.
func (l *loader) takeContract(f *file[Offering]) error {
	o := &f.value
	of := l.offerings[o.ContractOf]
	switch {
	case of == nil:
		return f.errorf("/contractOf", "there is no offering %q%s", o.ContractOf, didYouMean(o.ContractOf, slices.Sorted(maps.Keys(l.offerings))))
	case o.Facts != nil:
		return f.errorf("/contractOf", "stands beside a contract, wants one of the two")
	case of.value.ContractOf != "" || of.value.Facts == nil:
		return f.errorf("/contractOf", "%s has no contract of its own", o.ContractOf)
	}
	if err := l.checkContract(of); err != nil {
		return err
	}
	o.Facts, o.Contract = of.value.Facts, of.value.Contract
	return nil
}

// checkEvidence looks for the sources of rules.
func (l *loader) checkEvidence(doc *document.Document, name string, rules []Rule) error {
	for i, rule := range rules {
		if err := l.checkSources(doc, name, jsontext.Pointer(fmt.Sprintf("/evidence/%d/from", i)), rule.From); err != nil {
			return err
		}
	}
	return nil
}

// checkPlatform looks for the offerings and the sources of a platform. Findings
// name both by their ids, so no offering has the id of a platform.
func (l *loader) checkPlatform(f *file[Platform]) error {
	if l.offerings[f.value.ID] != nil {
		return f.errorf("/id", "%q is an offering", f.value.ID)
	}
	for i, id := range f.value.Offerings {
		if l.offerings[id] == nil {
			return f.errorf(jsontext.Pointer(fmt.Sprintf("/offerings/%d", i)), "there is no offering %q%s", id,
				didYouMean(id, slices.Sorted(maps.Keys(l.offerings))))
		}
	}
	if err := l.checkSources(f.doc, f.name, "/from", f.value.From); err != nil {
		return err
	}
	for i, s := range f.value.Spot {
		if err := l.checkSources(f.doc, f.name, jsontext.Pointer(fmt.Sprintf("/spot/%d/from", i)), s.From); err != nil {
			return err
		}
	}
	return l.checkEvidence(f.doc, f.name, f.value.Evidence)
}

func layerIDs(a *Axis) []string {
	var ids []string
	for _, x := range a.Layers {
		ids = append(ids, x.ID)
	}
	return ids
}

func (l *loader) checkCell(f *file[Offering], at jsontext.Pointer, c Cell) error {
	if c.Party == Split && len(c.Duties) == 0 {
		return f.errorf(at, "is split and lacks duties")
	}
	if c.Party == Partner && f.value.Partner == "" {
		return f.errorf(at+"/party", "is partner and the offering names no partner")
	}
	if c.Disputed() != (c.Because != "") {
		return f.errorf(at, "wants 'because' exactly where a claim states another party")
	}
	if !slices.ContainsFunc(c.Statements, func(s Statement) bool { return s.Holds(c) }) {
		return f.errorf(at+"/claims", "no claim states the party that is said to hold, %s", c.Party)
	}
	for i, s := range c.Statements {
		if err := l.checkSources(f.doc, f.name, at+jsontext.Pointer(fmt.Sprintf("/claims/%d/from", i)), []string{s.From}); err != nil {
			return err
		}
	}
	if id := l.catalog.Primary(c.RestsOn()); c.Secondary != "" && id != "" {
		return f.errorf(at+"/secondary", "%s is a primary source; leave this out", id)
	}
	for i, d := range c.Duties {
		duty := at + jsontext.Pointer(fmt.Sprintf("/duties/%d", i))
		if (d.Party == Split) != (len(d.Paths) > 0) {
			return f.errorf(duty, "wants 'paths' exactly where its party is split")
		}
		if err := l.checkSources(f.doc, f.name, duty+"/from", d.From); err != nil {
			return err
		}
	}
	return nil
}

// checkAssumed looks for the platforms and offerings that axes assume.
func (l *loader) checkAssumed() error {
	for _, a := range l.catalog.Axes {
		if a.Assumed != "" && l.catalog.Platform(a.Assumed) == nil && l.catalog.Offering(a.Assumed) == nil {
			names := slices.Sorted(maps.Keys(l.offerings))
			return &document.Error{File: "layers.yaml", Line: l.layers[a.ID].First(), Field: a.ID + ".assumed",
				Msg: fmt.Sprintf("there is no platform and no offering %q%s", a.Assumed,
					didYouMean(a.Assumed, append(names, slices.Sorted(maps.Keys(l.platforms))...)))}
		}
	}
	return nil
}

// checkContract looks at a contract's sources, and parses what it states.
func (l *loader) checkContract(f *file[Offering]) error {
	const at = jsontext.Pointer("/contract/")
	var fault error
	check := func(at jsontext.Pointer, ids []string) {
		if fault == nil {
			fault = l.checkSources(f.doc, f.name, at, ids)
		}
	}
	f.value.Facts.All(func(path string, fact contract.Fact) {
		p := at + jsontext.Pointer(path)
		check(p+"/from", fact.From)
		for i, d := range fact.Disputed {
			check(p+jsontext.Pointer(fmt.Sprintf("/disputed/%d/from", i)), d.From)
		}
	})
	if fault != nil {
		return fault
	}
	var err error
	var unread *contract.Fault
	if f.value.Contract, err = contract.Parse(f.value.Facts); errors.As(err, &unread) {
		return f.errorf(at+jsontext.Pointer(unread.Path), "%s", unread.Msg)
	}
	return err
}

func (l *loader) checkObligation(f *file[Obligation]) error {
	o := &f.value
	if err := l.checkSources(f.doc, f.name, "/from", o.From); err != nil {
		return err
	}
	axis := l.catalog.Axis(o.Axis)
	if axis == nil {
		return f.errorf("/axis", "there is no axis %q", o.Axis)
	}
	layers := layerIDs(axis)
	has := func(p jsontext.Pointer, layer string) error {
		if slices.Contains(layers, layer) {
			return nil
		}
		return f.errorf(p, "the axis %s has no layer %q%s", o.Axis, layer, didYouMean(layer, layers))
	}
	if err := has("/layer", o.Layer); err != nil {
		return err
	}
	for i, w := range o.Applies {
		if err := has(jsontext.Pointer(fmt.Sprintf("/applies/%d/layer", i)), w.Layer); err != nil {
			return err
		}
	}
	for i, w := range o.InducedBy {
		if err := has(jsontext.Pointer(fmt.Sprintf("/inducedBy/%d/layer", i)), w.Layer); err != nil {
			return err
		}
	}
	for i, id := range o.Only {
		if l.offerings[id] == nil {
			return f.errorf(jsontext.Pointer(fmt.Sprintf("/only/%d", i)), "there is no offering %q%s", id,
				didYouMean(id, slices.Sorted(maps.Keys(l.offerings))))
		}
	}
	return nil
}

func (l *loader) checkSources(doc *document.Document, name string, at jsontext.Pointer, ids []string) error {
	for _, id := range ids {
		if _, ok := l.catalog.Sources[id]; !ok {
			return &document.Error{File: name, Line: doc.Line(at), Field: document.Field(at), Msg: unknownSource(l.catalog, id)}
		}
	}
	return nil
}

func unknownSource(c *Catalog, id string) string {
	return fmt.Sprintf("there is no source %q%s", id, didYouMean(id, slices.Sorted(maps.Keys(c.Sources))))
}

func didYouMean(name string, among []string) string {
	near := Nearest(name, among)
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + words.Or(near) + "?"
}
