// Package release says which onus this is, as the Go tool recorded it in the binary.
package release

import (
	"runtime"
	"runtime/debug"
)

// Build is one build of onus. What was not recorded is empty: go run and go test know no
// commit.
type Build struct {
	Version  string // of the module: a tag, or what the Go tool makes of the commit
	Commit   string
	Date     string // of the commit, RFC 3339
	Modified bool   // there were changes that no commit has
	Go       string // the version of Go
	Platform string // OS/ARCH
}

// devel is the version of a build of which none was recorded.
const devel = "(devel)"

// This is the running build.
func This() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return of(info)
}

func of(info *debug.BuildInfo) Build {
	b := Build{Version: info.Main.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if b.Version == "" {
		b.Version = devel
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Version is that of the running build.
func Version() string { return This().Version }
