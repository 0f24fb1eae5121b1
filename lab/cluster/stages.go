package cluster

import (
	_ "embed"
	"strconv"
	"strings"
	"time"
)

//go:embed stages.yaml
var stagesYAML string

// stages is kwok's configuration for these timings.
func stages(o Options) string {
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	return strings.NewReplacer("NODE_BOOT", ms(o.NodeBoot), "POD_READY", ms(o.PodReady), "POD_STOP", ms(o.PodStop)).Replace(stagesYAML)
}
