package instances

import (
	"cmp"
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
		Processes []process `json:"processes"`
		Manifest  []struct {
			Name string `json:"name"`
		} `json:"mongoDbVersions"`
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
	if len(read.Manifest) > 0 {
		offer := database.Offer{Offering: "mongodb-enterprise-advanced", Position: x.at("/mongoDbVersions")}
		for _, v := range read.Manifest {
			offer.Versions = append(offer.Versions, v.Name)
		}
		into.Offers = append(into.Offers, offer)
	}
	for i := range read.Processes {
		p := &read.Processes[i]
		at := jsontext.Pointer("/processes").AppendToken(itoa(i))
		switch {
		case p.Name == "" && p.Host == "":
			return x.fault(at+"/name", "", "is empty, and so is hostname")
		case p.Disabled:
			continue
		}
		made := p.instance(members[p.Name])
		made.Position = x.at(at + "/name")
		into.Instances = append(into.Instances, made)
	}
	return nil
}

// member is what a process is in a replica set.
type member struct{ set, role string }

// process is a mongod or a mongos, as it is to be.
type process struct {
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
}

func (p *process) instance(m member) database.Instance {
	made := database.Instance{Name: cmp.Or(p.Name, p.Host), Host: p.Host, Product: "mongodb", Version: p.Version,
		Offering: "mongodb-enterprise-advanced", Deployment: cmp.Or(m.set, p.Args.Replication.Set), Role: m.role, Wanted: true}
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
	return made
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
