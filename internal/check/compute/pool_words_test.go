package compute

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// pacedBy is a pool with some budgets.
func pacedBy(budgets ...disruption.NodeBudget) paced {
	parsed := disruption.ParseNodeBudgets(budgets)
	x := paced{Pool: &kubernetes.Pool{API: kubernetes.KarpenterPool, Name: "p", Budgets: &parsed}, written: budgets, budgets: parsed}
	if parsed.Err() == nil {
		x.judged = parsed.Judge(scheduleEpoch)
	}
	return x
}

// onlyFor is a budget for some reasons only.
func onlyFor(b disruption.NodeBudget, reasons ...string) disruption.NodeBudget {
	b.Reasons = reasons
	return b
}

func scheduled(nodes, schedule string, d time.Duration) disruption.NodeBudget {
	return disruption.NodeBudget{Nodes: nodes, Schedule: schedule, Duration: d}
}

// Times are told as a pool's schedules repeat: within the year, the week or the day.
func TestInstantsAsSchedulesRepeat(t *testing.T) {
	at := time.Date(2028, time.February, 29, 8, 30, 0, 0, time.UTC)
	const year, week, day = "29 Feb 08:30 UTC", "Tue 08:30 UTC", "08:30 UTC"
	for schedule, want := range map[string]string{
		"": day, "0 8 * * *": day, "0 8 ? * ?": day, "0 8 ? ? *": day, "@daily": day, "@midnight": day, "@hourly": day,
		"0 8 * * 1": week, "0 8 * * mon-fri": week, "@weekly": week,
		"0 8 1 * *": year, "0 8 * 6 *": year, "0 8 1 * 1": year, "@monthly": year, "@yearly": year,
	} {
		if got := pacedBy(scheduled("0", schedule, time.Hour)).instant(at); got != want {
			t.Errorf("%q: %s, want %s", schedule, got, want)
		}
		if got := pacedBy(scheduled("0", schedule, time.Hour), disruption.NodeBudget{Nodes: "1"}).instant(at); got != want {
			t.Errorf("%q and one at any time: %s", schedule, got)
		}
		if got := pacedBy(scheduled("0", schedule, time.Hour), scheduled("0", "0 8 1 * *", time.Hour)).instant(at); got != year {
			t.Errorf("%q and one by the month: %s", schedule, got)
		}
	}
	for _, weekly := range []string{"0 8 * * 1", "@weekly"} {
		for _, daily := range []string{"0 8 * * *", "@daily"} {
			a, b := scheduled("0", weekly, time.Hour), scheduled("0", daily, time.Hour)
			for _, x := range []paced{pacedBy(a, b), pacedBy(b, a)} {
				if got := x.instant(at.In(time.FixedZone("", 3600))); got != week {
					t.Errorf("%s and %s, in either order: %s, want %s", weekly, daily, got, week)
				}
			}
		}
	}
}

// An entry in words: how many, when, and for what.
func TestBudgetInWords(t *testing.T) {
	for want, b := range map[string]disruption.NodeBudget{
		"10% at any time":                  {Nodes: "10%"},
		"0 for 8h from each \"0 9 * * *\"": {Nodes: "0", Schedule: "0 9 * * *", Duration: 8 * time.Hour},
		"1 at any time for Drifted":        {Nodes: "1", Reasons: []string{"Drifted"}},
		"2 for 90m from each \"@daily\" for Underutilized and Empty": {Nodes: "2", Schedule: "@daily", Duration: 90 * time.Minute,
			Reasons: []string{"Underutilized", "Empty"}},
	} {
		if got := pacedBy(b).entry(0); strings.ReplaceAll(got, "1h30m", "90m") != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for nodes, want := range map[string]bool{"0": true, "0%": true, "00": true, "": true, "10%": false, "1": false, "100": false} {
		if got := isZero(disruption.NodeBudget{Nodes: nodes}); got != want {
			t.Errorf("%q is zero: %t", nodes, got)
		}
	}
}

// Nodes that drift never takes are patched when they expire, if they do.
func TestNodesThatDriftNeverTakes(t *testing.T) {
	x := pacedBy(disruption.NodeBudget{Nodes: "0"})
	for want, set := range map[string]contract.ExpireAfter{
		"they stay unpatched until somebody deletes them":  contract.NeverExpires,
		"only when they expire, when they are 7 days old.": contract.ExpiresAfter(7 * 24 * time.Hour),
		"only when they expire, at their maximum age.":     {},
	} {
		if x.ExpireAfter = set; !strings.Contains(x.unpatched(), want) {
			t.Errorf("%s: %s", set, x.unpatched())
		}
	}
}

// An entry has a position of its own, and else that of the pool.
func TestPositionOfABudget(t *testing.T) {
	x := pacedBy(disruption.NodeBudget{Nodes: "0"}, disruption.NodeBudget{Nodes: "1"})
	x.Position, x.BudgetsAt = origin.Position{Line: 1}, []origin.Position{{Line: 5}, {Line: 6}}
	for entry, line := range map[int]int{0: 5, 1: 6, 2: 1} {
		if got := x.where(entry).Line; got != line {
			t.Errorf("entry %d: line %d", entry, got)
		}
	}
}

// Weekdays that other crons take are rewritten; what cannot be read even so is not.
func TestSchedulesOfOtherCrons(t *testing.T) {
	for schedule, want := range map[string]string{
		"0 0 * * 7": "0 0 * * 0", "0 0 * * 5-7": "0 0 * * 0,5,6", "0 0 * * sat-sun": "0 0 * * 0,6", "0 0 * * Fri-Mon": "0 0 * * 0,1,5,6",
		"0 0 * * 6-1": "0 0 * * 0,1,6",
		"0 0 * * 1,7": "0 0 * * 0,1", "0 0 * * 7,0": "0 0 * * 0", "0 0 * * 0,7": "0 0 * * 0", "0 0 * * 1-3": "0 0 * * 1,2,3",
		"0 0 * * 8": "", "0 0 * * 1-8": "", "0 0 * * -1": "", "0 0 * * noday": "", "0 0 * * x-3": "", "0 0 * * 1-": "", "0 0 * *": "",
		"0 0 * * 1 2028": "", "0 24 * * 7": "", "": "",
	} {
		if got, ok := respelled(schedule); got != want && ok || ok != (want != "") {
			t.Errorf("%q: %q, %t, want %q", schedule, got, ok, want)
		}
	}
}

// What is put right of budgets that Karpenter cannot read: the schedule alone where
// it is clear what is meant, and else what is to be done by hand.
func TestFixOfBudgetsThatCannotBeRead(t *testing.T) {
	const form = "write the schedule in the form that Karpenter reads"
	closed := scheduled("0", "0 9 * * 1-7", 8*time.Hour)
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		summary string
		changes int
	}{
		"a Sunday of 7":                   {[]disruption.NodeBudget{{Nodes: "10%"}, closed}, form, 1},
		"one that leaves hours unlimited": {[]disruption.NodeBudget{closed}, form + "; then ", 1},
		"a number":                        {[]disruption.NodeBudget{{Nodes: "10%"}, {Nodes: "many"}}, "correct the number of budget 2", 0},
		"a schedule with a time zone": {[]disruption.NodeBudget{{Nodes: "10%"}, scheduled("0", "TZ=UTC 0 9 * * * *", time.Hour)},
			"correct the schedule of budget 2: five fields", 0},
		"a schedule of six fields and a 7": {[]disruption.NodeBudget{scheduled("0", "0 0 9 * * 7", time.Hour), {Nodes: "10%"}},
			"correct the schedule of budget 1: five fields", 0},
		"two, of which one cannot be meant": {[]disruption.NodeBudget{{Nodes: "10%"}, closed, scheduled("0", "x", time.Hour)},
			"correct the schedule of budget 3", 0},
	} {
		fix := pacedBy(x.budgets...).fixInvalid()
		if !strings.HasPrefix(fix.Summary, x.summary) || len(fix.Changes) != x.changes || x.summary == form && fix.Summary != form {
			t.Errorf("%s: %q with %d changes", name, fix.Summary, len(fix.Changes))
		}
		for _, c := range fix.Changes {
			if before := string(c.Edits[0].Before); !strings.Contains(before, "1-7") {
				t.Errorf("%s: before the change it is %s", name, before)
			}
		}
	}
}

// When nodes may go for drift: from the end of what holds them, at any time, or at some.
func TestWhenNodesMayGo(t *testing.T) {
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		want    string
	}{
		"at any time": {[]disruption.NodeBudget{{Nodes: "10%"}}, "at any time"},
		"after business hours": {[]disruption.NodeBudget{{Nodes: "10%"}, scheduled("0", "0 9 * * *", 8*time.Hour)},
			"from 17:00 UTC on"},
		"closed as the week begins": {[]disruption.NodeBudget{{Nodes: "10%"}, scheduled("0%", "0 0 * * 1", 24*time.Hour)},
			"from Tue 00:00 UTC on"},
		"a 0 that is not for drift": {[]disruption.NodeBudget{
			{Nodes: "10%"},
			{Nodes: "0", Schedule: "0 9 * * *", Duration: time.Hour, Reasons: []string{"Empty"}},
		}, "at any time"},
		"a 0 that is for drift": {[]disruption.NodeBudget{
			{Nodes: "10%"},
			{Nodes: "0", Schedule: "0 9 * * *", Duration: time.Hour, Reasons: []string{"Drifted"}},
		}, "from 10:00 UTC on"},
		"one that is stricter at some time": {[]disruption.NodeBudget{{Nodes: "10%"}, scheduled("1", "0 9 * * *", 8*time.Hour)}, "at any time"},
	} {
		if got := pacedBy(x.budgets...).opens(); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// The entry that would open a pool, at the time at which another one still says 0.
func TestBudgetThatIsOutdone(t *testing.T) {
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		want    string
	}{
		"a window under a 0": {[]disruption.NodeBudget{scheduled("50%", "0 2 * * 6", 4*time.Hour), {Nodes: "0"}},
			"Sat 02:00 UTC: budget 1 opens with 50%, budget 2 still says 0, and 0 counts"},
		"no window": {[]disruption.NodeBudget{{Nodes: "0"}, {Nodes: "10%"}}, ""},
		"a 0 at another time": {[]disruption.NodeBudget{scheduled("1", "0 2 * * *", time.Hour), scheduled("0", "0 4 * * *", time.Hour)},
			""},
		"a 0 that ends as it opens": {[]disruption.NodeBudget{scheduled("0", "0 1 * * *", time.Hour), scheduled("1", "0 2 * * *", time.Hour)},
			""},
		"a window for drift": {[]disruption.NodeBudget{onlyFor(scheduled("5", "0 0 * * sat", 24*time.Hour), "Drifted"), {Nodes: "0"}},
			"Sat 00:00 UTC: budget 1 opens with 5, budget 2 still says 0, and 0 counts"},
		"a window for another reason": {[]disruption.NodeBudget{onlyFor(scheduled("10%", "0 8 * * *", 8*time.Hour), "Empty", "Underutilized"),
			onlyFor(disruption.NodeBudget{Nodes: "0"}, "Drifted")}, ""},
		"a window for another reason under a 0 for all": {[]disruption.NodeBudget{
			onlyFor(scheduled("5", "0 0 * * sat", 24*time.Hour), "Underutilized"),
			{Nodes: "0"}}, ""},
		"a window for all under a 0 for another reason": {[]disruption.NodeBudget{scheduled("5", "0 0 * * sat", 24*time.Hour),
			onlyFor(disruption.NodeBudget{Nodes: "0"}, "Empty")}, ""},
	} {
		got, ok := pacedBy(x.budgets...).outdone()
		if got.Text != x.want || ok != (x.want != "") {
			t.Errorf("%s: %q, %t", name, got.Text, ok)
		}
	}
}

// A stretch without a limit goes from the end of one budget to the beginning of the next.
func TestStretchWithoutALimit(t *testing.T) {
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		reason  string
		want    string
	}{
		"outside of a window": {[]disruption.NodeBudget{scheduled("1", "0 2 * * *", 4*time.Hour)}, disruption.Drifted, "06:00-02:00"},
		"between two": {[]disruption.NodeBudget{scheduled("1", "0 0 * * *", 9*time.Hour),
			scheduled("2", "0 10 * * *", 14*time.Hour)}, disruption.Drifted, "09:00-10:00"},
		"of one reason": {[]disruption.NodeBudget{
			{Nodes: "1", Reasons: []string{"Empty", "Underutilized"}},
			{Nodes: "1", Schedule: "0 2 * * *", Duration: time.Hour, Reasons: []string{"Drifted"}},
		}, disruption.Drifted, "03:00-02:00"},
		"always":                      {[]disruption.NodeBudget{{Nodes: "1", Reasons: []string{"Empty"}}}, disruption.Drifted, ""},
		"never":                       {[]disruption.NodeBudget{{Nodes: "1"}}, disruption.Drifted, ""},
		"that begins with the window": {[]disruption.NodeBudget{scheduled("1", "0 12 * * *", 12*time.Hour)}, disruption.Drifted, "00:00-12:00"},
	} {
		from, until := pacedBy(x.budgets...).unlimited(x.reason)
		got := ""
		if !from.IsZero() {
			got = from.Format("15:04") + "-" + until.Format("15:04")
		}
		if got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// Each reason has its own hours without a limit; those that share them are told together.
func TestHoursWithoutALimitByReason(t *testing.T) {
	at := func(nodes, schedule string, d time.Duration, reasons ...string) disruption.NodeBudget {
		return onlyFor(scheduled(nodes, schedule, d), reasons...)
	}
	drifted := onlyFor(disruption.NodeBudget{Nodes: "1"}, "Drifted")
	for _, x := range []struct {
		budgets []disruption.NodeBudget
		want    []string
	}{
		{[]disruption.NodeBudget{scheduled("2", "0 2 * * *", 4*time.Hour)},
			[]string{"Drifted, Underutilized and Empty from 06:00 UTC to 02:00 UTC"}},
		{[]disruption.NodeBudget{at("20%", "0 7-13 * * *", 7*time.Hour, "Drifted")},
			[]string{"Drifted from 20:00 UTC to 07:00 UTC", "Underutilized and Empty at any time"}},
		{[]disruption.NodeBudget{at("0", "0 9 * * mon-fri", 8*time.Hour, "Underutilized"), at("1", "0 2 * * *", 2*time.Hour, "Drifted")},
			[]string{"Drifted from Mon 04:00 UTC to Tue 02:00 UTC", "Underutilized from Mon 17:00 UTC to Tue 09:00 UTC", "Empty at any time"}},
		{[]disruption.NodeBudget{at("1", "0 9 * * *", 8*time.Hour, "Underutilized")},
			[]string{"Drifted and Empty at any time", "Underutilized from 17:00 UTC to 09:00 UTC"}},
		{[]disruption.NodeBudget{drifted, at("1", "0 9 * * *", 8*time.Hour, "Underutilized"), at("1", "0 20 * * *", 2*time.Hour, "Empty")},
			[]string{"Underutilized from 17:00 UTC to 09:00 UTC", "Empty from 22:00 UTC to 20:00 UTC"}},
		{[]disruption.NodeBudget{drifted, at("1", "0 9 * * *", 8*time.Hour, "Underutilized", "Empty")},
			[]string{"Underutilized and Empty from 17:00 UTC to 09:00 UTC"}},
		{[]disruption.NodeBudget{onlyFor(disruption.NodeBudget{Nodes: "0"}, "Underutilized")}, []string{"Drifted and Empty at any time"}},
	} {
		p := pacedBy(x.budgets...)
		var reasons, got []string
		for _, reason := range disruption.Reasons {
			if _, ok := p.judged.Gaps[reason]; ok {
				reasons = append(reasons, reason)
			}
		}
		for _, g := range p.stretches(reasons) {
			got = append(got, words.And(g.reasons)+" "+p.when(g))
			if said := p.unlimitedSaid(g); !strings.HasPrefix(said, "sets no limit for "+got[len(got)-1]+": no budget ") {
				t.Errorf("%q", said)
			}
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%v: %q, want %q", x.budgets, got, x.want)
		}
	}
}

// Reasons for which Karpenter takes nodes of a pool.
func TestReasonsThatHappen(t *testing.T) {
	for _, x := range []struct {
		whenEmpty bool
		after     time.Duration
		want      string
	}{
		{false, 0, "Underutilized Empty Drifted"},
		{true, 0, "Empty Drifted"},
		{false, kubernetes.Never, "Drifted"},
		{true, kubernetes.Never, "Drifted"},
	} {
		p := paced{Pool: &kubernetes.Pool{WhenEmpty: x.whenEmpty, ConsolidateAfter: x.after}}
		var got []string
		for _, reason := range []string{disruption.Underutilized, disruption.EmptyNode, disruption.Drifted} {
			if p.happens(reason) {
				got = append(got, reason)
			}
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%+v: %v", x, got)
		}
	}
}

// Budgets make windows where drift is held at some time and not by an entry for always.
func TestPoolsWithWindows(t *testing.T) {
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		want    bool
	}{
		"a 0 at some time": {[]disruption.NodeBudget{{Nodes: "10%"}, scheduled("0", "0 9 * * *", 8*time.Hour)}, true},
		"a stricter one":   {[]disruption.NodeBudget{{Nodes: "10%"}, scheduled("1", "0 9 * * *", 8*time.Hour)}, false},
		"a 0 at any time":  {[]disruption.NodeBudget{{Nodes: "0"}}, false},
		"a 0 for consolidation, some times": {[]disruption.NodeBudget{
			{Nodes: "10%"},
			{Nodes: "0", Schedule: "0 9 * * *", Duration: time.Hour, Reasons: []string{"Empty"}},
		}, false},
	} {
		if got := pacedBy(x.budgets...).windowed(); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// One set of budgets puts right all that is wrong with those of a pool.
func TestBudgetsThatPutAPoolRight(t *testing.T) {
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		summary string
		want    string
	}{
		"an entry without effect": {[]disruption.NodeBudget{{Nodes: "10%"}, {Nodes: "50%"}}, "delete the entry that has no effect",
			`[{"nodes":"10%"}]`},
		"a schedule without one": {[]disruption.NodeBudget{scheduled("1", "0 * * * *", time.Hour)}, "leave out the schedule", `[{"nodes":"1"}]`},
		"a window that is meant": {[]disruption.NodeBudget{scheduled("2", "0 2 * * *", 4*time.Hour)},
			"set scheduled budgets of 0 for the hours outside the windows", `[{"nodes":"2"},{"nodes":"0","schedule":"0 6 * * *","duration":"20h"}]`},
		"hours that are closed": {[]disruption.NodeBudget{scheduled("0", "0 9 * * *", 8*time.Hour)}, "add an unscheduled budget",
			`[{"nodes":"0","schedule":"0 9 * * *","duration":"8h"},{"nodes":"10%"}]`},
		"never": {[]disruption.NodeBudget{{Nodes: "0"}}, "allow one node at a time for drift",
			`[{"nodes":"0","reasons":["Underutilized","Empty"]},{"nodes":"1","reasons":["Drifted"]}]`},
		"never for drift": {[]disruption.NodeBudget{onlyFor(disruption.NodeBudget{Nodes: "0"}, "Drifted"), {Nodes: "10%"}},
			"let one node at a time go for drift", `[{"nodes":"10%"},{"nodes":"1","reasons":["Drifted"]}]`},
		"never for drift and for another": {[]disruption.NodeBudget{
			onlyFor(disruption.NodeBudget{Nodes: "0"}, "Drifted", "Empty"), {Nodes: "10%"}},
			"let one node at a time go for drift", `[{"nodes":"0","reasons":["Empty"]},{"nodes":"10%"},{"nodes":"1","reasons":["Drifted"]}]`},
		"never for drift, and windows for the others": {[]disruption.NodeBudget{
			onlyFor(scheduled("10%", "0 8 * * *", 8*time.Hour), "Empty", "Underutilized"), onlyFor(disruption.NodeBudget{Nodes: "0"}, "Drifted")},
			"let one node at a time go for drift, and set scheduled budgets of 0",
			`[{"nodes":"10%","schedule":"0 8 * * *","duration":"8h","reasons":["Empty","Underutilized"]},` +
				`{"nodes":"1","reasons":["Drifted"]},` +
				`{"nodes":"0","schedule":"0 16 * * *","duration":"16h","reasons":["Underutilized","Empty"]}]`},
		"never for drift, and no limit for another": {[]disruption.NodeBudget{onlyFor(disruption.NodeBudget{Nodes: "0"}, "Drifted", "Empty")},
			"let one node at a time go for drift, and add an unscheduled budget",
			`[{"nodes":"0","reasons":["Empty"]},{"nodes":"1","reasons":["Drifted"]},{"nodes":"10%","reasons":["Underutilized"]}]`},
		"never by two that take turns": {[]disruption.NodeBudget{
			scheduled("0", "0 8 * * *", 12*time.Hour), scheduled("0", "0 20 * * *", 12*time.Hour)},
			"let one node at a time go for drift", `[{"nodes":"0","schedule":"0 8 * * *","duration":"12h","reasons":["Underutilized","Empty"]},` +
				`{"nodes":"0","schedule":"0 20 * * *","duration":"12h","reasons":["Underutilized","Empty"]},{"nodes":"1","reasons":["Drifted"]}]`},
	} {
		fix := pacedBy(x.budgets...).fixBudgets()
		if !strings.HasPrefix(fix.Summary, x.summary) || len(fix.Changes) != 1 {
			t.Errorf("%s: %q with %d changes", name, fix.Summary, len(fix.Changes))
			continue
		}
		if got := string(fix.Changes[0].Edits[0].After); got != x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// What windows come to: the largest of them always, the stricter ones when they are.
func TestWindowsAsBudgets(t *testing.T) {
	day, night := scheduled("1", "0 8 * * *", 2*time.Hour), scheduled("3", "0 10 * * *", 6*time.Hour)
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		want    string // numbers and schedules
	}{
		"two":                      {[]disruption.NodeBudget{day, night}, "3 at any time; 1 0 8 * * *; 0 0 16 * * *"},
		"what held them shut goes": {[]disruption.NodeBudget{day, {Nodes: "0"}}, "1 at any time; 0 0 10 * * *"},
		"a 0 for some reason": {[]disruption.NodeBudget{day, {Nodes: "0", Reasons: []string{"Empty"}}},
			"1 at any time; 0 at any time; 0 0 10 * * *"},
		"another limit stays":  {[]disruption.NodeBudget{day, {Nodes: "5"}}, "1 at any time; 5 at any time; 0 0 10 * * *"},
		"hours closed already": {[]disruption.NodeBudget{day, scheduled("0", "0 20 * * *", time.Hour)}, ""},
		"no window":            {[]disruption.NodeBudget{{Nodes: "1"}}, ""},
	} {
		budgets, ok := windowsOf(x.budgets)
		var got []string
		for _, b := range budgets {
			when := b.Schedule
			if when == "" {
				when = "at any time"
			}
			got = append(got, b.Nodes+" "+when)
		}
		if said := strings.Join(got, "; "); said != x.want || ok != (x.want != "") {
			t.Errorf("%s: %s", name, said)
		}
	}
	if got := weekdays([]int{6, 0}); got != "0,6" {
		t.Error(got)
	}
	if got := weekdays([]int{0, 1, 2, 3, 4, 5, 6}); got != "*" {
		t.Error(got)
	}
	for schedule, want := range map[string]bool{
		"0 2 * * 1": true,
		"0 2 ? * 1": true,
		"@weekly":   true,
		"@monthly":  false,
		"@yearly":   false,
		"@annually": false,
		"0 2 1 * *": false,
		"0 2 * 6 *": false,
	} {
		if got := weekly(schedule); got != want {
			t.Errorf("%s is weekly: %t", schedule, got)
		}
	}
}

// A pool whose offering is not known is taken to run where everything else does.
func TestPlaceOrAnother(t *testing.T) {
	o := knowledge(t).Offering("karpenter")
	known, other := locate.Place{Offering: o}, locate.Place{Basis: locate.Assumed}
	if placeOr(known, other).Offering != o || placeOr(locate.Place{}, known).Offering != o || placeOr(other, known).Basis == locate.Assumed {
		t.Error("a place that is known goes before another one")
	}
}

// An entry that is active has opened before, within its duration; of one that opens again
// before it closes it is not told when.
func TestWhenABudgetOpened(t *testing.T) {
	at := time.Date(2028, time.February, 29, 8, 30, 0, 0, time.UTC)
	opened := func(hour, minute int) time.Time {
		return time.Date(2028, time.February, 29, hour, minute, 0, 0, time.UTC)
	}
	for name, x := range map[string]struct {
		b    disruption.NodeBudget
		want time.Time
	}{
		"an hour ago":                     {scheduled("1", "30 7 * * *", 2*time.Hour), opened(7, 30)},
		"this minute":                     {scheduled("1", "30 8 * * *", 2*time.Hour), at},
		"every hour, for one":             {scheduled("1", "0 * * * *", 50*time.Minute), opened(8, 0)},
		"every hour, for two":             {scheduled("1", "0 * * * *", 2*time.Hour), at},
		"every hour of the night and day": {scheduled("1", "0 0-12 * * *", 2*time.Hour), at},
	} {
		if got := pacedBy(x.b).begin(0, at); !got.Equal(x.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Nodes that nothing makes expire, or that expire within the windows of their pool alone,
// need no other move to be replaced before.
func TestPoolsWhoseNodesExpireAtNoHour(t *testing.T) {
	c := knowledge(t)
	docs, err := os.ReadFile("testdata/expiry-unbounded/broken-a-minute-a-week.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		expiry func(contract.Terms) (contract.Terms, bool)
		told   bool
	}{
		"at any hour": {func(of contract.Terms) (contract.Terms, bool) { return of, true }, true},
		"in windows": {func(of contract.Terms) (contract.Terms, bool) {
			of.Windows = contract.Binds
			return of, true
		}, false},
		"never": {func(of contract.Terms) (contract.Terms, bool) { return of, false }, false},
	} {
		o := *c.Offering("eks-auto-mode")
		changed := *o.Contract
		changed.Terms = nil
		for _, of := range o.Contract.Terms {
			kept := true
			if of.Trigger == contract.Expiry {
				of, kept = x.expiry(of)
			}
			if kept {
				changed.Terms = append(changed.Terms, of)
			}
		}
		o.Contract = &changed
		e := parse(t, string(docs))
		told := false
		for _, f := range withOutcomes(ran(t, c, e, locate.Locate(c, e, &o, nil)).Findings) {
			told = told || f.Obligation == ExpiryUnbounded.ID
		}
		if told != x.told {
			t.Errorf("%s: told %t", name, told)
		}
	}
}
