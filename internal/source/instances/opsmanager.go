package instances

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/estate/database"
)

// automationConfig reads what Ops Manager wants to run. Whether it does yet, its automation status says.
//
// Source: mongodb.com/docs/ops-manager/current/reference/cluster-configuration: processes[].{name, hostname,
// processType, version, disabled, args2_6}, replicaSets[].{_id, members[].{host, arbiterOnly, hidden}}; a member's
// host is the name of a process.
func automationConfig(x *thing, into *database.Estate) error {
	var read struct {
		Processes []struct {
			Name     string `json:"name"`
			Host     string `json:"hostname"`
			Type     string `json:"processType"`
			Version  string `json:"version"`
			Disabled bool   `json:"disabled"`
			Cluster  string `json:"cluster"`
			Args     struct {
				Replication struct {
					Set string `json:"replSetName"`
				} `json:"replication"`
				Sharding struct {
					Role string `json:"clusterRole"`
				} `json:"sharding"`
				Net struct {
					Compression struct {
						Compressors string `json:"compressors"`
					} `json:"compression"`
				} `json:"net"`
			} `json:"args2_6"`
		} `json:"processes"`
		Sets []struct {
			ID      string `json:"_id"`
			Members []struct {
				Host    string `json:"host"`
				Arbiter bool   `json:"arbiterOnly"`
				Hidden  bool   `json:"hidden"`
			} `json:"members"`
		} `json:"replicaSets"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	type member struct{ set, role string }
	members := map[string]member{}
	for i := range read.Sets {
		for _, m := range read.Sets[i].Members {
			role := ""
			switch {
			case m.Arbiter:
				role = "arbiter"
			case m.Hidden:
				role = "hidden"
			}
			members[m.Host] = member{read.Sets[i].ID, role}
		}
	}
	for i := range read.Processes {
		p := &read.Processes[i]
		at := jsontext.Pointer("/processes").AppendToken(itoa(i))
		if p.Name == "" && p.Host == "" {
			return x.fault(at+"/name", "", "is empty, and so is hostname")
		}
		if p.Disabled {
			continue
		}
		m := members[p.Name]
		made := database.Instance{Name: p.Name, Host: p.Host, Product: "mongodb", Version: p.Version, Offering: "mongodb-enterprise-advanced",
			Deployment: m.set, Role: m.role, Wanted: true, Position: x.at(at + "/name")}
		if made.Name == "" {
			made.Name = p.Host
		}
		if made.Deployment == "" {
			made.Deployment = p.Args.Replication.Set
		}
		switch {
		case p.Type == "mongos":
			made.Role, made.Deployment = "mongos", p.Cluster
		case p.Args.Sharding.Role == "configsvr":
			made.Role = strings.TrimSpace("config " + made.Role)
		}
		if strings.HasSuffix(p.Version, "-ent") {
			made.Edition = "enterprise"
		}
		if c := p.Args.Net.Compression.Compressors; c != "" {
			made.Controls = "compressors " + c
		}
		into.Instances = append(into.Instances, made)
	}
	return nil
}

// automationStatus reads how far each process is: one that has achieved the goal runs what is wanted.
//
// Source: mongodb.com/docs/ops-manager/current/reference/api/automation-status.
func automationStatus(x *thing, into *database.Estate) error {
	var read struct {
		Goal      int `json:"goalVersion"`
		Processes []struct {
			Name     string   `json:"name"`
			Host     string   `json:"hostname"`
			Achieved int      `json:"lastGoalVersionAchieved"`
			Plan     []string `json:"plan"`
		} `json:"processes"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	for _, p := range read.Processes {
		into.Progress = append(into.Progress, database.Progress{Name: p.Name, Host: p.Host, Done: p.Achieved >= read.Goal && len(p.Plan) == 0})
	}
	return nil
}
