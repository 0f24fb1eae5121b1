package source

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// Files and folders that state the same thing in ways that matter are units of
// their own, and none of them goes over another.
func TestAlternatives(t *testing.T) {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog"})
	if err != nil {
		t.Fatal(err)
	}
	deployment := func(file, with string) string {
		return "-- " + file + " --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {" + with +
			"selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}\n"
	}
	patch := func(file string) string {
		return "-- " + file + " --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5}\n"
	}
	pool := func(file, after string) string {
		return "-- " + file + " --\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: web}\nspec: {template: {spec: {expireAfter: " +
			after + ", nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: a}}}}\n"
	}
	kafka := func(file, more string) string {
		return "-- " + file + " --\napiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: my-cluster}\nspec: {kafka: {" + more + "}}\n"
	}
	budget := func(file, keeps string) string {
		return "-- " + file + " --\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: " + keeps +
			", selector: {matchLabels: {app: web}}}\n"
	}
	service := func(file, kind string) string {
		return "-- " + file + " --\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: " + kind + ", selector: {app: web}}\n"
	}
	more := func(file, object string) string { return strings.Replace(object, "-- "+file+" --\n", "---\n", 1) }
	route := func(file string) string {
		return "-- " + file + " --\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web}\nspec: {to: {name: web}}\n"
	}
	for _, test := range []struct{ name, files, want string }{
		{"alike, with other Services", deployment("a.yaml", "") + more("a.yaml", service("a.yaml", "ClusterIP")) + deployment("b.yaml", "") +
			more("b.yaml", service("b.yaml", "LoadBalancer")), "a.yaml* b.yaml*"},
		{"alike, with a Route in one", deployment("a.yaml", "") + deployment("okd.yaml", "") + more("okd.yaml", route("okd.yaml")),
			"a.yaml* okd.yaml*"},
		{"a bundle of others", deployment("a.yaml", "") + service("b.yaml", "ClusterIP") + deployment("c-all.yaml", "") +
			more("c-all.yaml", service("c-all.yaml", "ClusterIP")), "files"},
		{"a bundle that differs", deployment("a.yaml", "") + service("b.yaml", "ClusterIP") + deployment("c-all.yaml", "") +
			more("c-all.yaml", service("c-all.yaml", "NodePort")), "files* a.yaml* c-all.yaml*"},
		{"two more than a third", deployment("a.yaml", "") + deployment("b.yaml", "") + more("b.yaml", service("b.yaml", "ClusterIP")) +
			deployment("c.yaml", "") + more("c.yaml", service("c.yaml", "ClusterIP")), "a.yaml* b.yaml* c.yaml*"},
		{"two kinds of one name", deployment("a.yaml", "") + strings.Replace(deployment("b.yaml", ""), "kind: Deployment", "kind: DaemonSet", 1),
			"a.yaml* b.yaml*"},
		{"two kinds with labels of their own", deployment("a.yaml", "") +
			strings.ReplaceAll(strings.Replace(deployment("b.yaml", ""), "kind: Deployment", "kind: StatefulSet", 1), "app: web",
				"app: db"), "files"},
		{"another kind in a folder", deployment("a.yaml", "") + strings.Replace(deployment("legacy/b.yaml", ""), "kind: Deployment",
			"kind: StatefulSet", 1), "files legacy"},
		{"a Job of that name", deployment("a.yaml", "") + strings.Replace(deployment("b.yaml", ""), "apiVersion: apps/v1\nkind: Deployment",
			"apiVersion: batch/v1\nkind: Job", 1), "files"},
		{"two files with other replicas", deployment("a.yaml", "") + deployment("b.yaml", "replicas: 3, "), "a.yaml* b.yaml*"},
		{"and what stands beside them", deployment("a.yaml", "") + deployment("b.yaml", "replicas: 3, ") + budget("c.yaml", "1"),
			"files* a.yaml* b.yaml*"},
		{"two that are alike", deployment("a.yaml", "") + deployment("b.yaml", ""), "files"},
		{"another image", deployment("a.yaml", "") + strings.Replace(deployment("b.yaml", ""), "image: i", "image: other", 1), "files"},
		{"a patch", deployment("a.yaml", "") + patch("b.yaml"), "files"},
		{"two budgets", deployment("a.yaml", "") + budget("b.yaml", "1") + budget("c.yaml", "2"), "files"},
		{"twice in one file", deployment("a.yaml", "") + strings.Replace(deployment("b.yaml", "replicas: 3, "), "-- b.yaml --",
			"---", 1), "files"},
		{"two pools", pool("karpenter.yaml", "720h") + pool("automode.yaml", "336h"), "automode.yaml* karpenter.yaml*"},
		{"pools of two folders", pool("a/pool.yaml", "720h") + pool("b/pool.yaml", "336h"), "a* b*"},
		{"clusters of one name in folders", kafka("tls/kafka.yaml", "replicas: 3") + kafka("plain/kafka.yaml", "replicas: 5"), "plain* tls*"},
		{"environments", deployment("dev/a.yaml", "") + deployment("prod/a.yaml", "replicas: 3, "), "dev prod"},
		{"environments with pools", deployment("dev/a.yaml", "") + deployment("prod/a.yaml", "replicas: 3, ") + pool("dev/pool.yaml", "720h") +
			pool("prod/pool.yaml", "336h"), "dev prod"},
		{"a kind of no operator that is known", "-- a/x.yaml --\napiVersion: x.example/v1\nkind: X\nmetadata: {name: a}\nspec: {a: 1}\n" +
			"-- b/x.yaml --\napiVersion: x.example/v1\nkind: X\nmetadata: {name: a}\nspec: {a: 2}\n", "files"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			unittest.Unpack(t, dir, txtar.Parse([]byte(test.files)))
			whole, err := Read(t.Context(), Input{Paths: []string{dir}, Catalog: c})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range whole.Units {
				name := u.Name
				if rel, err := filepath.Rel(dir, u.Path); err == nil && u.Path != "." {
					name = filepath.ToSlash(rel)
				}
				if u.Alternative {
					name += "*"
				}
				got = append(got, name)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
