package kustomize

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// Builder builds the kustomizations of one input. What several of them include
// is read and prepared once. It may be used by several goroutines.
type Builder struct {
	in   *unit.Tree
	root string // of the input, absolute and without links

	mu      sync.Mutex
	files   map[string][]byte
	ready   map[string]prepared
	objects map[string][]standing // by file: where objects stand in it
}

// New is the builder of an input.
func New(in *unit.Tree) *Builder {
	b := &Builder{in: in, files: map[string][]byte{}, ready: map[string]prepared{}, objects: map[string][]standing{}}
	if root, err := in.Inside(in.Root); err == nil {
		b.root = root
	}
	return b
}

// file reads a file once.
func (b *Builder) file(path string) ([]byte, error) {
	b.mu.Lock()
	data, ok := b.files[path]
	b.mu.Unlock()
	if ok {
		return data, nil
	}
	data, err := b.in.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files[path] = data
	return data, nil
}

// prepared is the kustomization in a file, as it is built.
func (b *Builder) prepared(file string, lenient bool, alone map[generated]bool) (prepared, error) {
	key := fmt.Sprint(lenient, alone, file)
	b.mu.Lock()
	p, ok := b.ready[key]
	b.mu.Unlock()
	if ok {
		return p, nil
	}
	k, err := parse(b.in, file)
	if err != nil {
		return prepared{}, err
	}
	k.file, k.dir = b.named(file), b.named(filepath.Dir(file))
	p = prepare(b.in, k, lenient, alone)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready[key] = p
	return p, nil
}

// named is an absolute path as the user named it.
func (b *Builder) named(path string) string {
	rel, err := filepath.Rel(b.root, path)
	if err != nil {
		return path
	}
	return filepath.Join(b.in.Root, rel)
}

// Build builds the kustomization in a directory. What kustomize refuses because
// something is missing is built without what rests on that; what it refuses for
// another reason is read as the files that it includes.
func (b *Builder) Build(ctx context.Context, dir string) unit.Built { return b.With(ctx, dir, nil) }

// With builds as Build does, where some files, as the user named them, hold other
// texts; kustomizations themselves are read as they stand. What kustomize refuses
// with those texts is not read as files: nothing is made of it.
func (b *Builder) With(ctx context.Context, dir string, texts map[string][]byte) unit.Built {
	return b.build(ctx, dir, texts, nil)
}

// Including builds the kustomization in a directory as if it listed more components, as
// paths from there: what it patches may come of them.
func (b *Builder) Including(ctx context.Context, dir string, components []string) unit.Built {
	return b.build(ctx, dir, nil, components)
}

func (b *Builder) build(ctx context.Context, dir string, texts map[string][]byte, components []string) unit.Built {
	var out built
	memory := make(map[string][]byte, len(texts))
	for name, text := range texts {
		if real, err := b.in.Inside(name); err == nil {
			memory[real] = text
		}
	}
	as := fileSystem{memory: memory, components: components}
	made, seen, err := b.run(ctx, dir, as.slimmed())
	if err != nil { // a patch may be of what was left out
		made, seen, err = b.complete(ctx, dir, &as)
	}
	out.add(b, seen)
	if err != nil && ctx.Err() == nil {
		var again error
		as.lenient = true
		if made, seen, again = b.complete(ctx, dir, &as); again == nil {
			missing := len(out.Missing) > 0
			out.add(b, seen)
			out.unmade()
			if !missing && len(out.Missing) == 0 {
				out.Missing = append(out.Missing, b.fault(dir, err, "what could not be applied is left out"))
			}
			err = nil
		}
	}
	if err != nil {
		if texts == nil {
			b.raw(dir, &out, err)
		}
		return out.Built
	}
	from := b.originsOf(dir, components...)
	for _, r := range made.Resources() {
		if d, ok := b.document(dir, from, r); ok {
			out.Documents = append(out.Documents, d)
		}
	}
	return out.Built
}

// built is a unit on its way.
type built struct{ unit.Built }

// add adds the files that a build read, and what it had to do without.
func (o *built) add(b *Builder, seen *fileSystem) {
	for path := range seen.read {
		o.own(b.named(path))
	}
	for _, path := range slices.Sorted(maps.Keys(seen.visited)) {
		p := seen.visited[path]
		o.miss(p.missing)
		o.NotBuilt = cmp.Or(o.NotBuilt, p.folder)
	}
}

// unmade leaves out that replacements find nothing where files are not there that generators
// read: what follows from that is nothing more to mend.
func (o *built) unmade() {
	if slices.ContainsFunc(o.Missing, func(f origin.Fault) bool { return f.Hint == generatorHint }) {
		o.Missing = slices.DeleteFunc(o.Missing, func(f origin.Fault) bool { return f.Reason == noReplacement })
	}
}

func (o *built) own(file string) {
	if !slices.Contains(o.Files, file) {
		o.Files = append(o.Files, file)
	}
}

func (o *built) miss(faults []origin.Fault) {
	for _, f := range faults {
		if !slices.Contains(o.Missing, f) {
			o.Missing = append(o.Missing, f)
		}
	}
}

// noBase is what kustomize says where a generator changes what another kustomization makes, and
// that is not there; goneInto is the directory of that which causeOf found.
var (
	noBase   = regexp.MustCompile(`\b(ConfigMap|Secret) (\S+) does not exist; cannot merge`)
	goneInto = regexp.MustCompile(`\(in ([^()]*)\)$`)
)

// complete has kustomize build a directory, where something was taken out of it also without the
// ConfigMaps and Secrets that came of that, which is no fault of who changes them.
func (b *Builder) complete(ctx context.Context, dir string, as *fileSystem) (made resmap.ResMap, seen *fileSystem, err error) {
	for {
		made, seen, err = b.run(ctx, dir, *as)
		if err == nil || !seen.lacks() {
			return made, seen, err
		}
		cause := causeOf(err.Error())
		m := noBase.FindStringSubmatch(cause)
		if m == nil {
			return made, seen, err
		}
		one := generated{kind: m[1], name: m[2], dir: b.named(seen.dir)}
		if in := goneInto.FindStringSubmatch(cause); in != nil {
			one.dir = b.named(in[1])
		}
		if as.alone[one] {
			return made, seen, err
		}
		alone := map[generated]bool{one: true}
		maps.Copy(alone, as.alone)
		as.alone = alone
	}
}

// lacks reports whether something was taken out of what was read.
func (f *fileSystem) lacks() bool {
	for _, p := range f.visited {
		if len(p.missing) > 0 {
			return true
		}
	}
	return false
}

// run has kustomize build a directory, as it sees the disk.
func (b *Builder) run(ctx context.Context, dir string, as fileSystem) (made resmap.ResMap, seen *fileSystem, err error) {
	seen = &fileSystem{
		Builder: b, lenient: as.lenient, alone: as.alone, slim: as.slim, memory: as.memory, components: as.components,
		visited: map[string]prepared{}, read: map[string]bool{},
	}
	real, err := b.in.Inside(dir)
	if err != nil {
		return nil, seen, err
	}
	seen.dir = real
	made, err = b.krusty(ctx, real, seen)
	return made, seen, err
}

// krusty has kustomize build a directory of a file system.
func (b *Builder) krusty(ctx context.Context, dir string, seen *fileSystem) (made resmap.ResMap, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	defer func() {
		if cause := recover(); cause != nil { // of a library, on input that nobody foresaw
			err = fmt.Errorf("kustomize ended in a fault of its own: %v", cause)
		}
	}()
	return krusty.MakeKustomizer(&krusty.Options{
		Reorder: krusty.ReorderOptionNone, LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig(),
	}).Run(seen, dir)
}

// fault is what kustomize says of a directory.
func (b *Builder) fault(dir string, err error, then string) origin.Fault {
	said := words.OneLine(causeOf(strings.ReplaceAll(err.Error(), b.root, b.in.Root)))
	file := fileIn(b.in, dir)
	f := origin.Fault{File: file, Reason: "kustomize does not build this: " + said + "; " + then}
	var at *document.Error
	if data, readErr := b.in.ReadFile(file); readErr == nil && errors.As(placed(data), &at) {
		f.Line, f.Reason = at.Line, at.Msg
	}
	return f
}

// raw reads what a kustomization and those that it includes name, as it stands.
func (b *Builder) raw(dir string, out *built, err error) {
	f := b.fault(dir, err, "its resources are read as they are")
	if f.Line == 0 { // what was taken out may be why
		for _, gone := range out.Missing {
			if gone.Hint == buildHint || gone.Hint == chartHint || gone.Hint == programsHint {
				f.Reason, f.Hint = "without what is not here "+f.Reason, gone.Hint
				break
			}
		}
	}
	out.miss([]origin.Fault{f})
	visited := map[string]bool{}
	var read func(dir string)
	read = func(dir string) {
		file := fileIn(b.in, dir)
		real, err := b.in.Inside(file)
		if file == "" || err != nil || visited[real] {
			return
		}
		visited[real] = true
		out.own(b.named(real))
		p, err := b.prepared(real, false, nil)
		if err != nil {
			return
		}
		out.miss(p.missing)
		out.NotBuilt = cmp.Or(out.NotBuilt, p.folder)
		for _, f := range p.files {
			data, err := b.in.ReadFile(f)
			if err != nil || visited[f] {
				continue
			}
			visited[f] = true
			out.own(f)
			out.Documents = append(out.Documents, unit.Document{Bytes: data, File: f, Line: 1, Whole: true})
		}
		for _, d := range p.dirs {
			read(d)
		}
	}
	read(dir)
}
