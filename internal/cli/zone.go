package cli

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// zoneOf is the time zone of a name, or that of this machine, by its name where it is
// known.
func zoneOf(name string) (*time.Location, error) {
	if name == "" {
		return zoneHere(os.Getenv("TZ"), "/etc/localtime"), nil
	}
	if name == "Local" {
		return nil, usage("leave --tz out for the zone of this machine", "--tz is %q, wants a time zone such as Europe/Berlin or UTC", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, usage("", "--tz is %q, wants a time zone such as Europe/Berlin or UTC", name)
	}
	return zone, nil
}

// zoneHere is the zone of a machine by what its environment says, or where its link
// leads. Where neither names one it is the one that Go finds.
func zoneHere(env, link string) *time.Location {
	name := strings.TrimPrefix(env, ":")
	if name == "" {
		if target, err := filepath.EvalSymlinks(link); err == nil {
			_, name, _ = strings.Cut(filepath.ToSlash(target), "/zoneinfo/")
		}
	}
	if name != "" && name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.Local
}
