package mend

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// Commands are what kubectl is to run for the fixes of findings on a live cluster, each
// once. What they do together is not checked: nothing is changed in a cluster to try it.
func Commands(seen Seen) *Plan {
	p := &Plan{Lighter: seen.Lighter, LighterAfter: seen.Lighter, Faults: seen.Faults}
	for i := range seen.Broken {
		f := &seen.Broken[i]
		if commands, why := commandsOf(f); why != "" {
			p.Left = append(p.Left, Left{Finding: f.Finding, Why: why})
		} else {
			p.Cured = append(p.Cured, f.Finding)
			for _, c := range commands {
				if !slices.Contains(p.Commands, c) {
					p.Commands = append(p.Commands, c)
				}
			}
		}
	}
	return p
}

func commandsOf(f *Found) (all []string, why string) {
	if why := undone(f.Fix); why != "" {
		return nil, why
	}
	for _, c := range f.Fix.Changes {
		command := kubectl(c)
		if command == "" {
			return nil, "no command can be made of its fix"
		}
		all = append(all, command)
	}
	return all, ""
}

// typable is a name that kubectl takes for no flag.
var typable = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]*$`)

// kubectl is the command that makes a change; empty where none can be made.
func kubectl(c finding.Change) string {
	in := ""
	if c.Object.Namespace != "" {
		in = " -n " + c.Object.Namespace
	}
	for _, name := range []string{c.Object.Kind, c.Object.Name, c.Object.Namespace} {
		if name != "" && !typable.MatchString(name) {
			return ""
		}
	}
	of := strings.ToLower(c.Object.Kind) + " " + c.Object.Name + in
	switch {
	case c.Action == finding.Delete:
		return "kubectl delete " + of
	case c.Action == finding.Create && !strings.Contains(c.Manifest(), "\nEOF\n"):
		return "kubectl create" + in + " -f - <<'EOF'\n" + c.Manifest() + "EOF"
	case c.Action == finding.Create || len(c.Edits) == 0:
		return ""
	}
	patch := map[string]any{}
	for _, e := range c.Edits {
		put(patch, slices.Collect(jsontext.Pointer(e.Path).Tokens()), e.After)
	}
	return "kubectl patch " + of + " --type merge -p " + words.InShell(string(finding.DataOf(patch)))
}

// put sets what stands at some keys of a merge patch: null takes a field away (RFC 7386).
func put(in map[string]any, keys []string, value finding.Data) {
	key := keys[0]
	if len(keys) == 1 {
		if in[key] = json.RawMessage("null"); len(value) > 0 {
			in[key] = json.RawMessage(value)
		}
		return
	}
	next, ok := in[key].(map[string]any)
	if !ok {
		next = map[string]any{}
		in[key] = next
	}
	put(next, keys[1:], value)
}
