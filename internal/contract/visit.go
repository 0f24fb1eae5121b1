package contract

import "fmt"

// All calls f for every fact of the contract with the path to it from there:
// maxNodeLife, triggers/0/deadline.
func (c *Facts) All(f func(path string, fact Fact)) {
	f("maxNodeLife", c.MaxNodeLife)
	f("windows", c.Windows)
	f("override", c.Override)
	if c.Drain != nil {
		f("drain", *c.Drain)
	}
	if c.PoolLabel != nil {
		f("poolLabel", *c.PoolLabel)
	}
	if c.PoolKind != nil {
		f("poolKind", *c.PoolKind)
	}
	if c.Command != nil {
		f("command", *c.Command)
	}
	if c.Call != nil {
		f("call", *c.Call)
	}
	if c.Timings != nil {
		f("timings/nodeReady", c.Timings.NodeReady)
	}
	for i, t := range c.Triggers {
		t.All(func(field string, fact Fact) { f(fmt.Sprintf("triggers/%d/%s", i, field), fact) })
	}
}

// All calls f for every fact of one way in which nodes go, with its field.
func (t TermFacts) All(f func(field string, fact Fact)) {
	f("initiator", t.Initiator)
	if t.Unless != nil {
		f("unless", t.Unless.Told())
	}
	f("cadence", t.Cadence)
	f("pace", t.Pace)
	f("windows", t.Windows)
	f("replacement", t.Replacement)
	if t.Zone != nil {
		f("zone", *t.Zone)
	}
	if t.Names != nil {
		f("names", *t.Names)
	}
	if t.Candidates != nil {
		f("candidates", *t.Candidates)
	}
	if t.Preflight != nil {
		f("preflight", *t.Preflight)
	}
	if t.PreflightReported != nil {
		f("preflightReported", *t.PreflightReported)
	}
	f("deadline", t.Deadline)
	f("onDeadline", t.OnDeadline)
	if t.GraceCap != nil {
		f("graceCap", *t.GraceCap)
	}
	if t.Unhealthy != nil {
		f("unhealthy", *t.Unhealthy)
	}
	if t.UnhealthyFor != nil {
		f("unhealthyFor", *t.UnhealthyFor)
	}
	if t.Extended != nil {
		f("extended", t.Extended.Fact)
	}
	if t.EarlyDeletion != nil {
		f("earlyDeletion", *t.EarlyDeletion)
	}
	if t.Timeout != nil {
		f("timeout", *t.Timeout)
	}
}
