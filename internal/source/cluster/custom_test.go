package cluster

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Of a custom object a snapshot has the fields of its kind, of triggers what may be public, and
// no field that was not written.
func TestKeepCustom(t *testing.T) {
	scaled := kubernetes.Kept{Spec: []string{"triggers", "minReplicaCount"}}
	whole := kubernetes.Kept{Whole: true}
	pods := kubernetes.Kept{Spec: []string{"template", "volumeClaimTemplates", "replicas"}, Template: true}
	const token = `"triggers":[{"type":"cron","metadata":{"desiredReplicas":"3","token":"abc"}}]`
	for _, x := range []struct {
		name       string
		kept       kubernetes.Kept
		spec, want string
	}{
		{"no trigger", scaled, `"spec":{"minReplicaCount":1,"other":2},"status":{"ready":1}`, `"spec":{"minReplicaCount":1}`},
		{"no spec", scaled, `"status":{"ready":1}`, ``},
		{"triggers that hold a secret", scaled, `"spec":{` + token + `}`,
			`"spec":{"triggers":[{"type":"cron","metadata":{"desiredReplicas":"3"}}]}`},
		{"a kind of which all is kept", whole, `"spec":{` + token + `,"other":2},"status":{"ready":1}`,
			`"spec":{"other":2,"triggers":[{"metadata":{"desiredReplicas":"3","token":"abc"},"type":"cron"}]},"status":{"ready":1}`},
		{"no template", pods, `"spec":{"replicas":2}`, `"spec":{"replicas":2}`},
		{"a template that is null", pods, `"spec":{"replicas":2,"template":null}`, `"spec":{"replicas":2,"template":null}`},
		{"names of claims", pods,
			`"spec":{"volumeClaimTemplates":[{"metadata":{"name":"d","labels":{"a":"b"}},"spec":{"storageClassName":"fast"}}]}`,
			`"spec":{"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{"storageClassName":"fast"}}]}`},
	} {
		const head = `{"kind":"Thing","apiVersion":"x.io/v1","metadata":{"name":"a"}`
		join := func(rest string) string { return strings.TrimSuffix(head+","+rest, ",") + "}" }
		got, err := keepCustom(x.kept, parsed(t, join(x.spec)))
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		text, err := json.Marshal(got)
		if want := join(x.want); err != nil || string(text) != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", x.name, err, text, want)
		}
	}
}

// What a server has in a form that nobody knows is an error, which names object and field.
func TestKeepCustomUnreadable(t *testing.T) {
	pods := kubernetes.Kept{Spec: []string{"template", "volumeClaimTemplates", "triggers"}, Template: true}
	for written, want := range map[string]string{
		`{"metadata":"a"}`: "an object that cannot be read: ",
		`{"spec":[]}`:      "an object that cannot be read: ",
		`{"metadata":{"namespace":"ns","name":"a"},"spec":{"triggers":"b"}}`:             "ns/a cannot be read: spec.triggers: ",
		`{"metadata":{"namespace":"ns","name":"a"},"spec":{"template":"b"}}`:             "ns/a cannot be read: spec.template: ",
		`{"metadata":{"namespace":"ns","name":"a"},"spec":{"volumeClaimTemplates":"b"}}`: "ns/a cannot be read: spec.volumeClaimTemplates: ",
	} {
		if got, err := keepCustom(pods, parsed(t, written)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", written, got, err, want)
		}
	}
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}
