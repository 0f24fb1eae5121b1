package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	applied "github.com/onus-project/onus/internal/apply/kubernetes"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/filter"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/fixes"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/single"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/source/cluster"
	"github.com/onus-project/onus/internal/words"
)

// fixing is what onus fix is asked for.
type fixing struct {
	checking
	write bool
	plan  string // the file of a plan that is made
}

func (s *session) fixCommand() *cobra.Command {
	x := fixing{}
	var l live
	cmd := &cobra.Command{
		Use:   "fix [PATH...]",
		Short: "The edits that cure what check finds, as a diff; --write makes them",
		Long: `Fix makes edits of what onus check says is broken, shows them as one diff that git apply
takes, and says which findings they cure. Each edit is made once for all findings that ask
for it. All are tried together: everything is checked again with them, what comes of them
is mended as well, and an edit that cures nothing is left out.

A field is changed where it stands: in the manifest, in the base or the patch of a
kustomization that decides, or in the file of values of a chart. Comments, order and
everything else stay. A new PDB comes at the end of its workload's file. What cannot be
edited is listed, with the reason.

Findings of low severity are left out, unless --min-severity low asks for them.

For a live cluster (--context, --kubeconfig) it prints the kubectl commands, and runs none: -f
writes a plan of the same changes, which onus apply makes one by one, and takes back where one
does not come about.

Exit status: 0 there is nothing to fix, or --write fixed all that was asked for, 1 there are
edits to make, or something is left, 2 bad usage or bad input, 3 could not finish, 4 a
fault of onus itself.`,
		Example: `  onus fix ./manifests
  onus fix ./manifests --write
  onus fix ./manifests --only pdb-never-allows | git apply
  onus fix ./chart --values prod.yaml --min-severity low
  onus fix --context prod
  onus fix --context prod -f plan.json && onus plan show plan.json`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(x.output, published.Fixes{}); err != nil {
				return err
			}
			var err error
			if x.from, err = s.source(cmd, &l, paths, "./manifests"); err != nil {
				return err
			}
			if err := x.possible(cmd, paths); err != nil {
				return err
			}
			return s.fix(cmd.Context(), &x, &l)
		},
	}
	cmd.Flags().BoolVar(&x.write, "write", false, "make the edits in the files")
	cmd.Flags().StringVarP(&x.plan, "file", "f", "", "`FILE` to write a plan to that makes the changes in a live cluster, for onus apply")
	_ = cmd.MarkFlagFilename("file", "json")
	cmd.Flags().StringVar(&x.as, "as", "", "evaluate as if everything ran on this `OFFERING`")
	outputFlag(cmd, &x.output, published.Fixes{})
	s.choiceFlags(cmd, &x.choices)
	cmd.Flags().Lookup("min-severity").Usage = "leave out what is below this `SEVERITY`: high, medium (the default) or low"
	_ = cmd.Flags().MarkHidden("fail-on")
	l.flags(cmd)
	l.inputFlags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("as", s.complete(func(c *responsibility.Catalog) []named { return offeringNames(runningWorkloads(c)) }))
	return cmd
}

// possible reports what cannot be asked of fix.
func (x *fixing) possible(cmd *cobra.Command, paths []string) error {
	switch {
	case slices.Contains(paths, source.Stdin):
		return usage("name the files", "fix edits files, and standard input is none")
	case cmd.Flags().Changed("fail-on"):
		return usage("--min-severity says of which findings edits are made", "--fail-on is no flag of fix")
	case x.write && x.from.cluster != nil:
		return noWrite()
	case x.plan != "" && (x.from.cluster == nil || len(paths) > 0):
		return usage("--context says in which; --write makes the edits of files", "-f writes a plan of what is changed in a live cluster alone")
	}
	return x.severityKnown()
}

func (s *session) fix(ctx context.Context, x *fixing, l *live) error {
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	screen, err := s.screen()
	if err != nil {
		return err
	}
	var chosen *filter.Filter
	var of *estate.Unit
	var places locate.Places
	look := func(ctx context.Context, texts map[string][]byte) (mend.Seen, error) {
		with := x.checking
		with.from.texts, with.minSeverity = texts, "" // how many are lighter is told as well
		_, _, looked, err := s.looked(ctx, &with, going)
		if err != nil {
			return mend.Seen{}, err
		}
		chosen = looked.Filter
		if of == nil { // as it stands
			of, places = readOf(&looked)
		}
		return seen(&looked, cmp.Or(x.minSeverity, "medium")), nil
	}
	made, err := x.make(ctx, look)
	var compared []published.SinglePod
	if err == nil {
		compared, err = singles(ctx, s.now(), made, of, places, going)
	}
	if err == nil && x.plan != "" {
		going.Begin("reading what is to be changed")
		err = planFixes(ctx, s, x, l, made, of)
	}
	done()
	if err != nil {
		return err
	}
	if x.write {
		if err := writeAll(ctx, made.Files); err != nil {
			return err
		}
	}
	v := publish.Fixes(made, chosen, here())
	v.Written, v.Plan, v.Singles = x.write && len(made.Files) > 0, x.plan, compared
	if err := s.show(s.out, x.output, v, screen); err != nil {
		return err
	}
	if len(made.Left) > 0 || !v.Written && len(made.Edits)+len(made.Commands) > 0 {
		return &exitError{status: exitBroken}
	}
	return nil
}

// here is the directory that the command runs in; empty where it is not known.
func here() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

// noWrite refuses to write what stands in a cluster, or in a record of one.
func noWrite() error {
	return usage("without --write it prints the commands", "--write edits files, and changes nothing in a cluster")
}

// readOf is what was read of a cluster, and where that stands; nil for nothing.
func readOf(looked *publish.Looked) (*estate.Unit, locate.Places) {
	for i, u := range looked.Units {
		if u.Kubernetes != nil && u.Kubernetes.Live {
			return u, looked.Places[i]
		}
	}
	return nil, locate.Places{}
}

// mostSingles is how many single pods are played in a cluster of so many nodes: each takes as long as a few simulations.
func mostSingles(nodes int) int {
	if nodes > 300 {
		return 2
	}
	return 5
}

// singles plays, of single pods of a cluster that fix is asked about, what may be done before their nodes go.
func singles(ctx context.Context, now time.Time, made *mend.Plan, of *estate.Unit, places locate.Places,
	going *underway) (all []published.SinglePod, err error) {
	if of == nil {
		return nil, nil
	}
	asked := slices.Clone(made.Cured)
	for i := range made.Left {
		asked = append(asked, made.Left[i].Finding)
	}
	stage := single.On(of.Kubernetes, places, now)
	for i := range asked {
		f := &asked[i]
		if f.Obligation != "single-replica" {
			continue
		}
		if most := mostSingles(len(of.Kubernetes.Nodes)); len(all) >= most {
			why := fmt.Sprintf("the first %d are, as each takes a while: -n and --workload choose", most)
			all = append(all, publish.Single(f.Subject, &single.Compared{}, why))
			continue
		}
		going.Begin("playing what may be done about " + f.Subject.Words())
		q := single.Question{Of: kubernetes.Ref{Namespace: f.Subject.Namespace, Kind: f.Subject.Kind, Name: f.Subject.Name}}
		switch {
		case f.Fix == nil:
			q.NoSecond = "nothing that was read says whether two may run side by side"
		case f.Fix.Raise == nil:
			q.NoSecond = f.Fix.Summary
		}
		c, why, err := stage.Compare(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, publish.Single(f.Subject, &c, why))
	}
	return all, nil
}

// planFixes writes the plan that makes what the commands change.
func planFixes(ctx context.Context, s *session, x *fixing, l *live, of *mend.Plan, u *estate.Unit) error {
	name, client, err := l.client("-f wants", min(l.access.Timeout, 30*time.Second))
	if err != nil {
		return err
	}
	uid, err := client.UID(ctx)
	if err != nil {
		return unfinished(&cluster.Unusable{Context: name, Server: "it", Err: err}, clusterName(x.from.cluster))
	}
	asked := &fixes.Asked{Fixes: of, Target: plan.Target{Kind: steps.TargetCluster, Name: name, UID: uid},
		Made: s.now().UTC().Truncate(time.Second), By: release.Version()}
	if u != nil {
		asked.Estate = u.Kubernetes
	}
	asked.Look = func(ctx context.Context, api string, o finding.Object) (string, map[string]any, error) {
		return applied.Describe(ctx, client, api, o)
	}
	made, err := fixes.Make(ctx, asked)
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("making the plan: %w", err)}
	}
	return writePlan(x.plan, made)
}

// make is which edits are made, or which commands for a cluster: one that is live, or one of
// which a record was read, where an edit of that would change nothing.
func (x *fixing) make(ctx context.Context, look mend.Look) (*mend.Plan, error) {
	first, err := look(ctx, nil)
	if err != nil {
		return nil, err
	}
	if x.from.cluster != nil || first.Recorded() {
		if x.write {
			return nil, noWrite()
		}
		return mend.Commands(first), nil
	}
	with := x.settings()
	with.Look = look
	return mend.Make(ctx, with, first)
}

// settings are what edits are planned by.
func (x *checking) settings() mend.Settings {
	given := x.from.charts
	with := mend.Settings{Read: os.ReadFile, Set: len(given.Set) > 0}
	if len(given.Values) > 0 {
		with.Values = given.Values[len(given.Values)-1]
	}
	return with
}

// seen is what of a look matters to edits: what is broken of some severity at the least, and
// what is not known.
func seen(looked *publish.Looked, least string) mend.Seen {
	all := mend.Seen{Lighter: map[string]bool{}, Open: map[string]bool{}, Faults: looked.Unreadable}
	for i, u := range looked.Units {
		for _, f := range looked.Results[i].Findings {
			switch {
			case f.Verdict == finding.Unknown:
				all.Open[f.Fingerprint] = true
			case f.Verdict == finding.Broken && filter.AtLeast(f.Severity, least):
				all.Broken = append(all.Broken, mend.Found{Finding: f, Unit: u})
			case f.Verdict == finding.Broken:
				all.Lighter[f.Fingerprint] = true
			}
		}
	}
	return all
}

// writeAll makes the edits in the files: none of them where one holds something else by
// now, or cannot be written.
func writeAll(ctx context.Context, files []mend.File) error {
	failed := func(err error) error { return &exitError{status: exitUnfinished, err: err} }
	var parts []*part
	defer func() {
		for _, p := range parts {
			p.remove()
		}
	}()
	for _, f := range files {
		if is, err := os.ReadFile(f.Name); err != nil || !bytes.Equal(is, f.Before) {
			return failed(fmt.Errorf("%s has changed since it was read: nothing is written", f.Name))
		}
		err := writable(f.Name)
		var p *part
		if err == nil {
			p, err = newPart(f.Name)
		}
		if err == nil {
			parts = append(parts, p)
			_, err = p.Write(f.After)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return failed(fmt.Errorf("nothing is written: %s: %w", f.Name, reason(err)))
		}
	}
	for i, p := range parts {
		if err := p.commit(); err != nil {
			var written []string
			for _, f := range files[:i] {
				written = append(written, f.Name)
			}
			return failed(fmt.Errorf("writing %s: %w; written before it: %s", files[i].Name, reason(err), cmp.Or(words.Few(written), "nothing")))
		}
	}
	return nil
}

// writable reports why a file may not be written: another one in its place could stand there
// all the same.
func writable(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}
