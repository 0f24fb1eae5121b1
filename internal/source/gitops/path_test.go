package gitops

import "testing"

// Which files of a directory Argo CD takes is told by patterns in which a star stands for
// folders as well.
func TestFilesThatAreTaken(t *testing.T) {
	for _, c := range []struct {
		include, exclude, file string
		want                   bool
	}{
		{"", "", "a.yaml", true},
		{"", "sub/*", "sub/d.yaml", false},
		{"", "sub/*", "sub/deep/d.yaml", false},
		{"", "sub/**", "sub/d.yaml", false},
		{"", "sub/**", "sub/deep/d.yaml", false},
		{"", "sub/*", "other/sub/d.yaml", true},
		{"", "*/d.yaml", "sub/deep/d.yaml", false},
		{"", "d.yaml", "d.yaml", false},
		{"", "d.yaml", "sub/d.yaml", true},
		{"", "{a.yaml,b/*.yaml}", "b/c/d.yaml", false},
		{"", "{a.yaml,b/*.yaml}", "c/a.yaml", true},
		{"", "x-{dev,test}.yaml", "x-test.yaml", false},
		{"", "x-{dev,test}.yaml", "x-prod.yaml", true},
		{"*.yaml", "", "sub/a.yaml", true},
		{"*.yaml", "*-test.yaml", "sub/a-test.yaml", false},
		{"[ab].yaml", "", "b.yaml", true},
		{"[ab].yaml", "", "c.yaml", false},
		{"?.yaml", "", "aa.yaml", false},
		{"", "[", "[", true}, // no pattern
	} {
		if got := (directorySource{Include: c.include, Exclude: c.exclude}).takes(c.file); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}
