package release

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// A build is what the Go tool recorded, and what it did not is empty.
func TestBuild(t *testing.T) {
	here := Build{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	for name, x := range map[string]struct {
		info debug.BuildInfo
		want Build
	}{
		"nothing recorded": {debug.BuildInfo{}, Build{Version: "(devel)"}},
		"a release": {debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-11-29T08:00:00Z"}, {Key: "vcs.modified", Value: "false"},
		}}, Build{Version: "v1.2.3", Commit: "abc", Date: "2026-11-29T08:00:00Z"}},
		"changed since": {debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}}},
			Build{Version: "(devel)", Modified: true}},
	} {
		x.want.Go, x.want.Platform = here.Go, here.Platform
		if got := of(&x.info); got != x.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if Version() != This().Version {
		t.Error(Version())
	}
}
