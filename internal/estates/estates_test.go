package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/finding"
)

// stub stands for the binary: it finds something in two repositories, and gives
// no answer for the third.
const stub = `#!/bin/sh
case "$2 $4" in
"a json") echo '{"summary":{"broken":2,"held":3},"read":{"objects":7},"unreadable":[{}],"findings":[
 {"obligation":"pdb-missing","verdict":"broken","severity":"high","message":"m1",
  "subject":{"kind":"Deployment","name":"w"},"position":{"file":"a/w.yaml","line":3}},
 {"obligation":"single-replica","verdict":"broken","severity":"low","message":"m2","subject":{"kind":"Deployment","name":"x"}}]}'; exit 1;;
"b json") echo '{"summary":{"unknown":1},"findings":[
 {"obligation":"pdb-missing","verdict":"unknown","severity":"high","message":"m3"}]}'; exit 0;;
"c json") echo "onus: c/x.yaml:1: nothing to check" >&2; exit 2;;
*) echo "one line"; exit 1;;
esac
`

func repos(t *testing.T) options {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"repos/a/w.yaml": "kind: Service\n---\nkind: Deployment\nname: w\n---\nkind: Job\n",
		"repos/b/x.yaml": "", "repos/c/x.yaml": "", "onus": stub,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return options{dir: filepath.Join(dir, "repos"), onus: filepath.Join(dir, "onus"), number: 10, seed: 1, least: "low",
		patience: time.Minute}
}

// A repository has its row with counts by severity; one without an answer says
// why, and makes the whole run fail.
func TestEstates(t *testing.T) {
	var out strings.Builder
	fine, err := estates(context.Background(), repos(t), &out, io.Discard)
	if err != nil || fine {
		t.Fatalf("%v, %v", fine, err)
	}
	for _, want := range []string{
		"| a | 1 | 0 | 7 | 1 | 1 | 0 | 1 | 0 | 3 | 1 |",
		"| b | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 0 | 1 |",
		"onus: c/x.yaml:1: nothing to check |",
		"| pdb-missing | 1 | 0 | 0 |",
		"| single-replica | 0 | 0 | 1 |",
		"a/w.yaml:3\n```yaml\nkind: Deployment\nname: w\n```",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "m3") {
		t.Error("what is unknown is not on the reading list")
	}
}

// The same seed picks the same findings, and repositories take turns.
func TestSample(t *testing.T) {
	broken := func(name string, n int) look {
		l := look{name: name}
		for range n {
			l.findings.Findings = append(l.findings.Findings, finding.Finding{Verdict: finding.Broken, Message: name})
		}
		for i := range l.findings.Findings {
			l.findings.Findings[i].Position.Line = i
		}
		return l
	}
	looks := []look{broken("large", 500), broken("small", 2), broken("none", 0)}
	first := sample(looks, 10, 3, "low")
	small := 0
	for i, x := range sample(looks, 10, 3, "low") {
		if x.repository != first[i].repository || x.Position != first[i].Position {
			t.Fatalf("%d: %v and %v", i, x.Position, first[i].Position)
		}
		if x.repository == "small" {
			small++
		}
	}
	if len(first) != 10 || small != 2 {
		t.Errorf("%d findings, %d of the small repository", len(first), small)
	}
	if len(sample(looks, 1000, 3, "low")) != 502 {
		t.Error("all of them were asked for")
	}
}
