package mend

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// Commands are what kubectl is to run for the fixes of findings on a live cluster, each
// once. What they do together is not checked: nothing is changed in a cluster to try it.
func Commands(seen Seen) *Plan {
	p := &Plan{Lighter: len(seen.Lighter), LighterAfter: len(seen.Lighter), Faults: seen.Faults}
	var made []Edit
	for i := range seen.Broken {
		f := &seen.Broken[i]
		commands, why := commandsOf(f)
		changes := changesOf(f)
		if slices.ContainsFunc(changes, func(e Edit) bool {
			return slices.ContainsFunc(made, func(o Edit) bool { return contradict(&e, &o) })
		}) {
			why = "its command contradicts one above: look again after those"
		}
		if why != "" {
			p.Left = append(p.Left, Left{Finding: f.Finding, Why: why})
			continue
		}
		made = append(made, changes...)
		p.change(changes)
		p.Cured = append(p.Cured, f.Finding)
		for _, c := range commands {
			if !slices.Contains(p.Commands, c) {
				p.Commands = append(p.Commands, c)
			}
		}
	}
	return p
}

// change notes what the commands of a fix change, each once.
func (p *Plan) change(all []Edit) {
	for _, e := range all {
		if k := slices.IndexFunc(p.Changes, func(o Edit) bool { return same(&e, &o) }); k >= 0 {
			p.Changes[k].Cures = append(p.Changes[k].Cures, e.Cures...)
			continue
		}
		p.Changes = append(p.Changes, e)
	}
}

// changesOf are the changes of a fix as edits of the objects of a cluster.
func changesOf(f *Found) []Edit {
	var all []Edit
	if f.Fix != nil {
		for _, c := range f.Fix.Changes {
			all = append(all, Edit{Action: c.Action, Object: c.Object, Fields: c.Edits, Value: c.Value, Cures: []string{f.Fingerprint}})
		}
	}
	return all
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

// kubectl is the command that makes a change; empty where none can be made.
func kubectl(c finding.Change) string {
	switch {
	case c.Action == finding.Delete:
		return c.Object.Kubectl("delete")
	case c.Object.Kubectl("patch") == "":
		return ""
	case c.Action == finding.Create && !strings.Contains(c.Manifest(), "\nEOF\n"):
		in := ""
		if c.Object.Namespace != "" {
			in = " -n " + c.Object.Namespace
		}
		return "kubectl create" + in + " -f - <<'EOF'\n" + c.Manifest() + "EOF"
	case c.Action == finding.Create || len(c.Edits) == 0:
		return ""
	}
	patch := map[string]any{}
	finding.Merge(patch, c.Edits)
	return c.Object.Kubectl("patch") + " --type merge -p " + words.InShell(string(finding.DataOf(patch)))
}
