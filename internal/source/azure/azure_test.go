package azure

import (
	"maps"
	"slices"
	"testing"
)

func TestBicep(t *testing.T) {
	const text = `param tags object = { owner: 'a' }
// resource old 'Microsoft.ContainerService/managedClusters@2020-01-01' = {
resource aks 'Microsoft.ContainerService/managedClusters@2024-09-01' = {
  name: 'aks-${name}'
  sku: { name: 'Automatic', tier: 'Standard' } // one line
  properties: {
    agentPoolProfiles: [
      {
        mode: 'System'
      }
    ]
    nodeProvisioningProfile: {
      mode: 'Auto'
    }
    enableRBAC: true
    dnsPrefix: name
  }
}
resource known 'Microsoft.ContainerService/managedClusters@2024-09-01' existing = {
  name: 'a'
}
module cluster 'br/public:avm/res/container-service/managed-cluster:0.9.0' = {
  params: {
    skuName: 'Automatic'
  }
}
module each 'other.bicep' = [
  for name in ['a', 'b']: {
    params: { skuName: 'Base' }
  }
]
var more = { name: 'b' }
output x string = 'y: {'
`
	want := []struct {
		api, name string
		line      int
		values    map[string]string
	}{
		{"bicep/Microsoft.ContainerService/managedClusters", "aks", 3, map[string]string{
			"name": "", "sku": "", "sku.name": "Automatic", "sku.tier": "Standard", "properties": "", "properties.agentPoolProfiles": "",
			"properties.agentPoolProfiles.mode":  "System",
			"properties.nodeProvisioningProfile": "", "properties.nodeProvisioningProfile.mode": "Auto", "properties.enableRBAC": "true",
			"properties.dnsPrefix": "",
		}},
		{"bicep/Microsoft.ContainerService/managedClusters", "known", 19, map[string]string{"name": "a"}},
		{"bicep/module", "cluster", 22, map[string]string{
			"source": "br/public:avm/res/container-service/managed-cluster:0.9.0", "params": "", "params.skuName": "Automatic",
		}},
		{"bicep/module", "each", 27, map[string]string{"source": "other.bicep", "params": "", "params.skuName": "Base"}},
	}
	got := Bicep("a.bicep", []byte(text))
	if len(got) != len(want) {
		t.Fatalf("%d objects: %+v", len(got), got)
	}
	for i, w := range want {
		if o := got[i]; o.API != w.api || o.Name != w.name || o.Position.Line != w.line || !maps.Equal(o.Values, w.values) {
			t.Errorf("got %+v\nwant %+v", o, w)
		}
	}
}

// A setting that a parameter tells has its default, as whoever deploys it may set another; that
// of a variable is what it is. More than a name is not evaluated.
func TestParametersOfBicep(t *testing.T) {
	const text = `resource aks 'Microsoft.ContainerService/managedClusters@2024-09-01' = {
  properties: {
    kubernetesVersion: version
    dnsPrefix: prefix
    nodeResourceGroup: group
    supportPlan: version == '1.30' ? 'a' : 'b'
    fqdn: version.minor
  }
  location: place
  tags: { version: version }
}
param version string = '1.30' // of all
var prefix = 'shop'
param group string
param place string = '${prefix}-eu'
`
	all := Bicep("a.bicep", []byte(text))
	if len(all) != 1 {
		t.Fatalf("%+v", all)
	}
	o := &all[0]
	for path, want := range map[string]string{
		"properties.kubernetesVersion": "1.30", "properties.dnsPrefix": "shop", "properties.nodeResourceGroup": "",
		"properties.supportPlan": "", "properties.fqdn": "", "location": "",
	} {
		if o.Values[path] != want {
			t.Errorf("%s: %q, want %q", path, o.Values[path], want)
		}
	}
	if want := []string{"properties.kubernetesVersion"}; !slices.Equal(o.Defaults, want) {
		t.Errorf("by default: %q, want %q", o.Defaults, want)
	}
}

func TestProject(t *testing.T) {
	all, fault := Project("azure.yaml", []byte("name: shop\nservices:\n  web:\n    host: aks\n  api: {host: appservice}\n  job: {}\n"))
	if fault != nil || len(all) != 2 || all[0].Name != "web" || all[0].Values["host"] != "aks" || all[0].Position.Line != 4 ||
		all[1].Values["host"] != "appservice" {
		t.Errorf("%v %+v", fault, all)
	}
	if _, fault := Project("azure.yaml", []byte("services: [a]\n")); fault == nil {
		t.Error("a list of services is read")
	}
}

// Whatever is there does not stop the reading.
func FuzzBicep(f *testing.F) {
	for _, text := range []string{"", "}", "param a object = {\n b: 'c'\n}", "resource a 'b' = {\n]}\n}\na: 'b'\n",
		"module a 'b' = [for x in y: {\n  a: {\n"} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) { Bicep("f.bicep", []byte(text)) })
}

// Values are literals or not known, and only settings within the brackets of what is
// declared are its own.
func TestBicepSettings(t *testing.T) {
	const head = "resource a 'K@1' = "
	for name, x := range map[string]struct {
		text string
		want map[string]string
	}{
		"literals": {head + "{\n  a: 'x'\n  b: true\n  c: false\n  d: 5\n  e: other\n}\n", map[string]string{
			"a": "x",
			"b": "true",
			"c": "false",
			"d": "",
			"e": "",
		}},
		"a string that asks": {head + "{\n  a: '${b}-x'\n}\n", map[string]string{"a": ""}},
		"what comes before":  {head + "if (x ? y : z) {\n  a: true\n}\n", map[string]string{"a": "true"}},
		"a condition of one": {head + "if (a: 'x') {\n  b: true\n}\n", map[string]string{"b": "true"}},
		"what comes after":   {head + "{\n  a: true\n}\nvar b = { c: true }\nd: true\n", map[string]string{"a": "true"}},
		"objects in a list":  {head + "{\n  a: [\n    {\n      b: true\n    }\n  ]\n}\n", map[string]string{"a": "", "a.b": "true"}},
		"one line":           {head + "{ a: { b: 'x' } c: true }\n", map[string]string{"a": "", "a.b": "x", "c": "true"}},
		"a name with a mark": {"resource a 'K:b@1' = {\n  a: true\n}\n", map[string]string{"a": "true"}},
	} {
		all := Bicep("a.bicep", []byte(x.text))
		if len(all) != 1 || !maps.Equal(all[0].Values, x.want) {
			t.Errorf("%s: %+v, want %v", name, all, x.want)
		}
	}
}

// A project is a file of azd's own name, and its services stand in the order of their lines.
func TestProjectFiles(t *testing.T) {
	for base, want := range map[string]bool{"azure.yaml": true, "azure.yml": true, "azure.json": false, "my-azure.yaml": false} {
		if IsProject(base) != want {
			t.Errorf("%s: %t", base, !want)
		}
	}
	text := "services:\n"
	for _, service := range []string{"h", "b", "f", "d", "a", "g", "c", "e"} {
		text += "  " + service + ": {host: aks}\n"
	}
	all, fault := Project("azure.yaml", []byte(text))
	if fault != nil || len(all) != 8 {
		t.Fatal(fault, all)
	}
	for i, o := range all {
		if o.Position.Line != i+2 {
			t.Errorf("%s in line %d is number %d", o.Name, o.Position.Line, i)
		}
	}
}
