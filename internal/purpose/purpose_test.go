package purpose

import (
	"path"
	"strings"
	"testing"
)

// What stands in a folder is there for what the folder is called, but where that
// is the name of a place to run in.
func TestFolders(t *testing.T) {
	for _, c := range []struct {
		file, beside string // beside are other files below the root
		want         Purpose
	}{
		{"deploy/web.yaml", "", Deployed},
		{"web.yaml", "", Deployed},
		{"_archived/web.yaml", "", Retired},
		{"shop-server-old/web.yaml", "shop-server/web.yaml", Retired},
		{"Shop_Server_OLD/db/web.yaml", "shop-server/web.yaml", Retired},
		{"deprecated-shop/web.yaml", "shop/web.yaml", Retired},
		{"charts/web.bak/web.yaml", "charts/web/web.yaml", Retired},
		{"charts/legacy-api/web.yaml", "charts/api/web.yaml", Retired},
		{"old_manifests/web.yaml", "", Retired},
		{"k8s/deploy-old/web.yaml", "", Retired},
		{"unused/web.yaml", "", Retired},
		{"shop-old/web.yaml", "", Deployed},
		{"shop-old/web.yaml", "other/shop/web.yaml", Deployed},
		{"legacy-api/web.yaml", "", Deployed},
		{"archive-node/web.yaml", "", Deployed},
		{"db-backup/web.yaml", "db/web.yaml", Deployed},
		{"backup/web.yaml", "", Deployed},
		{"threshold/web.yaml", "thresh/web.yaml", Deployed},
		{"clusters/eu-legacy/web.yaml", "clusters/eu/web.yaml", Deployed},
		{"web/guestbook/legacy/web.yaml", "", Retired},
		{"clusters/single-node/web.yaml", "", Deployed},
		{"overlays/one-node/web.yaml", "", Deployed},
		{"web/scale-1/web.yaml", "", Deployed},
		{"samples/addons/web.yaml", "", Samples},
		{"sample-manifests/web.yaml", "", Samples},
		{"charts/demo-application/web.yaml", "", Deployed},
		{"demo/web.yaml", "", Samples},
		{"charts/telemetry-demo/web.yaml", "", Samples},
		{"manifests/quick-start/mysql/web.yaml", "", Tutorials},
		{"workshop/web.yaml", "", Tutorials},
		{"docs/workshops/web.yaml", "", Samples},
		{"sandbox/web.yaml", "", Samples},
		{"envs/sandbox/web.yaml", "", Deployed},
		{"workshop-tools/web.yaml", "", Tutorials},
		{"getting-started/web.yaml", "", Tutorials},
		{"bootstrap/trace-stress-test/web.yaml", "", Tests},
		{"bootstrap/latest/web.yaml", "", Deployed},
		{"clusters/eu-test/web.yaml", "", Deployed},
		{"design/CLI/PoC/web.yaml", "", Samples},
		{"charts/demolition/web.yaml", "", Deployed},
		{"e2e-tests/x/compare/web.yaml", "", Tests},
		{"Test/web.yaml", "", Tests},
		{"testbed/web.yaml", "", Deployed},
		{"scripts/lib/testfiles/web.yaml", "", Tests},
		{"test_data/web.yaml", "", Tests},
		{"injector/fake/data/web.yaml", "", Tests},
		{"dev-env/web.yaml", "", Development},
		{"configsamples/web.yaml", "", Samples},
		{"third_party/cert-manager/web.yaml", "", Copies},
		{"config/Third-Party/web.yaml", "", Copies},
		{"third-party-billing/web.yaml", "", Deployed},
		{"vendor/web.yaml", "", Deployed},
		{"ci/web.yaml", "", Tests},
		{"ci-runner/web.yaml", "", Deployed},
		{"deploy/static/provider/kind/deploy.yaml", "", Development},
		{"hack/web.yaml", "", Development},
		{"prow/cluster/web.yaml", "", Deployed},
		{"docs/prow/web.yaml", "", Samples},
		{"dev/upgrade-responder/web.yaml", "", Development},
		{"dev-portal/web.yaml", "", Deployed},
		{"config/overlays/local/web.yaml", "", Development},
		{"local-path-provisioner/web.yaml", "", Deployed},

		{"overlays/test/web.yaml", "", Deployed},
		{"overlays/test-images/web.yaml", "", Tests},
		{"clusters/test-eu/web.yaml", "", Deployed},
		{"yaml/oathkeeper/simple/web.yaml", "", Samples},
		{"simple-login/web.yaml", "", Deployed},
		{"overlays/kind/web.yaml", "", Development},
		{"env/dev-kind/web.yaml", "", Development},
		{"deploy/on-minikube/web.yaml", "", Development},
		{"mankind/web.yaml", "", Deployed},
		{"contrib/kafka-testing/web.yaml", "", Tests},
		{"clusters/eu-testing/web.yaml", "", Deployed},
		{"clusters/eu-sandbox/web.yaml", "", Deployed},
		{"apps/eu-sandbox/web.yaml", "", Samples},
		{"overlays/e2e/web.yaml", "", Tests},
		{"test/overlays/test/web.yaml", "", Tests},
		{"environments/dev/web.yaml", "", Deployed},
		{"clusters/dev/apps/web.yaml", "", Deployed},
		{"clusters/demo/web.yaml", "", Deployed},
		{"dev/web.yaml", "prod/web.yaml", Deployed},
		{"test/web.yaml", "staging/web.yaml", Deployed},
		{"shop/dev/web.yaml", "shop/base/web.yaml", Deployed},
		{"shop/dev/web.yaml", "other/prod/web.yaml", Development},
		{"e2e/web.yaml", "prod/web.yaml", Tests},
		{"test/manifests/web.yaml", "common/web.yaml", Tests},
		{"k8s/dev/web.yaml", "", Deployed},
		{"k8s/test/web.yaml", "", Tests},
		{"k8s/dev/fixtures/web.yaml", "", Tests},
	} {
		for _, root := range []string{".", "repo", "/test/repo"} {
			var f Folders
			files := []string{path.Join(root, c.file)}
			if c.beside != "" {
				files = append(files, path.Join(root, c.beside))
			}
			f.Add(root, files)
			got, folder := f.Of(files[0])
			if got != c.want {
				t.Errorf("%s beside %q below %s: %q by %s, want %q", c.file, c.beside, root, got, folder, c.want)
			}
			if of, by := f.OfDir(path.Dir(files[0])); of != got || by != folder {
				t.Errorf("the folder of %s is %q by %s, the file %q by %s", files[0], of, by, got, folder)
			}
			if got != Deployed && !strings.HasPrefix(files[0], folder+"/") {
				t.Errorf("%s: told by %s, which it does not stand in", files[0], folder)
			}
		}
	}
}

// The folders above what the user named do not count, and of several that were
// named the deepest does.
// What a chart that is deployed depends on by its path is deployed with it, whatever the
// folder is called that it stands in.
func TestFoldersThatBelongToOthers(t *testing.T) {
	for _, c := range []struct {
		part, to string // to which the part belongs
		also     string // and another folder to which it belongs, if any
		file     string
		want     Purpose
		folder   string
	}{
		{"local/db", "stable/app", "", "local/db/templates/set.yaml", Deployed, ""},
		{"local/db", "stable/app", "", "local/db/tests/set.yaml", Tests, "local/db/tests"},
		{"local/db", "stable/app", "", "local/cache/set.yaml", Development, "local"},
		{"local/db", "stable/app", "", "local/db-admin/set.yaml", Development, "local"},
		{"local/db", "examples/app", "", "local/db/set.yaml", Samples, "examples"},
		{"charts/db", "examples/app", "stable/app", "charts/db/set.yaml", Deployed, ""},
		{"charts/db", "stable/app", "examples/app", "charts/db/set.yaml", Deployed, ""},
	} {
		var f Folders
		f.Add(".", []string{c.file, c.to + "/Chart.yaml", c.part + "/Chart.yaml"})
		f.Lend(c.part, c.to)
		if c.also != "" {
			f.Lend(c.part, c.also)
		}
		if got, folder := f.Of(c.file); got != c.want || folder != c.folder {
			t.Errorf("%s, of %s: %q by %q, want %q by %q", c.file, c.to, got, folder, c.want, c.folder)
		}
	}
}

func TestFoldersBelowTheRoot(t *testing.T) {
	var f Folders
	if p, _ := f.Of("test/web.yaml"); p != Deployed {
		t.Errorf("a file that was named: %s", p)
	}
	f.Add("examples", []string{"examples/shop/web.yaml"})
	f.Add("examples/shop", []string{"examples/shop/web.yaml", "examples/shop/test/web.yaml"})
	for dir, want := range map[string]Purpose{
		"examples":           Deployed,
		"examples/shop":      Deployed,
		"examples/shop/test": Tests,
		"examples/test":      Tests,
		"test":               Deployed,
	} {
		if p, _ := f.OfDir(dir); p != want {
			t.Errorf("folder %s: %q, want %q", dir, p, want)
		}
	}
	for file, want := range map[string]Purpose{
		"examples/shop/web.yaml":      Deployed,
		"examples/shop/test/web.yaml": Tests,
		"other/test/web.yaml":         Deployed,
	} {
		if p, _ := f.Of(file); p != want {
			t.Errorf("%s: %q, want %q", file, p, want)
		}
	}
}

// Fewer words count in the names of objects than in those of folders.
func TestNames(t *testing.T) {
	for word, want := range map[string]Purpose{
		"test": Tests, "mock": Tests, "kind": Deployed,
		"minikube": Development, "example": Samples, "samples": Samples, "web": Deployed, "ci": Deployed,
		"dev": Deployed, "demo": Deployed, "docs": Deployed, "legacy": Deployed,
	} {
		if got := OfName(word); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

// A file may tell by its own name that it is there to be tried.
func TestOfFile(t *testing.T) {
	for file, want := range map[string]Purpose{
		"keeper-1-node-256M-for-test-only.yaml": Tests, "deploy/zookeeper-for-tests-only.yaml": Tests, "demo.yaml": Samples,
		"x/nginx-example.yml": Samples, "web-old.yaml": Retired, "deployment.bak.yaml": Retired, "threshold.yaml": Deployed,
		"app_sample.yaml": Samples, "deployment.yaml": Deployed, "latest.yaml": Deployed, "gitlab-ci.yaml": Deployed,
		"web-dev.yaml":      Deployed,
		"product-demo.yaml": Deployed, "test/web.yaml": Deployed, "kind-config.yaml": Development, "prow-hook.yaml": Deployed,
		"cookies_test-pods.yaml": Deployed, "pods-test.yaml": Tests, "test-infra-web.yaml": Deployed, "test-web.yaml": Tests,
	} {
		if got := OfFile(file); got != want {
			t.Errorf("%s is for %q, want %q", file, got, want)
		}
	}
}

// Objects are there to be tried by a word of their name.
func TestOfObject(t *testing.T) {
	for name, want := range map[string]Purpose{
		"web-demo": Samples, "demo-api": Deployed, "demo": Deployed, "stress-test": Tests, "web-sample-1": Samples, "democracy": Deployed,
		"prow-hook": Deployed, "prow": Deployed, "hackathon-api": Deployed,
		"hack-api": Deployed, "kind-of-web": Deployed,
		"web-localstack": Development, "zenml-db-staging": Staging, "stg-web": Staging,
		"staging": Deployed, "web-staged": Deployed, "web": Deployed,
	} {
		got, word := OfObject(name)
		if got != want || (word == "") != (want == Deployed) || !strings.Contains(name, word) {
			t.Errorf("%s is for %q by %q, want %q", name, got, word, want)
		}
	}
}

// Packaged charts and folders that were fetched are of others, with all that is in them.
func TestWhatWasFetched(t *testing.T) {
	var f Folders
	f.Fetch("app/charts/redis")
	for file, want := range map[string]bool{
		"app/charts/redis/templates/pdb.yaml":               true,
		"app/charts/redis/charts/common/templates/pdb.yaml": true,
		"app/charts/redis-extra/templates/pdb.yaml":         false,
		"app/templates/pdb.yaml":                            false,
		"app/charts/db-1.0.0.tgz":                           true,
		"pdb.yaml":                                          false,
		"":                                                  false,
	} {
		if f.Fetched(file) != want || (&Folders{}).Fetched(file) != (file == "app/charts/db-1.0.0.tgz") {
			t.Errorf("%s is fetched: %t", file, !want)
		}
	}
}

// A folder called dev is one for developers where groups of other things stand beside it, and no
// place to run in.
func TestGroupCalledDev(t *testing.T) {
	for _, c := range []struct {
		folder string
		beside []string
		want   bool
	}{
		{"apps/dev", []string{"ai", "media", "downloads"}, true},
		{"k8s/apps/development", []string{"ai", "media", "downloads", "network"}, true},
		{"apps/test", []string{"ai", "media", "home"}, true},
		{"apps/dev", []string{"ai", "media"}, false},
		{"apps/dev", []string{"ai", "media", "downloads", "prod"}, false},
		{"apps/dev", []string{"ai", "media", "downloads", "base"}, false},
		{"apps/dev", []string{"ai", "media", "downloads", "staging-eu"}, false},
		{"apps/tools", []string{"ai", "media", "downloads"}, false},
	} {
		files := []string{c.folder + "/a.yaml"}
		for _, other := range c.beside {
			files = append(files, path.Join(path.Dir(c.folder), other, "a.yaml"))
		}
		var f Folders
		f.Add(".", files)
		if got := f.Group(c.folder); got != c.want {
			t.Errorf("%s beside %v: %t", c.folder, c.beside, got)
		}
	}
}

// A folder called local is one's own work where another one beside it holds that of others.
func TestFoldersCalledLocal(t *testing.T) {
	for beside, want := range map[string]Purpose{"upstream": Deployed, "vendor": Deployed, "prod": Development, "charts": Development} {
		var f Folders
		f.Add(".", []string{"charts/local/web.yaml", path.Join("charts", beside, "web.yaml")})
		if got, _ := f.Of("charts/local/web.yaml"); got != want {
			t.Errorf("beside %s: %q, want %q", beside, got, want)
		}
	}
}
