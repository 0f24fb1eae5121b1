package patching

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/database"
)

// projects are what is told of the accounts that databases are in. It is joined once, as each database asks for it.
type projects struct {
	windows  map[string][]*cloud.Window // of projects, by offering
	accounts map[string]map[string]bool // in which databases were read, by offering
	alerts   map[[2]string][]*database.Alert
}

func projectsOf(p *check.Pass) *projects {
	return check.Shared(p, func(p *check.Pass) *projects {
		e := &p.Estate.Database
		x := &projects{windows: map[string][]*cloud.Window{}, accounts: map[string]map[string]bool{}, alerts: map[[2]string][]*database.Alert{}}
		for i := range p.Estate.Cloud.Windows {
			if w := &p.Estate.Cloud.Windows[i]; w.Project {
				x.windows[w.Offering] = append(x.windows[w.Offering], w)
			}
		}
		for i := range e.Instances {
			in := &e.Instances[i]
			if x.accounts[in.Offering] == nil {
				x.accounts[in.Offering] = map[string]bool{}
			}
			x.accounts[in.Offering][in.Account] = true
		}
		for i := range e.Alerts {
			a := &e.Alerts[i]
			k := [2]string{a.Offering, a.Account}
			x.alerts[k] = append(x.alerts[k], a)
		}
		return x
	})
}

// project is the window of the project that a database is in; nil where that is not told. It does not say of which project
// it is, so that it counts where databases of no other one were read.
func (m members) project(p *check.Pass) *cloud.Window {
	x, offering := projectsOf(p), p.Estate.Database.Instances[m[0]].Offering
	if of := x.windows[offering]; len(of) == 1 && len(x.accounts[offering]) == 1 {
		return of[0]
	}
	return nil
}

// alerts are those of the project that a database is in.
func (m members) alerts(p *check.Pass) []*database.Alert {
	first := &p.Estate.Database.Instances[m[0]]
	return projectsOf(p).alerts[[2]string{first.Offering, first.Account}]
}
