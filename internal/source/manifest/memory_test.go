package manifest

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// repeated is a text over and over.
type repeated struct {
	text []byte
	left int
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && r.left > 0 {
		k := copy(p[n:min(len(p), n+r.left)], r.text[r.at:])
		n, r.left, r.at = n+k, r.left-k, (r.at+k)%len(r.text)
	}
	return n, nil
}

// watched notes the most memory in use while it is read, without what is garbage:
// how much of that there is depends on when it was collected.
type watched struct {
	in    io.Reader
	reads int
	peak  uint64
}

func (w *watched) Read(p []byte) (int, error) {
	if w.reads++; w.reads%64 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		w.peak = max(w.peak, m.HeapAlloc)
	}
	return w.in.Read(p)
}

// A dump is larger than memory. Objects that do not matter leave nothing behind.
func TestReadTakesNoMemoryForWhatItPassesOver(t *testing.T) {
	const size, most = 24 << 20, 12 << 20
	// An object has few values and many bytes, or the parsing would take long.
	text := strings.Repeat(strings.Repeat("x", 63)+"\n", 1024)
	block := "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
	quoted := strings.ReplaceAll(text, "\n", `\n`)
	yamlObject := "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n" + block
	element := "- " + strings.TrimSuffix(strings.ReplaceAll(yamlObject, "\n", "\n  "), "  ")
	jsonObject := fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"%s"}}`, quoted)
	for _, c := range []struct{ name, open, object string }{
		{"documents", "", "---\n" + yamlObject},
		{"a YAML List", "apiVersion: v1\nitems:\n", element},
		{"a JSON List", `{"apiVersion":"v1","kind":"List","items":[` + jsonObject, "," + jsonObject},
		{"JSON objects", jsonObject, "\n" + jsonObject},
	} {
		t.Run(c.name, func(t *testing.T) {
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			n := size / len(c.object)
			closing := ""
			if strings.HasPrefix(c.open, `{"apiVersion":"v1","kind":"List"`) {
				closing = "]}"
			}
			in := &watched{in: io.MultiReader(strings.NewReader(c.open), &repeated{text: []byte(c.object), left: n * len(c.object)},
				strings.NewReader(closing))}
			e, err := readFrom(in)
			if err != nil {
				t.Fatal(err)
			}
			if e.Seen.Unrelated < n {
				t.Errorf("%d of %d objects were read", e.Seen.Unrelated, n)
			}
			t.Logf("%.1f MiB in use at most", float64(int64(in.peak)-int64(before.HeapAlloc))/(1<<20))
			if in.peak > before.HeapAlloc+most {
				t.Errorf("%d MiB in use for %d MiB read", (in.peak-before.HeapAlloc)>>20, size>>20)
			}
		})
	}
}

// Of many pods little is kept, and their templates not even until all are read.
func TestPodsShareWhatTheyHaveAlike(t *testing.T) {
	const n, most = 20000, 1000 // bytes a pod, twice what it takes
	pod := `{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"a-","uid":"f2fc102e-c48c-4d75-8ac5-7a2046012147",
"labels":{"app":"web","pod-template-hash":"64c84844c5"},"annotations":{"checksum":"` + strings.Repeat("0", 500) +
		`"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-64c84844c5","controller":true}]},
"spec":{"nodeName":"node-1","containers":[{"name":"c","resources":{"requests":{"cpu":"1","memory":"1Gi","ephemeral-storage":"1Gi"}}}],
"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
{"labelSelector":{"matchLabels":{"app":"web"}},"topologyKey":"kubernetes.io/hostname"}]}}},
"status":{"phase":"Running","startTime":"2026-11-22T06:46:18Z","conditions":[
{"type":"Ready","status":"True","lastTransitionTime":"2026-11-22T06:46:18Z"}]}}
`
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	in := &watched{in: &repeated{text: []byte(pod), left: n * len(pod)}}
	e, err := readFrom(in)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(e.Pods) != n || len(e.Workloads) != 1 {
		t.Fatalf("%d pods of %d workloads", len(e.Pods), len(e.Workloads))
	}
	kept := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	peak := int64(in.peak) - int64(before.HeapAlloc)
	t.Logf("%d bytes a pod, %d while they are read", kept/n, peak/n)
	if kept > n*most || peak > 3*n*most {
		t.Errorf("%d bytes a pod, %d while they are read", kept/n, peak/n)
	}
	runtime.KeepAlive(e)
}
