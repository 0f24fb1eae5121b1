// Samplefleet prints an inventory of as many database instances as one asks for, in three tiers, as they stood when
// CVE-2025-14847 was found; the same seed prints the same. Nothing in it is anybody's.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

func main() {
	instances := flag.Int("instances", 2000, "how many `INSTANCES` there are")
	seed := flag.Uint64("seed", 1, "of what is drawn")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	Write(out, *instances, *seed)
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "samplefleet:", err)
		os.Exit(1)
	}
}

// tier is a form in which databases are bought, and how much of a fleet it is.
type tier struct {
	offering, edition, suffix string
	percent                   int
	windows                   bool // its owners choose when it is patched
}

var tiers = []tier{
	{"mongodb-atlas", "", "", 45, false},
	{"mongodb-enterprise-advanced", "enterprise", "-ent", 35, true},
	{"mongodb-community", "community", "", 20, true},
}

// some is drawn as often as its weight says, beside the others of a list.
type some struct {
	is     string
	weight int
}

// versions are those of December 2025. 4.2 never got a fix, of 7.3 nobody says anything, and a few have it already.
var versions = []some{{"8.0.16", 40}, {"7.0.26", 25}, {"8.2.1", 12}, {"6.0.26", 10}, {"8.0.17", 5}, {"5.0.31", 3}, {"4.4.29", 3},
	{"7.3.4", 1}, {"4.2.25", 1}}

// places have windows at their own nights.
var places = []struct{ region, zone string }{
	{"eu-central-1", "Europe/Berlin"}, {"us-east-1", "America/New_York"}, {"ap-southeast-2", "Australia/Sydney"},
}

var windows = []some{{"Mon,Tue,Wed,Thu,Fri 01:00+4h", 60}, {"Tue,Thu 00:00+3h", 25}, {"02:00+2h", 10}, {"", 5}}

var teams = []string{"shop", "claims", "billing", "search", "identity", "reports", "mobile", "partners"}

// shapes are the roles of the members of a set.
var shapes = []struct {
	weight int
	roles  []string
}{
	{70, []string{"primary", "secondary", "secondary"}},
	{10, []string{"primary", "secondary", "secondary", "secondary", "secondary"}},
	{8, []string{"primary", "secondary", "secondary", "hidden"}},
	{7, []string{"primary", "secondary", "arbiter"}},
	{5, []string{""}}, // a server that stands alone
}

func drawn(r *rand.Rand, all []some) string {
	n := 0
	for _, x := range all {
		n += x.weight
	}
	at := r.IntN(n)
	for _, x := range all {
		if at -= x.weight; at < 0 {
			return x.is
		}
	}
	return ""
}

func shape(r *rand.Rand) []string {
	at := r.IntN(100)
	for _, s := range shapes {
		if at -= s.weight; at < 0 {
			return s.roles
		}
	}
	return nil
}

// Write prints the inventory. The last deployments of a tier are as small as it takes to come to the number.
func Write(out io.Writer, instances int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2025_14847))
	fmt.Fprintln(out, "name,product,version,edition,deployment,role,offering,account,region,zone,window,deferrals")
	left := instances
	for k := range tiers {
		n := instances * tiers[k].percent / 100
		if k == len(tiers)-1 {
			n = left
		}
		left -= n
		tiers[k].write(out, r, n)
	}
}

func (t *tier) write(out io.Writer, r *rand.Rand, n int) {
	for set := 1; n > 0; set++ {
		roles := shape(r)
		roles = roles[:min(len(roles), n)]
		n -= len(roles)
		at, team, version := places[r.IntN(len(places))], teams[r.IntN(len(teams))], drawn(r, versions)
		name := fmt.Sprintf("%s-%s-%d", team, t.offering[len("mongodb-"):][:2], set)
		window, deferrals := "", ""
		if t.windows {
			if window = drawn(r, windows); window != "" {
				window = `"` + window + " " + at.zone + `"`
			}
			if r.IntN(100) < 3 {
				deferrals = "1"
			}
		}
		deployment := name
		if len(roles) == 1 && roles[0] == "" {
			deployment = ""
		}
		for i, role := range roles {
			fmt.Fprintf(out, "%s-%d,mongodb,%s%s,%s,%s,%s,%s,%s,%s,%s%c,%s,%s\n", name, i, version, t.suffix, t.edition, deployment, role,
				t.offering, team, at.region, at.region, 'a'+i%3, window, deferrals)
		}
	}
}
