package gitops

import "testing"

// A path in an artifact leads to where it was copied from, as far as all of a folder was copied.
func TestPathsInCopies(t *testing.T) {
	for _, x := range []struct{ from, to, p, want string }{
		{"@src/apps/base/**", "@artifact/base/", "/base/x", "/apps/base/x"}, {"@src/apps/base/**", "@artifact/base", "/base", "/apps/base"},
		{"@src/apps/**", "@artifact/", "/x", "/apps/x"}, {"@src/apps/**", "@artifact", "/x", "/apps/x"}, {"@src/**", "@artifact/", "/x", "/x"},
		{"@src/apps/base/**", "@artifact/base", "/basement", ""}, {"@src/apps/base/**", "@artifact/base", "/other", ""},
		{"@src/apps/base", "@artifact/base", "/base/x", ""}, {"@src/apps/base/*", "@artifact/base", "/base/x", ""},
		{"@src/apps/web/", "@artifact/web/", "/web", "/apps/web"}, {"@src/apps/web/", "@artifact/on/", "/on/web", "/apps/web"},
		{"@src/apps/web/", "@artifact/on/", "/on/other", ""}, {"@src/apps/web/", "@artifact/", "/", ""},
		{"@src/apps/base/**", "/base", "/base/x", ""}, {"@src", "@artifact/base", "/base/x", ""},
	} {
		if got, ok := inCopy(x.from, x.to, x.p); ok != (x.want != "") || ok && got != x.want {
			t.Errorf("%s of %s to %s: %s, %t", x.p, x.from, x.to, got, ok)
		}
	}
	generator := func(kind, spec string) object {
		return object{group: fluxArtifact, kind: kind, data: []byte("spec: " + spec)}
	}
	r := fluxObjects{inFolder(t, "-- wrong/x/a --\n-- right/x/a --\n-- other/x/a --\n")}
	r.configs = []object{
		generator("Other", "{artifacts: [{name: mine, copy: [{from: '@s/wrong/**', to: '@artifact/'}]}]}"), generator("ArtifactGenerator", "["),
		generator("ArtifactGenerator", "{artifacts: [{name: other, copy: [{from: '@s/other/**', to: '@artifact/'}]}, "+
			"{name: mine, copy: [{from: '@s/none', to: '@artifact/'}, {from: '@s/right/**', to: '@artifact/'}]}]}"),
	}
	for name, want := range map[string]string{"mine": "right/x", "other": "other/x", "gone": ""} {
		if got, ok := r.copied(sourceRef{Name: name}, "/x"); got != want || ok != (want != "") {
			t.Errorf("in %s: %s, %t", name, got, ok)
		}
	}
}
