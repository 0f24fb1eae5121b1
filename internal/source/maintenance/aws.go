package maintenance

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/cloud"
)

// nodeGroup reads what aws eks describe-nodegroup prints. EKS knows no window: an update
// begins with a call, and goes by the update configuration.
//
// Source: docs.aws.amazon.com/cli/latest/reference/eks/describe-nodegroup.html and
// docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupUpdateConfig.html: one of the
// two is set, the percentage is of up to 100 nodes at once.
func nodeGroup(x *thing) ([]cloud.Window, error) {
	var read struct {
		Nodegroup struct {
			Name    string `json:"nodegroupName"`
			Cluster string `json:"clusterName"`
			Update  struct {
				Number     *int   `json:"maxUnavailable"`
				Percentage *int   `json:"maxUnavailablePercentage"`
				Strategy   string `json:"updateStrategy"`
			} `json:"updateConfig"`
		} `json:"nodegroup"`
	}
	if err := x.decode(&read); err != nil {
		return nil, err
	}
	g := &read.Nodegroup
	w := cloud.Window{
		Offering: "eks-managed-nodegroup", Kind: "Node group", Name: g.Cluster + "/" + g.Name, For: "updates of nodes", Manual: true,
		Work: disruption.NodeWork, Nodes: true, Pool: g.Name, Position: x.here(),
	}
	said := "1 node at once, which is the default"
	switch {
	case g.Update.Number != nil:
		w.Rolling.Unavailable = contract.Pace{Kind: contract.PaceNodes, Nodes: *g.Update.Number}
		said = fmt.Sprintf("up to %d at once", *g.Update.Number)
	case g.Update.Percentage != nil:
		w.Rolling.Unavailable = contract.Pace{Kind: contract.PacePercent, Percent: *g.Update.Percentage}
		said = fmt.Sprintf("up to %d%% at once, and 100 nodes at the most", *g.Update.Percentage)
	}
	w.Notes = []string{"EKS has no window: an update begins when you start it, and takes " + said}
	if strings.EqualFold(g.Update.Strategy, "MINIMAL") {
		w.Notes = append(w.Notes, "its update strategy is MINIMAL: nodes go before others come")
	}
	return []cloud.Window{w}, nil
}

// databaseWindows reads an instance or a cluster of what aws rds prints: two windows in
// UTC, one a week for maintenance and one a day for backups.
//
// Source: docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html,
// PreferredMaintenanceWindow (ddd:hh24:mi-ddd:hh24:mi, 30 minutes at least) and
// PreferredBackupWindow (hh24:mi-hh24:mi), both in UTC.
func databaseWindows(x *thing) ([]cloud.Window, error) {
	var read struct {
		Instance    string `json:"DBInstanceIdentifier"`
		Cluster     string `json:"DBClusterIdentifier"`
		Engine      string `json:"Engine"`
		Maintenance string `json:"PreferredMaintenanceWindow"`
		Backup      string `json:"PreferredBackupWindow"`
	}
	if err := x.decode(&read); err != nil {
		return nil, err
	}
	made := cloud.Window{
		Offering: "rds", Kind: "DB instance", Name: cmp.Or(read.Instance, read.Cluster), For: "maintenance", Set: true, Work: disruption.NodeWork,
		Position: x.here(), Notes: []string{"work that has begun goes on after the window; what AWS applies on a day of its own asks no window"},
	}
	if strings.HasPrefix(read.Engine, "aurora") {
		made.Offering = "aurora"
	}
	if read.Instance == "" {
		made.Kind = "DB cluster"
	}
	weekly, err := disruption.ParseAWSWindow(read.Maintenance)
	if err != nil {
		return nil, x.fault("/PreferredMaintenanceWindow", err)
	}
	made.Windows = []disruption.Window{weekly}
	all := []cloud.Window{made}
	if read.Backup != "" {
		backup := made
		backup.For, backup.Notes = "backups", nil
		if backup.Windows, err = rdsDaily(read.Backup); err != nil {
			return nil, x.fault("/PreferredBackupWindow", err)
		}
		all = append(all, backup)
	}
	return all, nil
}

// rdsDaily reads 07:00-07:30, in UTC.
func rdsDaily(s string) ([]disruption.Window, error) {
	from, until, _ := strings.Cut(s, "-")
	start, err := time.Parse("15:04", from)
	end, wrong := time.Parse("15:04", until)
	if err != nil || wrong != nil {
		return nil, fmt.Errorf("is %q, wants one such as 07:00-07:30", s)
	}
	const day = 24 * time.Hour
	at := time.Duration(start.Hour())*time.Hour + time.Duration(start.Minute())*time.Minute
	daily := disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: at, Length: cmp.Or((end.Sub(start)+day)%day, day)}
	return []disruption.Window{daily}, nil
}
