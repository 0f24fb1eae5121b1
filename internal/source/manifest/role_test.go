package manifest

import (
	"fmt"
	"strings"
	"testing"
)

// What flags and variables tell of a container's role, and what they do not.
func TestRoles(t *testing.T) {
	for written, want := range map[string]string{
		"args: [--role=a]":                              "[a]  ",
		"args: [-target, 'Read,Write']":                 "[read write]  ",
		"env: [{name: ROLES, value: 'Read write,all'}]": "[read write all]  ",
		"args: [--target, read, write]":                 "[read]  ",
		"command: [sh, -c, 'run --mode primary']":       "[primary]  ",
		"args: [--mode, --verbose]":                     "[]  ",
		"args: [--mode]":                                "[]  ",
		"args: [--modes=a]":                             "[]  ",
		"args: [mode=a]":                                "[]  ",
		"args: [--node.roles=a, --role=b]":              "[a b]  ",
		"args: ['--role=$(ROLE)']":                      "[]  ",
		"args: [--replSet, rs0]":                        "[] rs0 ",
		"env: [{name: MONGODB_REPLICA_SET_MODE, value: arbiter}, {name: MONGODB_REPLICA_SET_NAME, value: rs1}]": "[arbiter] rs1 ",
		"env: [{name: ROLE, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]":                                "[]  ",
		"args: [--data-dir=/data]":              "[]  --data-dir",
		"args: [--storage.path, /data]":         "[]  --storage.path",
		"env: [{name: DATA_DIR, value: /data}]": "[]  ",
		"args: [--data-dir]":                    "[]  ",
	} {
		c := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, "+written+
			"}]}\n").Workloads[0].Template.Containers[0]
		if got := fmt.Sprint(c.Roles, " ", c.Set, " ", c.Directory); got != want {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
	}
}

// Which program a container runs by its image and by what it is told.
func TestPrograms(t *testing.T) {
	for written, want := range map[string]string{
		"image: nginx": "nginx ",
		"image: 'registry.example.com:5000/team/etcd:3.5'":    "etcd ",
		"image: 'quay.io/etcd@sha256:0123'":                   "etcd ",
		"image: 'etcd:3.5@sha256:0123'":                       "etcd ",
		"image: x, command: [/usr/bin/app, serve]":            "x app serve",
		"image: x, command: [/opt/run.sh]":                    "x run",
		"image: x, command: [bash, -ec, 'exec /bin/app -v']":  "x app",
		"image: x, command: [sh, -c, 'set -x; true; app -v']": "x app",
		"image: vault, args: [agent, -config=/a.hcl]":         "vault agent",
		"image: x, command: [app, /data, serve]":              "x app",
		"image: x, args: [--flag]":                            "x ",
	} {
		c := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, "+written+
			"}]}\n").Workloads[0].Template.Containers[0]
		if got := c.Image + " " + c.Runs; got != want {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
	}
}

// Containers that only sleep, or hold a place, do nothing that anybody needs.
func TestContainersThatDoNothing(t *testing.T) {
	for containers, want := range map[string]string{
		"{name: c, image: 'registry.k8s.io/pause:3.9'}":                           "pause",
		"{name: c, image: pause-amd64}":                                           "pause",
		"{name: c, image: pauser}":                                                "",
		"{name: c, image: pause}, {name: d, image: app}":                          "",
		"{name: c, command: [sleep, infinity]}":                                   "sleeps",
		"{name: c, command: [/bin/sleep], args: ['3600']}":                        "sleeps",
		"{name: c, command: [tail, -f, /dev/null]}":                               "sleeps",
		"{name: c, command: [tail, -f, /var/log/a]}":                              "",
		"{name: c, command: [/bin/sh, -c, 'while true; do sleep 30; done']}":      "sleeps",
		"{name: c, command: [bash, -ec], args: ['trap : TERM; sleep 1d & wait']}": "sleeps",
		"{name: c, command: [sh, sleep, '1']}":                                    "sleeps",
		"{name: c, command: [sh, -x, 'sleep 1']}":                                 "",
		"{name: c, command: [sh, -c, 'sleep 5 && app']}":                          "",
		"{name: c, command: [sh, -c, 'echo on | tee log; sleep 1']}":              "",
		"{name: c, command: [sh, -c, 'echo on']}":                                 "",
		"{name: c, command: [app, sleep]}":                                        "",
		"{name: c, command: [sh, sync, sleep, '1']}":                              "",
		"{name: c, command: [sh]}":                                                "",
		"{name: c}":                                                               "",
		"{name: c, command: [sleep, '1']}, {name: d, command: [app]}":             "",
	} {
		p := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: ["+containers+"]}\n").Workloads[0].Template
		got := ""
		if p.Pause {
			got = "pause"
		}
		if p.Sleeps {
			got += "sleeps"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", containers, got, want)
		}
	}
}

// The word by which a program is told to run for development.
func TestDevelopment(t *testing.T) {
	for written, want := range map[string]string{
		"args: [start-dev]": "start-dev", "args: [-dev]": "-dev", "args: [server, --dev]": "--dev", "args: [start]": "", "args: [--dev=true]": "",
		"args: [dev]": "",
	} {
		c := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, "+written+
			"}]}\n").Workloads[0].Template.Containers[0]
		if c.Dev != want {
			t.Errorf("%s: %q, want %q", written, c.Dev, want)
		}
	}
}

// A workload whose name the API server makes up is known as one.
func TestGeneratedNames(t *testing.T) {
	for name, want := range map[string]bool{"name: a": false, "generateName: a-": true} {
		w := mustRead(t, "apiVersion: batch/v1\nkind: Job\nmetadata: {"+name+
			"}\nspec: {template: {spec: {containers: [{name: c}]}}}\n").Workloads[0]
		if w.Generated != want {
			t.Errorf("%s: generated %t", name, w.Generated)
		}
	}
}

// Roles are told apart by commas and blanks.
func TestRolesInARow(t *testing.T) {
	c := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, "+
		"env: [{name: ROLES, value: 'Read write,all, some'}]}]}\n").Workloads[0].Template.Containers[0]
	if got := strings.Join(c.Roles, "|"); got != "read|write|all|some" {
		t.Errorf("roles %s", got)
	}
}
