package manifest

import "testing"

// An object in which a key stands twice is counted once, with its version, though it is read
// again.
func TestObjectsWithAKeyTwiceAreCountedOnce(t *testing.T) {
	raw, faults := readRaw(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 2, replicas: 3, "+
		"selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: i}]}}}\n---\n"+
		"apiVersion: apps/v1beta1\nkind: StatefulSet\nmetadata: {name: b}\nspec: {replicas: 2, replicas: 3}\n---\n"+
		"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: c}\nspec: {tls: [], tls: []}\n")
	if raw.Seen.Objects != 3 || len(raw.Current) != 2 || raw.Ages.Now["Deployment"] != 1 || len(raw.Ages.Old) != 1 ||
		len(raw.Withdrawn) != 1 || len(faults) != 2 || raw.Seen.Unrelated != 1 {
		t.Errorf("%+v, current %v, ages %+v, withdrawn %v, faults %v", raw.Seen, raw.Current, raw.Ages, raw.Withdrawn, faults)
	}
}

// The last one counts in whatever kind of object; what those of others say of themselves is
// not judged.
func TestKeysTwiceInOtherKinds(t *testing.T) {
	raw, faults := readRaw(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {DB_HOST: old, DB_HOST: db}\n---\n"+
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\n"+
		"rules: [{apiGroups: [''], resources: [pods], verbs: [get], verbs: [create]}]\n---\n"+
		"apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: s}\nspec: {size: 1, size: 2}\n---\n"+
		"apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: t}\na: &a {x: 1}\nb: &b {y: 1}\nspec: {<<: *a, <<: *b}\n")
	if len(raw.Configs) != 1 || len(raw.Configs[0].Calls) != 1 || raw.Configs[0].Calls[0] != "db" {
		t.Errorf("ConfigMaps: %+v", raw.Configs)
	}
	if len(raw.PodRoles) != 1 || len(raw.CustomResources) != 2 || raw.Seen.Unrelated != 4 || raw.Seen.Objects != 4 {
		t.Errorf("roles %+v, custom resources %+v, %+v", raw.PodRoles, raw.CustomResources, raw.Seen)
	}
	if len(faults) != 0 {
		t.Errorf("%v", faults)
	}
}

// What stands beside a Template has no parameters of it: what is to be filled in there is
// told as anywhere.
func TestBesideATemplate(t *testing.T) {
	raw, faults := readRaw(t, "- {apiVersion: template.openshift.io/v1, kind: Template, metadata: {name: t}, objects: []}\n"+
		"- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: a}\n  spec:\n    replicas: ${REPLICAS}\n")
	if len(faults) != 1 || faults[0].Msg != "is "+envsubst {
		t.Errorf("%v, %v", faults, raw.Workloads)
	}
}
