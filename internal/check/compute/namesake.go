package compute

import (
	"path"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// minor reports whether a workload of one pod, which only a Service leads to, is a part
// of a chart or a kustomization that is named for another one: such are helpers,
// consoles and workers more often than what others wait for. What the unit is named for
// is what it is installed for, and programs that are known say themselves what they are.
func (s *stakes) minor(i int) bool {
	w := &s.estate.Workloads[i]
	if !s.serving.built || w.AtLeast() >= 2 || s.programs.of(i) != nil {
		return false
	}
	of := namesOf(s.unit.Name)
	main := func(w kubernetes.Workload) bool {
		return slices.ContainsFunc(of, func(name string) bool {
			return namesake(w.Name, name) || namesake(w.Template.Labels["app.kubernetes.io/name"], name)
		})
	}
	return !main(*w) && slices.ContainsFunc(s.estate.Workloads, main)
}

// namesOf are what the path of a unit is called by: the folders on it, without a file of
// values.
func namesOf(unit string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(unit, func(r rune) bool { return r == '/' || r == '@' || r == '#' }), func(name string) bool {
		return path.Ext(name) != "" || name == "." || strings.HasPrefix(name, "values")
	})
}

// mainParts are what charts call the part that is the thing itself.
var mainParts = []string{"server", "service", "svc", "app", "api", "web", "main", "operator", "controller", "manager", "controller-manager"}

// namesake reports whether a workload is called by a name, as charts do it: by the name,
// by release and name, or with what says that it is the thing itself.
func namesake(workload, name string) bool {
	switch {
	case workload == "":
		return false
	case workload == name, workload == name+"-"+name, strings.HasSuffix(name, "-"+workload):
		return true
	}
	rest, ok := strings.CutPrefix(workload, name+"-")
	return ok && slices.Contains(mainParts, strings.TrimPrefix(rest, name+"-"))
}
