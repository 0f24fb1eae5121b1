package instances

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/estate/database"
)

func itoa(i int) string { return strconv.Itoa(i) }

// engine is what RDS calls a product, and how that is bought.
//
// Source: the parameter Engine of docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html.
func (x *thing) engine(engine string) (product, offering string, err error) {
	switch {
	case engine == "postgres":
		return "postgresql", "rds", nil
	case engine == "aurora":
		return "aurora-mysql", "aurora", nil
	case strings.HasPrefix(engine, "aurora-"):
		return engine, "aurora", nil
	case engine == "docdb", engine == "neptune":
		return "", "", x.fault("/Engine", "list it in an inventory once its offering is in the catalog",
			"is %s, of which the catalog has no offering", engine)
	}
	return engine, "rds", nil
}

// dbInstance reads an instance of RDS or Aurora.
//
// Source: docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html.
func dbInstance(x *thing, into *database.Estate) error {
	var read struct {
		Name    string `json:"DBInstanceIdentifier"`
		Cluster string `json:"DBClusterIdentifier"`
		Source  string `json:"ReadReplicaSourceDBInstanceIdentifier"`
		ARN     string `json:"DBInstanceArn"`
		Engine  string `json:"Engine"`
		Version string `json:"EngineVersion"`
		Zone    string `json:"AvailabilityZone"`
		Window  string `json:"PreferredMaintenanceWindow"`
		MultiAZ *bool  `json:"MultiAZ"`
		Public  *bool  `json:"PubliclyAccessible"`
		Minor   *bool  `json:"AutoMinorVersionUpgrade"`
		Status  string `json:"DBInstanceStatus"`
		Groups  []struct {
			ID string `json:"VpcSecurityGroupId"`
		} `json:"VpcSecurityGroups"`
		Endpoint struct {
			Port int `json:"Port"`
		} `json:"Endpoint"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	product, offering, err := x.engine(read.Engine)
	if err != nil {
		return err
	}
	if read.Name == "" {
		return x.fault("/DBInstanceIdentifier", "", "is empty")
	}
	a := parseARN(read.ARN)
	made := database.Instance{Name: read.Name, Product: product, Version: read.Version, Deployment: read.Cluster, Offering: offering,
		Account: a.account, Region: cmp.Or(a.region, regionOf(read.Zone)), Zone: read.Zone, Window: read.Window,
		Standby: read.MultiAZ, Public: read.Public, AutoMinor: read.Minor, Position: x.at("/DBInstanceIdentifier")}
	made.Port = read.Endpoint.Port
	for _, g := range read.Groups {
		made.Groups = append(made.Groups, g.ID)
	}
	if read.Cluster != "" {
		made.Standby = nil // of a cluster its other members are
	}
	if read.Source != "" && read.Cluster == "" {
		// A replica of the same region is named by its identifier, one of another by an ARN; it is upgraded by itself.
		made.Role = "read replica of " + cmp.Or(parseARN(read.Source).name, read.Source)
	}
	into.Instances = append(into.Instances, made)
	return nil
}

// dbCluster reads a cluster of Aurora, or of RDS with two readable standbys, and what its members are in it.
//
// Source: docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html.
func dbCluster(x *thing, into *database.Estate) error {
	var read struct {
		Name    string `json:"DBClusterIdentifier"`
		ARN     string `json:"DBClusterArn"`
		Engine  string `json:"Engine"`
		Version string `json:"EngineVersion"`
		Window  string `json:"PreferredMaintenanceWindow"`
		Minor   *bool  `json:"AutoMinorVersionUpgrade"`
		Members []struct {
			Name   string `json:"DBInstanceIdentifier"`
			Writer bool   `json:"IsClusterWriter"`
		} `json:"DBClusterMembers"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	product, offering, err := x.engine(read.Engine)
	if err != nil {
		return err
	}
	a := parseARN(read.ARN)
	for i, m := range read.Members {
		at := jsontext.Pointer("/DBClusterMembers").AppendToken(itoa(i)) + "/DBInstanceIdentifier"
		if m.Name == "" {
			return x.fault(at, "", "is empty")
		}
		role := "reader"
		if m.Writer {
			role = "writer"
		}
		into.Instances = append(into.Instances, database.Instance{Name: m.Name, Product: product, Version: read.Version, Deployment: read.Name,
			Role: role, Offering: offering, Account: a.account, Region: a.region, Window: read.Window, AutoMinor: read.Minor, Planned: true,
			Position: x.at(at)})
	}
	return nil
}

// pendingActions reads what RDS, Aurora and DocumentDB have in store for one resource.
//
// Source: docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingMaintenanceAction.html.
func pendingActions(x *thing, into *database.Estate) error {
	var read struct {
		ARN     string `json:"ResourceIdentifier"`
		Actions []struct {
			Action   string `json:"Action"`
			Required stamp  `json:"AutoAppliedAfterDate"`
			Forced   stamp  `json:"ForcedApplyDate"`
			Current  stamp  `json:"CurrentApplyDate"`
			OptIn    string `json:"OptInStatus"`
			About    string `json:"Description"`
		} `json:"PendingMaintenanceActionDetails"`
	}
	if err := x.decode(&read); err != nil {
		return err
	}
	a := parseARN(read.ARN)
	if a.name == "" {
		return x.fault("/ResourceIdentifier", "", "is %q, wants an ARN such as arn:aws:rds:eu-central-1:111122223333:db:orders", read.ARN)
	}
	for i, p := range read.Actions {
		at := jsontext.Pointer("/PendingMaintenanceActionDetails").AppendToken(itoa(i))
		into.Pending = append(into.Pending, database.Pending{Name: a.name, Cluster: a.kind == "cluster", Account: a.account, Region: a.region,
			Offering: map[bool]string{true: "aurora", false: "rds"}[a.kind == "cluster"],
			Action:   p.Action, About: p.About, Required: p.Required.Time, Forced: p.Forced.Time, Planned: p.Current.Time, OptIn: p.OptIn,
			Position: x.at(at)})
	}
	return nil
}
