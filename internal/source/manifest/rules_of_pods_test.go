package manifest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// A flag of Go that is on by default is off where it is set to false: the last one counts, and
// what is no truth value switches nothing off.
func TestFlagsThatAreOnByDefault(t *testing.T) {
	for args, want := range map[string]bool{
		"": true, "--other=false": true, "--f": true, "-f": true, "--f=true": true, "--f=1": true, "--f=false": false, "-f=0": false,
		"--f=no": true, "--f=": true, "--f=false --f": true, "--f --f=false": false, "--f=true --f=f": false, "--f2=false": true,
	} {
		if isOn(&corev1.Container{Args: strings.Fields(args)}, "f") != want {
			t.Errorf("%q: %t", args, !want)
		}
	}
	if isOn(&corev1.Container{Command: []string{"x", "--f=false"}}, "f") {
		t.Error("a flag of the command is not seen")
	}
}

// A pod has a leader where one of its containers elects it; of several that do not, that need
// an image to be filled in or that say where they run, the first is told.
func TestWhatContainersMakeOfAPod(t *testing.T) {
	of := func(all ...corev1.Container) *corev1.PodSpec { return &corev1.PodSpec{Containers: all} }
	elects, plain := corev1.Container{Args: []string{"--leader-elect"}}, corev1.Container{Args: []string{"serve"}}
	for _, x := range []struct {
		spec *corev1.PodSpec
		want bool
	}{
		{of(elects), true}, {of(plain), false}, {of(elects, plain), true}, {of(plain, elects), true}, {of(plain, plain), false},
	} {
		if got := Template(nil, nil, x.spec); got.Elects != x.want {
			t.Errorf("%+v: %t", x.spec, got.Elects)
		}
	}
	off := func(value string) corev1.Container { return corev1.Container{Args: []string{value}} }
	offs := of(plain, off("--leader-elect=false"), off("-leader-elect=false"))
	if got := Template(nil, nil, offs); got.ElectsNot != "--leader-elect=false" {
		t.Errorf("%q", got.ElectsNot)
	}
	images := of(corev1.Container{Image: "nginx"}, corev1.Container{Image: "your image"}, corev1.Container{Image: "<image>"})
	if got := Template(nil, nil, images); got.Placeholder != "your image" {
		t.Errorf("%q", got.Placeholder)
	}
	runs := func(pairs ...string) (c corev1.Container) {
		for i := 0; i < len(pairs); i += 2 {
			c.Env = append(c.Env, corev1.EnvVar{Name: pairs[i], Value: pairs[i+1]})
		}
		return c
	}
	got := Template(nil, nil, of(runs("NODE_ENV", "development", "SHOP_ENVIRONMENT", "production"),
		runs("SHOP_ENVIRONMENT", "staging", "OTHER_ENVIRONMENT", "prod"))).Told
	if got.Before != "NODE_ENV=development" || got.Live != "SHOP_ENVIRONMENT=production" {
		t.Errorf("%+v", got)
	}
}

// What a volume keeps is there longer than its pod where it lies on the node or on a server
// that the pod names.
func TestVolumesThatOutlastTheirPod(t *testing.T) {
	for name, x := range map[string]struct {
		of   corev1.VolumeSource
		want bool
	}{
		"nothing":           {corev1.VolumeSource{}, false},
		"a folder":          {corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{}}, true},
		"a server":          {corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{}}, true},
		"a driver":          {corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{}}, true},
		"a claim":           {corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{}}, false},
		"an empty one":      {corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}, false},
		"a claim with it":   {corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{}}, false},
		"a ConfigMap":       {corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{}}, false},
		"a Secret":          {corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{}}, false},
		"what is projected": {corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{}}, false},
		"of the pod":        {corev1.VolumeSource{DownwardAPI: &corev1.DownwardAPIVolumeSource{}}, false},
		"an image":          {corev1.VolumeSource{Image: &corev1.ImageVolumeSource{}}, false},
	} {
		if Outlasts(&corev1.Volume{Name: "v", VolumeSource: x.of}) != x.want {
			t.Errorf("%s: %t", name, !x.want)
		}
	}
}

// A container that watches nothing does nothing, and one that watches a log does.
func TestContainersThatSleep(t *testing.T) {
	for command, want := range map[string]bool{
		"tail -f /dev/null": true, "tail -f /var/log/app.log": false, "/usr/bin/tail -f /dev/null": true, "cat /dev/null": false,
		"trap : TERM; sleep infinity & wait": true, "echo on; serve": false, "echo on": false, "true": false, "/bin/sleep 1": true,
		"do": false, "exec tail -f /dev/null": true, "until sleep 1": true,
	} {
		for _, c := range []corev1.Container{
			{Command: []string{"/bin/sh", "-c", command}}, {Command: []string{"bash", "-ec"}, Args: []string{command}},
		} {
			if sleeps(&c) != want {
				t.Errorf("%q: %t", c.Command, !want)
			}
		}
		if c := (corev1.Container{Args: strings.Fields(command)}); sleeps(&c) != want {
			t.Errorf("%q without a shell: %t", command, !want)
		}
	}
}

// Nothing says of a pod when it is ready unless one of its containers has a probe for that, one
// that it starts with too, or the pod has a gate.
func TestPodsWithoutAProbe(t *testing.T) {
	probe := &corev1.Probe{}
	all := func(c ...corev1.Container) []corev1.Container { return c }
	for name, x := range map[string]struct {
		spec corev1.PodSpec
		want bool
	}{
		"no container":         {corev1.PodSpec{}, false},
		"none":                 {corev1.PodSpec{Containers: all(corev1.Container{})}, true},
		"one that it lives by": {corev1.PodSpec{Containers: all(corev1.Container{LivenessProbe: probe})}, true},
		"of the first":         {corev1.PodSpec{Containers: all(corev1.Container{ReadinessProbe: probe}, corev1.Container{})}, false},
		"of the last":          {corev1.PodSpec{Containers: all(corev1.Container{}, corev1.Container{StartupProbe: probe})}, false},
		"a gate":               {corev1.PodSpec{Containers: all(corev1.Container{}), ReadinessGates: []corev1.PodReadinessGate{{}}}, false},
		"of what starts first": {corev1.PodSpec{Containers: all(corev1.Container{}),
			InitContainers: all(corev1.Container{StartupProbe: probe})}, false},
		"none of what is first": {corev1.PodSpec{Containers: all(corev1.Container{}), InitContainers: all(corev1.Container{})}, true},
	} {
		if unprobed(&x.spec) != x.want {
			t.Errorf("%s: %t", name, !x.want)
		}
	}
}

// A pod that asks for one thing asks for it, each thing is told once, and what a container has
// no word for it does not ask for.
func TestWhatAPodAsksFor(t *testing.T) {
	probed := corev1.Container{LivenessProbe: &corev1.Probe{}, ReadinessProbe: &corev1.Probe{}}
	with := func(s *corev1.SecurityContext) corev1.Container {
		c := probed
		c.SecurityContext = s
		return c
	}
	unmasked, masked := corev1.UnmaskedProcMount, corev1.DefaultProcMount
	for name, x := range map[string]struct {
		spec corev1.PodSpec
		want string
	}{
		"nothing":        {corev1.PodSpec{Containers: []corev1.Container{probed}}, ""},
		"the host's own": {corev1.PodSpec{HostPID: true, Containers: []corev1.Container{probed}}, "hostPID"},
		"a context":      {corev1.PodSpec{Containers: []corev1.Container{with(&corev1.SecurityContext{})}}, ""},
		"its own /proc":  {corev1.PodSpec{Containers: []corev1.Container{with(&corev1.SecurityContext{ProcMount: &masked})}}, ""},
		"all of /proc": {corev1.PodSpec{Containers: []corev1.Container{with(&corev1.SecurityContext{ProcMount: &unmasked})}},
			"unmaskedProc"},
		"no probes, twice": {corev1.PodSpec{Containers: []corev1.Container{{}, {}}}, "noLivenessProbe noReadinessProbe"},
	} {
		if got := strings.Join(podAsks(&x.spec), " "); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// How long a command sleeps, alone or first in a shell: a number counts in seconds, and more
// than a day is for ever.
func TestSleepsBeforeAStop(t *testing.T) {
	for command, want := range map[string]time.Duration{
		"sleep|0": 0, "sleep|1": time.Second, "sleep|1.5s": 1500 * time.Millisecond, "sleep|24h": 24 * time.Hour, "sleep|86401": 0,
		"sleep|":    0,
		"sleep|5|6": 0, "rest|5": 0, "sh|-c|sleep 5|x": 5 * time.Second, "sh|c|sleep 5": 0, "sh|-x|sleep 5": 0, "python|-c|sleep 5": 0,
		"sh|-c": 0,
	} {
		if got := sleeping(strings.Split(command, "|")); got != want {
			t.Errorf("%s: %s, want %s", command, got, want)
		}
	}
}

// A port has two digits to five, and no more of a word or of a version behind it.
func TestPortsInText(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, ":": false, "80": false, ":8": false, ":80": true, ":65535": true, ":123456": false,
		":80/x": true, ":80 x": true, ":80,": true,
		":80-x": false, ":80.1": false, ":80_x": false, ":80a": false, ":80z": false, ":8a": false, ":8/": false,
		":123456/": false, ":80A": true,
	} {
		if port(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

// Labels that a plain map selects by are those of the kinds that have one, and other kinds
// have a selector.
func TestSelectorsOfWorkloads(t *testing.T) {
	for kind, selector := range map[string]string{
		"v1 ReplicationController": "{app: web}", "apps.openshift.io/v1 DeploymentConfig": "{app: web}",
		"apps/v1 ReplicaSet": "{matchLabels: {app: web}}",
	} {
		api, kind, _ := strings.Cut(kind, " ")
		e := mustRead(t, "apiVersion: "+api+"\nkind: "+kind+"\nmetadata: {name: a}\nspec: {selector: "+selector+
			", template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}\n")
		if len(e.Workloads) != 1 || e.Workloads[0].Selector == nil || e.Workloads[0].Selector.MatchLabels["app"] != "web" {
			t.Errorf("%s: %+v", kind, e.Workloads)
		}
	}
}

// A pod whose name the API server makes up is known as one, by what its name begins with.
func TestGeneratedNamesOfPods(t *testing.T) {
	for metadata, want := range map[string]string{
		"name: a": "a false", "generateName: a-": "a- true", "name: a, generateName: a-": "a false",
	} {
		raw, _ := readRaw(t, "apiVersion: v1\nkind: Pod\nmetadata: {"+metadata+"}\nspec: {containers: [{name: c}]}\n")
		if got := fmt.Sprint(raw.Pods[0].Name, " ", raw.Pods[0].Generated); got != want {
			t.Errorf("%s: %s", metadata, got)
		}
	}
}
