package inventory

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/origin"
)

// instance has a value of its own in each field.
var instance = database.Instance{
	Name: "orders-1", Product: "mongodb", Version: "8.0.17", Edition: "community", Deployment: "orders", Role: "primary",
	Offering: "mongodb-community",
	Account:  "shop", Region: "eu-central-1", Zone: "eu-central-1a", Window: "sun:02:00-sun:04:00",
	Protected: "07:00+13h Europe/Berlin", Deferrals: "1", Controls: "compressors snappy",
}

func at(line int, i database.Instance) database.Instance {
	i.Position = origin.Position{File: "f", Line: line}
	return i
}

// Both forms say the same, wherever a column stands.
func TestRead(t *testing.T) {
	bare := database.Instance{Name: "a, b", Product: "redis", Offering: "elasticache"}
	for name, c := range map[string]struct {
		read func(string, io.Reader, *database.Estate) error
		text string
		want []database.Instance
	}{
		"CSV": {ReadCSV, "Window,protected,deferrals,controls,zone,region,ACCOUNT, offering ,role,deployment,edition,version,product,name\n\n" +
			"sun:02:00-sun:04:00,07:00+13h Europe/Berlin,1,compressors snappy,eu-central-1a,eu-central-1,shop," +
			"mongodb-community,primary,orders,community, 8.0.17 ,mongodb,orders-1\r\n" +
			",,,,,,,elasticache,,,,,redis,\"a, b\"\n", []database.Instance{at(3, instance), at(4, bare)}},
		"YAML": {ReadDocument, "inventory:\n- {name: orders-1, product: mongodb, version: 8.0.17, edition: community, deployment: orders, " +
			"role: primary, offering: mongodb-community,\n" +
			"   account: shop, region: eu-central-1, zone: eu-central-1a, window: 'sun:02:00-sun:04:00', protected: '07:00+13h Europe/Berlin',\n" +
			"   deferrals: '1', controls: compressors snappy}\n- name: a, b\n  product: redis\n" +
			"  version:\n  offering: ' elasticache'\n",
			[]database.Instance{at(2, instance), at(5, bare)}},
		"JSON": {ReadDocument, "{\"inventory\": [\n{\"name\": \"a, b\", \"product\": \"redis\", \"offering\": \"elasticache\"}]}",
			[]database.Instance{at(2, bare)}},
	} {
		first := database.Instance{Name: "before"}
		e := database.Estate{Instances: []database.Instance{first}}
		if err := c.read("f", strings.NewReader(c.text), &e); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if want := append([]database.Instance{first}, c.want...); !reflect.DeepEqual(e.Instances, want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, e.Instances, want)
		}
	}
}

// A fault names the file, the line, the column and the way out.
func TestFaults(t *testing.T) {
	const head = "product,version,offering,name\n"
	for _, c := range []struct{ text, want, hint string }{
		{"product,verison,version\n", "f:1: verison: an inventory has no such column", "it has version"},
		{"product,version,cost center\n", "f:1: cost center: an inventory has no such column",
			"it may have name, product, version, edition, deployment, role, offering, account, region, zone, window, " +
				"protected, deferrals, controls, connection, patched, rotated and tested"},
		{"product,version,Version\n", "f:1: version: stands here twice", "leave one of the two columns out"},
		{"product,version,offering,name,rotated\nmongodb,,mongodb-atlas,a,soon\n", `f:2: rotated: is "soon", which is no day`,
			"write 2025-12-22 or 2025-12-22T14:00:00Z"},
		{"product,version,offering,name,connection\nmongodb,,mongodb-atlas,a,postgres://x:secret@y\n",
			"f:2: connection: is no connection string of MongoDB",
			"write one such as mongodb+srv://claims.ab1cd.mongodb.net/?w=majority, and leave out who logs in"},
		{"product,version,offering,name,controls\nmongodb,,mongodb-atlas,a,network somewhere\n",
			`f:2: controls: has "somewhere", which is no network`,
			"write network private, network public, or networks such as network 10.0.0.0/8"},
		{head, "f: has columns and lists no instance", "add a row for each database instance"},
		{head + "redis,7.2.11,rds\n", "f:2: has 3 values, and the table 4 columns",
			"leave a value empty where there is none, and quote one with a comma in it"},
		{head + "\nredis,7.2.11,,a\n", "f:3: offering: is empty",
			"say how it is bought, such as mongodb-community or rds; onus ladder --axis patching lists them"},
		{head + ",7.2.11,rds,a\n", "f:2: product: is empty", "name the product, such as mongodb or postgresql"},
		{head + "redis,7.2.11,rds,a\nredis,7.2.11,rds,\n", "f:3: name: is empty, and so is deployment",
			"name the instance, or what it is a member of"},
		{head + "redis,7.\"2,rds,a\n", "f:2: is not CSV: bare \" in non-quoted-field", `write " within a quoted value as ""`},
		{head + "redis,\xff,rds,a\n", "f:2: is not valid UTF-8", "save the table as UTF-8"},
		{"inventory: []\n", "f: inventory: lists no instance", "add an entry for each database instance"},
		{"inventory:\n- name: a\n  product: postgresql\n  version: 16.4\n", "f:4: inventory[0].version: is a number (16.4), wants a string",
			"put it in quotes"},
		{"inventory:\n- name: a\n  prodct: postgresql\n", "f:3: inventory[0].prodct: an inventory has no such column", "it has product"},
		{"inventory:\n- {name: a, product: b, offering: c}\n- name: a\n  offering: c\n", "f:3: inventory[1].product: is empty",
			"name the product, such as mongodb or postgresql"},
		{"inventory:\n- {product: a, offering: b, name: c}\n- {name: a,\n   patched: yesterday, product: a, offering: b}\n",
			`f:4: inventory[1].patched: is "yesterday", which is no day`, "write 2025-12-22 or 2025-12-22T14:00:00Z"},
		{"inventory:\n- 5\n", "f:2: inventory[0]: is a number (5), wants a mapping", ""},
		{"inventory:\n- {product: [redis], offering: rds, name: a}\n", "f:2: inventory[0].product: is a list, wants a string",
			"put it in quotes"},
		{"owner: a\ninventory: []\n", "f:1: owner: is not a field that stands here", ""},
		{"inventory: {a: b}\n", "f:1: inventory: is a mapping, wants a list", ""},
		{"inventory: [\n", "f:1: did not find expected node content", ""},
		{"inventory: [*a]\n", "f:1: unknown anchor 'a' referenced", ""},
		{"# inventory\n", "f: is empty", ""},
	} {
		read := ReadDocument
		if strings.HasPrefix(c.text, "product") {
			read = ReadCSV
		}
		err := read("f", strings.NewReader(c.text), &database.Estate{})
		var fault *document.Error
		if !errors.As(err, &fault) || fault.Error() != c.want || fault.Hint != c.hint {
			t.Errorf("%q: %v (%+v), want %s", c.text, err, fault, c.want)
		}
	}
	for _, read := range []func(string, io.Reader, *database.Estate) error{ReadCSV, ReadDocument} {
		if err := read("f", strings.NewReader(""), &database.Estate{}); err == nil || err.Error() != "f: is empty" {
			t.Error(err)
		}
		if err := read("f", iotest.ErrReader(io.ErrUnexpectedEOF), &database.Estate{}); err == nil || err.Error() != "f: unexpected EOF" {
			t.Error(err)
		}
	}
}

// A value is what stands between two commas, in quotes or not, over several lines or not; a
// fault is told where its row begins, and what follows a quote that is none is not read.
func TestRowsOfATable(t *testing.T) {
	const head = "product,version,offering,name,deployment\n"
	for name, x := range map[string]struct{ text, instances, faults string }{
		"quotes after a blank":  {head + "redis, \"7,1\",rds,a,\n", "a 7,1 in 2", ""},
		"a member":              {head + "redis,7,rds,,orders\n", " 7 in 2", ""},
		"a value of two lines":  {head + "\"redis\n\",7,rds,a,\nredis,8,rds,b,\n", "a 7 in 2, b 8 in 4", ""},
		"a fault of two lines":  {head + "\"redis\n\",7,,a,\n", "", "f:2: offering: is empty"},
		"two faults":            {head + "redis,7,,a,\nredis,7,,b,\n", "", "f:2: offering: is empty\nf:3: offering: is empty"},
		"a quote that is none":  {head + "redis,7,rds,a,\nredis,\"7\"1,rds,b,\nredis,7,rds,c,\n", "a 7 in 2", "f:3: is not CSV: "},
		"more values than asks": {head + "redis,7,rds,a,,\nredis,7,rds,b,\n", "b 7 in 3", "f:2: has 6 values, and the table 5 columns"},
	} {
		var e database.Estate
		err := ReadCSV("f", strings.NewReader(x.text), &e)
		var got []string
		for _, i := range e.Instances {
			got = append(got, fmt.Sprintf("%s %s in %d", i.Name, i.Version, i.Position.Line))
		}
		if strings.Join(got, ", ") != x.instances {
			t.Errorf("%s: %q", name, got)
		}
		if (err != nil) != (x.faults != "") || err != nil && !strings.HasPrefix(err.Error(), x.faults) {
			t.Errorf("%s: %v, want %s", name, err, x.faults)
		}
	}
}

// A row at fault takes away neither those before nor those behind it.
func TestFaultsAreOfRows(t *testing.T) {
	for name, c := range map[string]struct {
		read func(string, io.Reader, *database.Estate) error
		text string
	}{
		"CSV": {ReadCSV, "product,version,offering,name\nredis,7,rds,a\nredis,7,,x\nredis,7\nredis,\xff,rds,y\nredis,7,rds,b\n"},
		"YAML": {ReadDocument, "inventory:\n- {product: redis, offering: rds, name: a}\n- {product: redis, name: x}\n- {prodct: redis}\n" +
			"- {name: 5}\n- {product: redis, offering: rds, name: b}\n"},
	} {
		var e database.Estate
		err := c.read("f", strings.NewReader(c.text), &e)
		if all, ok := err.(interface{ Unwrap() []error }); !ok || len(all.Unwrap()) != 3 {
			t.Errorf("%s: %v", name, err)
		}
		if len(e.Instances) != 2 || e.Instances[0].Name != "a" || e.Instances[1].Name != "b" {
			t.Errorf("%s: %+v", name, e.Instances)
		}
	}
}

// Whatever a file holds, it is read or it is a fault with a file, and every
// instance has what decides whose it is.
func FuzzRead(f *testing.F) {
	f.Add("product,version,offering,name\nredis,7.2.11,rds,a\n", true)
	f.Add("product,version\n\"", true)
	f.Add("", true)
	f.Add("inventory:\n- {name: a, product: redis, offering: rds}\n- &a {deployment: b}\n- *a\n", false)
	f.Add(`{"inventory": [{"name": "a", "name": "b"}, null]}`, false)
	f.Fuzz(func(t *testing.T, text string, table bool) {
		read := ReadDocument
		if table {
			read = ReadCSV
		}
		var e database.Estate
		if err := read("f", strings.NewReader(text), &e); err != nil {
			var fault *document.Error
			if !errors.As(err, &fault) || fault.File != "f" || fault.Msg == "" {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if len(e.Instances) == 0 {
			t.Fatal("nothing, and no fault")
		}
		for _, i := range e.Instances {
			if i.Product == "" || i.Offering == "" || i.Name+i.Deployment == "" || i.Position.Line < 1 || i.Position.File != "f" {
				t.Fatalf("%+v", i)
			}
		}
	})
}
