package gitops

import (
	"bytes"
	"context"
	"path"
	"regexp"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// ofDirectory is what Argo CD applies of a directory without any other tool. It runs Jsonnet
// as well, of which onus knows no more than what its text may make; what a file imports may
// make anything.
func (r argoApps) ofDirectory(ctx context.Context, o object, dir string, d directorySource) unit.Built {
	built := r.argoDirectory(ctx, dir, d)
	for _, p := range r.filesOf(dir, d, func(name string) bool { return path.Ext(name) == ".jsonnet" }) {
		text, err := r.in.ReadFile(p)
		reason := "is Jsonnet, which Argo CD runs for " + o.kind + " " + o.title() + " and onus does not"
		fault := origin.Fault{File: p, Line: 1, Reason: reason, Hint: o.render()}
		built.Refused = append(built.Refused, unit.Refused{Fault: fault, Any: err != nil || jsonnetImports.Match(text), Text: kindsOf(text)})
		built.Files = append(built.Files, p)
	}
	return built
}

// jsonnetImports is how a Jsonnet file takes in others.
//
// Source: jsonnet.org/ref/language (Imports).
var jsonnetImports = regexp.MustCompile(`\bimport(str|bin)?\s*["'@]`)

// jsonnetNames is where a Jsonnet file says what an object is, wherever on a line.
var jsonnetNames = regexp.MustCompile(`\b(kind|apiVersion)["']?[ \t]*:+[ \t]*([^\n,}]*)`)

// kindsOf is what a Jsonnet file says of objects, each on a line of its own as in YAML.
func kindsOf(text []byte) []byte {
	var all bytes.Buffer
	for _, m := range jsonnetNames.FindAllSubmatch(text, -1) {
		value := bytes.TrimSpace(m[2])
		if !bytes.HasPrefix(value, []byte("'")) && !bytes.HasPrefix(value, []byte(`"`)) { // it is computed
			value = []byte("?")
		}
		all.Write(bytes.Join([][]byte{m[1], []byte(": "), value, []byte("\n")}, nil))
	}
	return all.Bytes()
}
