package patching

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/source"
)

// app is a Deployment whose container has one variable.
func app(name, value string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s}}
    spec: {containers: [{name: app, image: "example.net/%[1]s:1", env: [{name: DB_HOST, value: db}, {name: MONGODB_URI, value: %q}]}]}
---
`, name, value)
}

const (
	three = `apiVersion: mongodbcommunity.mongodb.com/v1
kind: MongoDBCommunity
metadata: {name: orders, namespace: shop}
spec: {members: 3, type: ReplicaSet, version: 8.0.17}
---
`
	alone = `apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: None, selector: {app: db}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "mongo:8.0.17"}]}
---
`
)

// What manifests tell of clients, and of what they connect to.
func TestClients(t *testing.T) {
	const rs = "?replicaSet=rs0"
	several := strings.Replace(alone, "replicas: 1", "replicas: 3", 1)
	external := "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\n" +
		"spec: {type: ExternalName, externalName: db.example.net}\n---\n"
	for name, x := range map[string]struct{ text, want string }{
		"Atlas":                      {app("web", "mongodb+srv://u:p@a.ab1cd.mongodb.net/shop"), "held mongodb-atlas: names the whole set"},
		"Atlas, one host":            {app("web", "mongodb://u:p@a-shard-00-00.ab1cd.mongodb.net/shop"), "broken mongodb-atlas: names one"},
		"Atlas, no retries":          {app("web", "mongodb+srv://a.ab1cd.mongodb.net/?retryWrites=false"), "broken mongodb-atlas: switches"},
		"DocumentDB":                 {app("web", "mongodb://a.docdb.amazonaws.com/"+rs+"&retryWrites=false"), ""},
		"a host outside":             {app("web", "mongodb://db1.example.net,db2.example.net/"+rs+"&w=1"), ""},
		"an address":                 {app("web", "mongodb://10.0.0.5:27017/"+rs), ""},
		"a server":                   {app("web", "mongodb://db:27017/shop"), ""},
		"a server's own sidecar":     {app("web", "mongodb://localhost:27017/"+rs+"&directConnection=true"), ""},
		"not known which":            {app("web", "mongodb://$(OTHER):27017/"+rs+"&retryWrites=false"), ""},
		"a variable before":          {several + app("web", "mongodb://$(DB_HOST):27017/"+rs), "unknown mongodb-community: names one host"},
		"a Service for all":          {several + app("web", "mongodb://db.shop.svc:27017/"+rs), "unknown mongodb-community: names one host"},
		"a pod":                      {app("web", "mongodb://db-0.db:27017/"+rs), "unknown mongodb-community: names one"},
		"a name of what nobody read": {app("web", "mongodb://mongo/"+rs+"&w=1"), ""},
		"a pod of three":             {several + app("web", "mongodb://db-0.db:27017/"+rs), "broken mongodb-community: names one member"},
		"all pods":                   {app("web", "mongodb://db-0.db,db-1.db,db-2.db/"+rs), "held mongodb-community: names the whole"},
		"a set of one":               {alone + app("web", "mongodb://db-0.db:27017/"+rs+"&w=1"), ""},
		"a name of what is outside":  {external + app("web", "mongodb://db/"+rs+"&retryWrites=false"), ""},
		"an exporter":                {app("mongodb-exporter", "mongodb://db-0.db:27017/?directConnection=true&replicaSet=rs0"), ""},
		"a set of an operator": {three + app("web", "mongodb://orders-svc.shop.svc.cluster.local:27017/shop"),
			"unknown mongodb-community: names one host"},
		"directly to a set of an operator": {three + app("web", "mongodb://orders-0.orders-svc/?directConnection=true"),
			"broken mongodb-community: asks for one host"},
		"an operator's set of one": {strings.Replace(three, "members: 3", "members: 1", 1) +
			app("web", "mongodb://orders-svc/"+rs+"&w=1"), ""},
		"another scheme": {app("web", "postgres://db/?replicaSet=rs0&w=1"), ""},
		"switched off":   {strings.Replace(app("web", "mongodb+srv://a.ab1cd.mongodb.net/?w=1"), "replicas: 2", "replicas: 0", 1), ""},
		"ConfigMap": {strings.Replace(app("web", ""), "env:", "envFrom: [{configMapRef: {name: settings}}], env:", 1) +
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n" +
			"data: {application.yaml: 'uri: mongodb+srv://a.ab1cd.mongodb.net/?w=1'}\n",
			"broken mongodb-atlas: has writes acknowledged"},
		"the worst of two": {strings.Replace(app("web", "mongodb+srv://a.ab1cd.mongodb.net"), "env: [",
			"env: [{name: OLD, value: 'mongodb+srv://b.ab1cd.mongodb.net/?w=0'}, ", 1),
			"broken mongodb-atlas: asks that no write"},
	} {
		var said []string
		result := lookFor(t, source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(x.text)}, SurviveElections, nil)
		for _, f := range result.Findings {
			if f.Subject.Kind == "Deployment" {
				said = append(said, fmt.Sprintf("%s %s: %s", f.Verdict, f.Offering, strings.TrimPrefix(f.Message, "its connection string ")))
			}
			for _, e := range f.Evidence {
				if strings.Contains(e.Text, "u:p") {
					t.Errorf("%s tells who logs in: %s", name, e.Text)
				}
			}
		}
		if got := strings.Join(said, "\n"); got != x.want && (x.want == "" || !strings.HasPrefix(got, x.want)) {
			t.Errorf("%s: %q, wants %q", name, got, x.want)
		}
	}
}

// A set of which what manages it lists one member has nobody to elect.
func TestASetOfOne(t *testing.T) {
	one := database.Instance{Name: "a", Deployment: "s", Product: "mongodb", Offering: "mongodb-community",
		By: "its MongoDBCommunity", Custom: true}
	const want = "broken s on mongodb-community: it has one member, and nobody who is elected while that is patched"
	if said, _ := by(t, SurviveElections, database.Estate{Instances: []database.Instance{one}}); len(said) != 1 || said[0] != want {
		t.Errorf("%q", said)
	}
}
