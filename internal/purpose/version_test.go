package purpose

import (
	"path"
	"testing"
)

// Of folders that hold versions of a thing the newest that is released counts.
func TestRetire(t *testing.T) {
	for _, c := range []struct {
		versions []string
		older    map[string]string
	}{
		{[]string{"1.0.0", "1.4.3", "1.10.0"}, map[string]string{"1.0.0": "1.10.0", "1.4.3": "1.10.0"}},
		{[]string{"v1", "v2"}, map[string]string{"v1": "v2"}},
		{[]string{"v1.9.0", "v2.0.0-rc.1"}, nil},
		{[]string{"v1.8", "v1.9.0", "v2.0.0-rc.1"}, map[string]string{"v1.8": "v1.9.0"}},
		{[]string{"2.0.0-rc.1", "2.0.0"}, map[string]string{"2.0.0-rc.1": "2.0.0"}},
		{[]string{"1.0.0"}, nil},
		{[]string{"istio-1.9.3", "istio-1.20.0"}, map[string]string{"istio-1.9.3": "istio-1.20.0"}},
	} {
		var f Folders
		f.Add("r", nil)
		f.Retire("r/op", c.versions)
		for _, v := range c.versions {
			file := path.Join("r/op", v, "web.yaml")
			of, folder := f.Of(file)
			if want := c.older[v]; (of == Retired) != (want != "") || want != "" && f.Newer(folder) != "r/op/"+want {
				t.Errorf("%s of %v: %q, newer %q, want %q", v, c.versions, of, f.Newer(folder), want)
			}
		}
	}
}

// What is called like a version is one, but numbers, versions of APIs and places.
func TestVersionsOf(t *testing.T) {
	var f Folders
	f.Add("r", nil)
	for file, want := range map[string]int{
		"r/op/1.0.0/web.yaml": 1, "r/op/v2/web.yaml": 1, "r/op/v2/1.0/web.yaml": 2, "r/op/2/web.yaml": 0, "r/op/v1beta1/web.yaml": 0,
		"r/clusters/v2/web.yaml":  0,
		"r/istio-1.20.0/web.yaml": 1, "r/10-0-0/web.yaml": 0, "r/db-v2/web.yaml": 0,
		"r/postgres-14.2/web.yaml": 0, "elsewhere/1.0.0/web.yaml": 0, "r/web.yaml": 0, "r/10.0.0.1/web.yaml": 0,
	} {
		if got := f.VersionsOf(file); len(got) != want {
			t.Errorf("%s: %v", file, got)
		}
	}
}

// Three folders or more that are called by versions of two numbers hold releases.
func TestReleases(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  bool
	}{
		{[]string{"v0.6.0", "v0.7.0", "v0.8.0-rc1"}, true},
		{[]string{"1.28", "1.29", "1.30"}, true},
		{[]string{"1.28", "1.29"}, false},
		{[]string{"v1", "v2", "v3"}, false},
		{[]string{"v1", "v2.0", "v3.1", "v4.0"}, true},
		{[]string{"v1alpha1", "v1beta1", "v1.0"}, false},
		{[]string{"a", "b", "c"}, false},
	} {
		if got := Releases(c.names); got != c.want {
			t.Errorf("%v: %t", c.names, got)
		}
	}
}
