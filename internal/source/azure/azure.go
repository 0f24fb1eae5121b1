// Package azure reads what Azure's own tools deploy, as far as it tells which
// clusters are made: resources and modules of Bicep, and the hosts of an azd
// project. Nothing is evaluated but literals.
package azure

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// BicepGroup and ProjectGroup are the API groups that objects of these have in an
// estate: bicep/Microsoft.ContainerService/managedClusters is a resource,
// bicep/module a module with its source, and azd/service a service with its host.
const (
	BicepGroup   = "bicep/"
	ProjectGroup = "azd/"
)

// declared is how a resource or a module begins.
//
// Source: learn.microsoft.com/azure/azure-resource-manager/bicep/file (Resources,
// Modules).
var declared = regexp.MustCompile(`^\s*(resource|module)\s+(\w+)\s+'([^']+)'`)

// token is a piece of a line: a string, a word or a mark.
var token = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|\w+|[:{}\[\]]`)

// parameter is one with a literal as its default, or a variable; and reference a setting that
// has nothing but a name for its value.
//
// Source: learn.microsoft.com/azure/azure-resource-manager/bicep/file (Parameters, Variables).
var (
	parameter = regexp.MustCompile(`(?m)^\s*(param|var)\s+(\w+)(?:\s+\w+)?\s*=\s*'([^'$\\]*)'\s*(?://.*)?$`)
	reference = regexp.MustCompile(`^\s*\w+\s*:\s*(\w+)\s*$`)
)

// Bicep are the resources and modules of a file, each with its literal settings
// by path. What is told by a parameter has its default, which whoever deploys it may change.
func Bicep(name string, text []byte) []kubernetes.Object {
	var all []kubernetes.Object
	in := settings{named: map[string]named{}}
	for _, m := range parameter.FindAllSubmatch(text, -1) {
		in.named[string(m[2])] = named{value: string(m[3]), byDefault: string(m[1]) == "param"}
	}
	line := 0
	for l := range bytes.Lines(text) {
		line++
		code, _, _ := strings.Cut(string(l), "// ")
		if m := declared.FindStringSubmatch(code); m != nil {
			o := kubernetes.Object{API: BicepGroup + "module", Name: m[2], Values: map[string]string{},
				Position: origin.Position{File: name, Line: line}}
			if m[1] == "resource" {
				kind, _, _ := strings.Cut(m[3], "@")
				o.API = BicepGroup + kind
			} else {
				o.Values["source"] = m[3]
			}
			all, in = append(all, o), settings{into: o.Values, named: in.named}
			code = code[len(m[0]):]
		}
		in.alone = ""
		if m := reference.FindStringSubmatch(code); m != nil {
			in.alone = m[1]
		}
		for _, t := range token.FindAllString(code, -1) {
			in.take(t)
		}
		if len(in.defaults) > 0 {
			o := &all[len(all)-1]
			o.Defaults, in.defaults = append(o.Defaults, in.defaults...), nil
		}
	}
	return all
}

// settings are those of one resource, while they are read.
type settings struct {
	into map[string]string // nil outside of a resource
	open []string          // names of the settings whose brackets are open
	word string            // the last one
	key  string            // of the value that comes next

	named    map[string]named // parameters and variables with a literal
	alone    string           // the name that is all of a setting's value, on this line
	defaults []string         // paths of settings that have the default of a parameter
}

// named is what a parameter or a variable is.
type named struct {
	value     string
	byDefault bool
}

// take goes on by a token. What stands outside of the resource is passed over.
func (s *settings) take(t string) {
	if s.into == nil {
		return
	}
	switch t {
	case ":":
		s.key, s.word = s.word, ""
	case "{", "[":
		if s.key != "" {
			s.into[s.path()] = ""
		}
		s.open, s.key, s.word = append(s.open, s.key), "", ""
	case "}", "]":
		s.open, s.key, s.word = s.open[:max(len(s.open)-1, 0)], "", ""
		if len(s.open) == 0 {
			s.into = nil
		}
	default:
		if s.key != "" && len(s.open) > 0 {
			s.into[s.path()] = literal(t)
			if n, known := s.named[t]; known && t == s.alone {
				s.into[s.path()] = n.value
				if n.byDefault {
					s.defaults = append(s.defaults, s.path())
				}
			}
		}
		s.word, s.key = t, ""
	}
}

func (s *settings) path() string {
	names := slices.DeleteFunc(append(slices.Clone(s.open), s.key), func(name string) bool { return name == "" })
	return strings.Join(names, ".")
}

// literal is what a value is known to be; empty where it depends on others.
func literal(t string) string {
	switch s, quoted := strings.CutPrefix(t, "'"); {
	case quoted && !strings.Contains(s, "${"):
		return strings.TrimSuffix(s, "'")
	case t == "true" || t == "false":
		return t
	}
	return ""
}

// IsProject reports whether a file is one that azd looks for.
//
// Source: learn.microsoft.com/azure/developer/azure-developer-cli/azd-schema.
func IsProject(base string) bool { return base == "azure.yaml" || base == "azure.yml" }

// Project are the services of an azd project, each with its host.
func Project(name string, text []byte) ([]kubernetes.Object, *document.Error) {
	var p struct {
		Services map[string]struct {
			Host yaml.Node `yaml:"host"`
		} `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &p); err != nil {
		return nil, &document.Error{File: name, Msg: "is not an azd project: " + err.Error()}
	}
	var all []kubernetes.Object
	for service, s := range p.Services {
		if s.Host.Value != "" {
			all = append(all, kubernetes.Object{
				API: ProjectGroup + "service", Name: service, Values: map[string]string{"host": s.Host.Value},
				Position: origin.Position{File: name, Line: s.Host.Line},
			})
		}
	}
	slices.SortFunc(all, func(a, b kubernetes.Object) int { return a.Position.Line - b.Position.Line })
	return all, nil
}
