package source

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
)

// ending is a context that is done once it was asked so many times.
type ending struct {
	context.Context
	asked, after atomic.Int64
}

func (e *ending) Err() error {
	if e.asked.Add(1) > e.after.Load() {
		return context.Canceled
	}
	return nil
}

// Whenever somebody has the reading stop, it says so: what was read by then is no estate. That
// holds of files of every form, of those that a kustomization builds, and of those beside it
// that it does not list; where a cluster comes first, too.
func TestReadingThatIsStopped(t *testing.T) {
	const node = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n"
	var archive strings.Builder
	for name, text := range everyForm {
		archive.WriteString("-- in/" + name + " --\n" + text + "\n")
	}
	archive.WriteString("-- in/web/kustomization.yaml --\nresources: [a.yaml]\n-- in/web/a.yaml --\n" + node + "-- in/web/b.yaml --\n" + node)
	inFolder(t, archive.String())
	for _, live := range []string{"", `{"schema":"onus.snapshot/v1","apiVersion":"v1","kind":"List","context":"prod","items":[]}`} {
		for after := int64(0); ; after++ {
			in := Input{Paths: []string{"in"}}
			if live != "" {
				in.Live = strings.NewReader(live)
			}
			ctx := &ending{Context: t.Context()}
			ctx.after.Store(after)
			whole, err := Read(ctx, in)
			if ctx.asked.Load() <= after { // it has ended by itself
				if err != nil || len(whole.Units) == 0 || after < 20 {
					t.Errorf("nobody has it stop, of whom it asks %d times: %+v, %v", after, whole, err)
				}
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("after it has asked %d times, a cluster %t: %v", after, live != "", err)
			}
		}
	}
}

// everyForm is a file of each form that is read.
var everyForm = map[string]string{
	"a.tf":           "locals {}\n",
	"a.bicep":        "param a string\n",
	"azure.yaml":     "services: {web: {host: aks}}\n",
	"helmfile.yaml":  "releases: [{name: a, chart: b/c}]\n",
	"a.yaml.tpl":     "kind: Pod\n",
	"inventory.csv":  "name,product,version,offering\na,postgresql,16,rds\n",
	"inventory.yaml": "inventory:\n- {name: a, product: postgresql, version: \"16\", offering: rds}\n",
	"instances.json": `{"DBInstances": []}`,
	"window.json":    `{"dayOfWeek": 1, "hourOfDay": 4, "startASAP": false}`,
	"images.json":    `{"State": "disabled", "ManagedBy": "account"}`,
	"talos.yaml":     "version: v1alpha1\nmachine: {type: worker}\n",
	"node.yaml":      "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n",
}

// A file of whichever form that breaks off while it is read is among what could not be read,
// may hold anything, and takes nothing else away.
func TestFilesThatBreakOff(t *testing.T) {
	forms := map[string]bool{}
	for name, text := range everyForm {
		r := &reading{door: &door{ctx: t.Context(), files: map[string]bool{}, noReader: map[string]int{}}}
		from := broken{strings.NewReader(text + strings.Repeat("\n", 1<<18)), errors.New("input/output error")} // long after its form is known
		if err := r.stream(name, from); err != nil {
			t.Errorf("%s: nothing else is read: %v", name, err)
		}
		if len(r.faults) != 1 || r.faults[0].File != name || r.faults[0].Reason != "input/output error" {
			t.Errorf("%s: faults %+v", name, r.faults)
		}
		if len(r.kubernetes.Hidden) != 1 || r.kubernetes.Hidden[0].Kind != "" {
			t.Errorf("%s: hidden are %+v", name, r.kubernetes.Hidden)
		}
		forms[sniff(name, []byte(text)).name] = true
	}
	for _, f := range allForms() {
		if !forms[f] && f != "table" { // of which nothing is read
			t.Errorf("of the form %s there is no file here", f)
		}
	}
}

// allForms are those that are read.
func allForms() []string {
	var all []string
	for _, f := range forms {
		if f.read != nil {
			all = append(all, f.name)
		}
	}
	return all
}
