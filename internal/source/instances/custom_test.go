package instances

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// The members that custom resources ask for, and the version that they run where their status says so.
func TestOf(t *testing.T) {
	for name, x := range map[string]struct{ api, object, want string }{
		"community": {"mongodbcommunity.mongodb.com/MongoDBCommunity", `{"spec": {"version": "8.0.16", "members": 2, "arbiters": 1}}`,
			"shop/a-0|mongodb|8.0.16|mongodb-community|shop/a|||||; shop/a-1|mongodb|8.0.16|mongodb-community|shop/a|||||; " +
				"shop/a-2|mongodb|8.0.16|mongodb-community|shop/a|arbiter||||"},
		"what runs counts": {"mongodbcommunity.mongodb.com/MongoDBCommunity",
			`{"spec": {"version": "8.0.17", "members": 1}, "status": {"version": "8.0.16"}}`,
			"shop/a-0|mongodb|8.0.16|mongodb-community|shop/a|||||"},
		"standalone": {"mongodb.com/MongoDB", `{"spec": {"version": "7.0.28-ent", "type": "Standalone"}}`,
			"shop/a-0|mongodb|7.0.28-ent|mongodb-enterprise-advanced|shop/a|||||"},
		"sharded": {"mongodb.com/MongoDB", `{"spec": {"version": "7.0.28-ent", "type": "ShardedCluster", "shardCount": 2,
			"mongodsPerShardCount": 1, "configServerCount": 1, "mongosCount": 1}}`,
			"shop/a-0|mongodb|7.0.28-ent|mongodb-enterprise-advanced|shop/a|config||||; " +
				"shop/a-1|mongodb|7.0.28-ent|mongodb-enterprise-advanced|shop/a|mongos||||; " +
				"shop/a/shard-0-2|mongodb|7.0.28-ent|mongodb-enterprise-advanced|shop/a/shard-0|||||; " +
				"shop/a/shard-1-3|mongodb|7.0.28-ent|mongodb-enterprise-advanced|shop/a/shard-1|||||"},
		"percona": {"psmdb.percona.com/PerconaServerMongoDB", `{"spec": {"image": "percona/percona-server-mongodb:8.0.17-6-multi",
			"upgradeOptions": {"apply": "disabled"}, "replsets": [{"name": "rs0", "size": 1, "arbiter": {"enabled": true, "size": 1}}]}}`,
			"shop/a-0|percona-server-for-mongodb|8.0.17-6|mongodb-community|shop/a||||| minor=false; " +
				"shop/a-1|percona-server-for-mongodb|8.0.17-6|mongodb-community|shop/a|arbiter|||| minor=false"},
		"percona patches": {"psmdb.percona.com/PerconaServerMongoDB", `{"spec": {"image": "percona/percona-server-mongodb:8.0",
			"upgradeOptions": {"apply": "Recommended"}, "replsets": [{"name": "rs0", "size": 1}]}}`,
			"shop/a-0|percona-server-for-mongodb||mongodb-community|shop/a||||| minor=true"},
		"too many":       {"mongodb.com/MongoDB", `{"spec": {"version": "7.0.28", "members": 1000000}}`, ""},
		"no such object": {"mongodb.com/MongoDB", `{"spec": []}`, ""},
		"another kind":   {"mongodb.com/MongoDBUser", `{"spec": {"version": "7.0.28", "members": 1}}`, ""},
		"of a cluster":   {"mongodb.com/MongoDB", ``, ""},
	} {
		all := Of([]kubernetes.CustomResource{{API: x.api, Namespace: "shop", Name: "a", Object: []byte(x.object)}})
		var got []string
		for i := range all {
			got = append(got, said(&all[i]))
		}
		if strings.Join(got, "; ") != x.want {
			t.Errorf("%s:\n%s\nwants\n%s", name, strings.Join(got, "; "), x.want)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, api := range []string{
		"mongodbcommunity.mongodb.com/MongoDBCommunity", "mongodb.com/MongoDB", "psmdb.percona.com/PerconaServerMongoDB",
	} {
		f.Add(api, []byte(`{"spec": {"version": "8.0.16", "members": 3, "shardCount": 2, "type": "ShardedCluster", "replsets": [{"size": 3}]}}`))
	}
	f.Fuzz(func(t *testing.T, api string, object []byte) {
		if n := len(Of([]kubernetes.CustomResource{{API: api, Object: object}})); n > 3*mostMembers {
			t.Fatal(n)
		}
	})
}
