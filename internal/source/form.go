package source

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/azure"
	"github.com/onus-project/onus/internal/source/gitops"
	"github.com/onus-project/onus/internal/source/instances"
	"github.com/onus-project/onus/internal/source/inventory"
	"github.com/onus-project/onus/internal/source/launch"
	"github.com/onus-project/onus/internal/source/maintenance"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/selfhosted"
	"github.com/onus-project/onus/internal/source/terraform"
)

// extensions are those of files that are read in a directory.
var extensions = []string{".yaml", ".yml", ".json", ".tf", ".tfvars", ".tfstate", ".bicep", ".csv", ".yaml.gz", ".yml.gz", ".json.gz"}

// unbuilt are languages that make manifests when they are run, by extension.
var unbuilt = map[string]string{".jsonnet": "Jsonnet file", ".libsonnet": "Jsonnet file", ".cue": "CUE file"}

// form is a form that a file may have.
type form struct {
	name string // of one file
	is   func(beginning) bool
	// read adds what the file holds, and its faults to the reading; nil while onus does
	// not read the form. It fails where the file breaks off, and with the context.
	read func(r *reading, name string, in *bufio.Reader) error
}

// HelmTemplate is the name of a form that somebody else can make readable.
const HelmTemplate = "Helm template"

// forms are tried in this order; the last is any other file.
var forms = []form{
	{name: "Terraform", is: isTerraform, read: (*reading).module},
	{name: "Bicep", is: func(b beginning) bool { return filepath.Ext(b.name) == ".bicep" }, read: (*reading).bicep},
	{name: "azd project", is: isProject, read: (*reading).project},
	{name: "helmfile", is: func(b beginning) bool { return gitops.IsHelmfile(b.name, b.head) }, read: (*reading).helmfile},
	{name: "template", is: func(b beginning) bool { return isTemplate(b.name) }, read: (*reading).template},
	{name: "Terraform state", is: isTerraformState},
	{name: "Terraform plan", is: isTerraformPlan},
	{name: "CloudFormation template", is: isCloudFormation},
	{name: "ARM template", is: isARM},
	{name: "inventory", is: isInventoryTable, read: func(r *reading, name string, in *bufio.Reader) error {
		r.faultsOf(inventory.ReadCSV(name, in, &r.database))
		return nil
	}},
	{name: "inventory", is: isInventoryDocument, read: func(r *reading, name string, in *bufio.Reader) error {
		r.faultsOf(inventory.ReadDocument(name, in, &r.database))
		return nil
	}},
	{name: "list of database instances", is: func(b beginning) bool { return instances.Is(b.head, b.keys) }, read: (*reading).instances},
	{name: "maintenance window", is: func(b beginning) bool { return maintenance.Is(b.head, b.keys) }, read: (*reading).windows},
	{name: "rule for images", is: func(b beginning) bool { return launch.Is(b.head, b.keys) }, read: (*reading).launchRule},
	{name: "table", is: func(b beginning) bool { return strings.HasSuffix(strings.ToLower(b.name), ".csv") }, read: (*reading).table},
	{name: HelmTemplate, is: isHelmTemplate},
	{name: "configuration of nodes", is: func(b beginning) bool { return selfhosted.Is(b.head, b.keys) }, read: (*reading).nodes},
	{name: "Kubernetes manifest", is: func(beginning) bool { return true }, read: (*reading).manifest},
}

// manifest adds the objects of a file.
func (r *reading) manifest(name string, in *bufio.Reader) error {
	faults, err := manifest.Read(r.ctx, name, in, &r.kubernetes)
	for _, f := range faults {
		if f.Foreign && !r.named {
			r.kubernetes.Seen.Skipped++
			continue
		}
		r.fault(f)
	}
	return err
}

// table counts a table that is no inventory, as an application has many of. One that the user
// named was to be one.
func (r *reading) table(name string, _ *bufio.Reader) error {
	if !r.named {
		r.kubernetes.Seen.Skipped++
		return nil
	}
	r.fault(manifest.Fault{Any: true, Error: &document.Error{File: name, Line: 1,
		Msg: "is a table and no inventory", Hint: "its first line names the columns, and product, version and offering among them"}})
	return nil
}

// sniff tells the form of a file by its name and by how it begins.
func sniff(name string, head []byte) form {
	b := beginning{name: name, head: head, keys: topKeys(head)}
	return forms[slices.IndexFunc(forms, func(f form) bool { return f.is(b) })]
}

// beginning is how a file begins.
type beginning struct {
	name string
	head []byte
	keys []string // of its first object or mapping, as far as it goes
}

func (b beginning) has(key string) bool { return slices.Contains(b.keys, key) }

// topKeys are the keys of the first JSON object, or of the first YAML document
// in block style, as far as they are in head.
func topKeys(head []byte) []string {
	var keys []string
	if rest := bytes.TrimLeft(head, " \t\r\n"); bytes.HasPrefix(rest, []byte("{")) {
		dec := jsontext.NewDecoder(bytes.NewReader(rest), jsontext.AllowDuplicateNames(true))
		for {
			t, err := dec.ReadToken()
			if err != nil || dec.StackDepth() == 0 {
				return keys
			}
			if kind, n := dec.StackIndex(1); dec.StackDepth() == 1 && kind == '{' && n%2 == 1 && t.Kind() == '"' {
				keys = append(keys, t.String())
			}
		}
	}
	for line := range bytes.Lines(head) {
		if bytes.HasPrefix(line, []byte("---")) && len(keys) > 0 {
			return keys
		}
		if key, _, ok := bytes.Cut(line, []byte(":")); ok && len(key) > 0 && !bytes.ContainsAny(key, " \t#-{") {
			keys = append(keys, string(bytes.Trim(key, `"'`)))
		}
	}
	return keys
}

// isTerraform knows a file of a module, and one of values for it.
func isTerraform(b beginning) bool {
	return terraform.Is(b.name)
}

// isTerraformState knows the file that Terraform keeps, and what terraform
// show -json prints of it.
func isTerraformState(b beginning) bool {
	return b.has("terraform_version") && (b.has("lineage") || b.has("serial") || b.has("values"))
}

// isTerraformPlan knows what terraform show -json prints of a plan.
func isTerraformPlan(b beginning) bool { return b.has("terraform_version") && b.has("format_version") }

func isCloudFormation(b beginning) bool {
	return b.has("AWSTemplateFormatVersion") || b.has("Resources") && !b.has("kind") && bytes.Contains(b.head, []byte("AWS::"))
}

// isARM knows a template of Azure Resource Manager, which Bicep is compiled to.
//
// Source: learn.microsoft.com/azure/azure-resource-manager/templates/syntax.
func isARM(b beginning) bool {
	return b.has("$schema") && bytes.Contains(b.head, []byte("deploymentTemplate.json#"))
}

// isInventoryTable knows a list of what runs by its line of columns: the three
// together, so that some other table in a directory is not taken for one.
func isInventoryTable(b beginning) bool {
	line, _, _ := bytes.Cut(b.head, []byte("\n"))
	columns := strings.Split(strings.ToLower(string(line)), ",")
	for k := range columns {
		columns[k] = strings.Trim(columns[k], " \t\r\"")
	}
	return slices.Contains(columns, "product") && slices.Contains(columns, "version") && slices.Contains(columns, "offering")
}

// inventoryList is where the list of an inventory begins: a chart's values may
// have a key of that name, too, which holds something else.
var inventoryList = regexp.MustCompile(`(?m)^[\s{]*"?inventory"?\s*:\s*(#.*\s+)*[-\[]`)

// isProject knows the file of azd in which a project lists its services.
func isProject(b beginning) bool {
	return azure.IsProject(filepath.Base(b.name)) && b.has("services")
}

// isInventoryDocument knows the same list as YAML or JSON.
func isInventoryDocument(b beginning) bool {
	return b.has("inventory") && !b.has("kind") && inventoryList.Match(b.head) &&
		bytes.Contains(b.head, []byte("product")) && bytes.Contains(b.head, []byte("offering"))
}

// isHelmTemplate knows a file of a chart's templates that is one, and not plain
// YAML: it is for Helm to read.
func isHelmTemplate(b beginning) bool {
	if !bytes.Contains(b.head, []byte("{{")) {
		return false
	}
	for dir := range origin.Upwards(filepath.Dir(b.name), filepath.Dir) {
		if filepath.Base(dir) == "templates" {
			_, err := os.Stat(filepath.Join(filepath.Dir(dir), chartFile))
			return err == nil
		}
	}
	return false
}
