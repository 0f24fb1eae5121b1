package manifest

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Fault is what could not be read of a file, and what it may hold.
type Fault struct {
	*document.Error
	// Any says that any object may stand there. Else Kinds are those that may,
	// of the kinds that a verdict can rest on.
	Any   bool
	Kinds origin.Kinds
	// Namespace is that of the one object which stands there; empty where that
	// is not known.
	Namespace string
	// Rest says that it is what follows in a list, of which only the beginning
	// could be read.
	Rest bool
	// Foreign says that nothing there is of Kubernetes: no line names an API or a
	// kind, and nothing fills one in, or all are those of programs.
	Foreign bool
}

// unknown is a fault of something that may hold any object.
func unknown(err error) Fault {
	var fault *document.Error
	if !errors.As(err, &fault) {
		fault = &document.Error{Msg: err.Error()}
	}
	return Fault{Error: fault, Any: true}
}

// source is the text that is read, and its first line.
type source struct {
	data   []byte
	first  int
	marked bool // it may hold marks
	// processed says that it is a Template of OpenShift, whose parameters have their values.
	processed bool
	open      []ownParameter // those of its parameters that have none by themselves
}

// failed notes that an object could not be read, or not be parsed where there
// is none. What kind it is may be known from the list around it.
func (r *objectReader) failed(err error, api, kind string, doc *document.Document) {
	var e *document.Error
	if !errors.As(err, &e) {
		e = &document.Error{Msg: err.Error()}
	}
	e.File = r.file
	f := Fault{Error: e}
	template := named(e, r.from)
	if doc != nil && doc.String("kind") != "" {
		api, kind = doc.String("apiVersion"), doc.String("kind")
	}
	switch {
	case kind != "":
		if Matters(api, kind) {
			f.Kinds = origin.Kinds{kind}
		}
		if doc != nil {
			f.Namespace = namespaceWritten(doc)
		}
	default:
		if f.Foreign = foreign(r.from.data); !f.Foreign {
			f.Kinds, f.Any = mayHold(r.from.data, template)
		}
	}
	e.Line = gave(e.Line, r.line, r.each)
	r.faults = append(r.faults, f)
}

// namespaceWritten is the namespace that an object names, where that can be read.
func namespaceWritten(doc *document.Document) string {
	var o struct {
		Metadata struct {
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	if doc.Decode(&o) != nil {
		return ""
	}
	return o.Metadata.Namespace
}

// Matters reports whether a verdict on other objects can rest on one of a kind:
// custom ones may make pods.
func Matters(api, kind string) bool {
	if slices.ContainsFunc(kubernetes.Kinds, func(k kubernetes.Kind) bool { return k.Name == kind }) {
		return true
	}
	group, _, _ := strings.Cut(api, "/")
	return !builtin(group)
}

var (
	kindLine = regexp.MustCompile(`(?m)^[\s{-]*"?kind"?\s*:[ \t]*(.*?)[ \t]*\r?$`)
	apiLine  = regexp.MustCompile(`(?m)^[\s{-]*"?apiVersion"?\s*:[ \t]*(.*?)[ \t]*\r?$`)
	// objectKey is a key that every object has, wherever it stands on its line.
	objectKey = regexp.MustCompile(`\b(apiVersion|kind)\b["']?\s*:`)
	// filler is a line that a template fills in, with whatever objects.
	filler = regexp.MustCompile(`(?m)^[\s-]*(\{[{%]|#@)`)
	word   = regexp.MustCompile(`^["']?([A-Za-z][A-Za-z0-9./-]*)["']?[,}]*(\s+#.*)?$`)
)

// foreign reports whether text which cannot be parsed has nothing of Kubernetes:
// the settings of another program, what a shell printed, a table.
func foreign(text []byte) bool {
	return printable(text) && (!objectKey.Match(text) && !filler.Match(text) || ofProgram(text))
}

// programs are groups of what looks like an object and is read by a program: no API server has it.
//
// Sources: krew.sigs.k8s.io/docs/developer-guide/plugin-manifest, skaffold.dev/docs/references/yaml,
// backstage.io/docs/features/software-catalog/descriptor-format.
var programs = []string{"krew.googlecontainertools.github.com", "skaffold", "backstage.io", "scaffolder.backstage.io"}

// ofProgram reports whether each API that text names is one of these.
func ofProgram(text []byte) bool {
	apis := apiLine.FindAllSubmatch(text, -1)
	for _, m := range apis {
		w := word.FindSubmatch(m[1])
		if w == nil {
			return false
		}
		if group, _, _ := strings.Cut(string(w[1]), "/"); !slices.Contains(programs, group) {
			return false
		}
	}
	return len(apis) > 0
}

// MayMake tells the kinds of objects that a template may make, or that any may.
func MayMake(template []byte) (kinds origin.Kinds, any bool) { return mayHold(template, true) }

// mayHold tells the kinds of objects that may stand in text which cannot be
// parsed, from the lines that name one; or that any may. Text that names none
// and is no template holds none.
func mayHold(text []byte, template bool) (kinds origin.Kinds, any bool) {
	apis := apiLine.FindAllSubmatch(text, -1)
	custom := len(apis) == 0
	for _, m := range apis {
		w := word.FindSubmatch(m[1])
		group, _, _ := strings.Cut(string(bytes.Join(w, nil)), "/")
		custom = custom || w == nil || !builtin(group)
	}
	named := kindLine.FindAllSubmatch(text, -1)
	if len(named) == 0 {
		return nil, template || !printable(text)
	}
	for _, m := range named {
		w := word.FindSubmatch(m[1])
		if w == nil || isList(string(w[1])) {
			return nil, true
		}
		kind := string(w[1])
		api := "v1"
		if custom {
			api = "custom.example/v1"
		}
		if Matters(api, kind) && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds, false
}
