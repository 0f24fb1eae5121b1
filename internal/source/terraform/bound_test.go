package terraform

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/origin"
)

// Locals and resources that are made of one another twice each, functions that make much of little and loops
// in loops end soon, and what they would make is not known.
func TestObjectsThatGrow(t *testing.T) {
	chain := func(each, last string) string {
		text := ""
		for i := range 40 {
			text += strings.NewReplacer("THIS", fmt.Sprintf("l%02d", i), "NEXT", fmt.Sprintf("l%02d", i+1)).Replace(each)
		}
		return text + strings.ReplaceAll(last, "THIS", "l40")
	}
	const resource = "resource \"a\" \"THIS\" {\n x = %s\n y = %[1]s\n}\n"
	numbers := "[" + strings.Repeat("1, ", 3000) + "1]"
	local := func(x string) string { return "locals {\n l00 = " + x + "\n}\n" }
	for name, x := range map[string]struct{ text, of string }{
		"lists":     {chain("locals {\n THIS = [local.NEXT, local.NEXT]\n}\n", "locals {\n THIS = \"x\"\n}\n"), "local.l00"},
		"texts":     {chain("locals {\n THIS = \"${local.NEXT}${local.NEXT}\"\n}\n", "locals {\n THIS = \"x\"\n}\n"), "local.l00"},
		"calls":     {chain("locals {\n THIS = concat(local.NEXT, local.NEXT)\n}\n", "locals {\n THIS = [1]\n}\n"), "local.l00"},
		"not known": {chain("locals {\n THIS = [local.NEXT, local.NEXT, none.x]\n}\n", "locals {\n THIS = \"x\"\n}\n"), "local.l00"},
		"resources": {chain(fmt.Sprintf(resource, "a.NEXT"), strings.Replace(fmt.Sprintf(resource, `"x"`), "y", "z", 1)), "a.l00"},
		"a circle of all": {chain(fmt.Sprintf(resource, "[a.NEXT, a.l00]"), fmt.Sprintf(resource, "a.l00")),
			"a.l00"},
		"indent":         {local(`indent(1000000000, "\n")`), "local.l00"},
		"format":         {local(`format("%1000000000s", "")`), "local.l00"},
		"a precision":    {local(`format("%.1000000000f", 1)`), "local.l00"},
		"one many times": {local(`format("` + strings.Repeat("%[1]s", 2000) + `", "` + strings.Repeat("x", 20000) + `")`), "local.l00"},
		"replace":        {local(`replace("` + strings.Repeat("x", 20000) + `", "x", "` + strings.Repeat("y", 20000) + `")`), "local.l00"},
		"a pattern":      {local(`replace("` + strings.Repeat("x", 20000) + `", "/x/", "` + strings.Repeat("$0", 10000) + `")`), "local.l00"},
		"join":           {local(`join("` + strings.Repeat("x", 50000) + `", ` + numbers + `)`), "local.l00"},
		"loops": {"locals {\n n = " + numbers + "\n l00 = [for a in local.n : [for b in local.n : [for c in local.n : c]]]\n}\n",
			"local.l00"},
		"loops of ranges": {local("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]"),
			"local.l00"},
		"quotes": {local(strings.Repeat("jsonencode(", 40) + `"\""` + strings.Repeat(")", 40)), "local.l00"},
	} {
		begun := time.Now()
		all := madeOf(t, x.text+"resource \"kubernetes_manifest\" \"a\" {\n manifest = "+x.of+"\n}\n")
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s: takes %s", name, took)
		}
		if len(all) != 1 || len(all[0].Open) == 0 {
			t.Errorf("%s: %d objects, all of it known", name, len(all))
		}
	}
}

// So do references, and what a release is given.
func TestReleasesThatGrow(t *testing.T) {
	text := "locals {\n"
	for i := range 40 {
		text += fmt.Sprintf(" v%02d = concat(local.v%02d, local.v%02[2]d)\n n%02[1]d = \"${local.n%02[2]d}${local.n%02[2]d}\"\n", i, i+1)
	}
	text += " v40 = [none.x]\n n40 = none.x\n}\n"
	text += "resource \"helm_release\" \"a\" {\n chart = \"a\"\n values = local.v00\n set = local.v00\n}\n" +
		"resource \"kubernetes_service\" \"a\" {\n metadata {\n name = local.n00\n }\n}\n"
	c := Configuration{}
	if err := c.Add("main.tf", []byte(text)); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if all := c.Releases(); len(all) != 1 || len(all[0].Unknown) == 0 {
		t.Errorf("%d releases", len(all))
	}
	if all := c.Made(); len(all) != 1 || len(all[0].Open) == 0 {
		t.Errorf("%d objects", len(all))
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("takes %s", took)
	}
}

// What is within the bounds is known as it was.
func TestFunctionsWithinTheirBounds(t *testing.T) {
	for x, want := range map[string]string{
		`format("%03d-%s", 7, "a")`:    "007-a",
		`indent(2, "a\nb")`:            "a\n  b",
		`join("-", ["a", "b"])`:        "a-b",
		`replace("a.b", "/[.]/", "-")`: "a-b",
		`join(",", [for a in ["x"] : join("", [for b in range(2) : "${a}${b}"])])`: "x0x1",
		`yamldecode(yamlencode({ a = ["b"] })).a[0]`:                               "b",
		`join(",", distinct(["a", "a"]))`:                                          "a",
		`try(format("%1000000000s", ""), "not taken")`:                             origin.NotKnown,
		`format("%s-${var.none}", "a")`:                                            origin.NotKnown,
	} {
		all := madeOf(t, "variable \"none\" {}\nresource \"kubernetes_manifest\" \"a\" {\n manifest = { kind = \"A\", spec = "+x+" }\n}\n")
		if len(all) != 1 || all[0].Value["spec"] != want {
			t.Errorf("%s: %v, want %q", x, all, want)
		}
	}
}
