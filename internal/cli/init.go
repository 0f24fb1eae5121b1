package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/config"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/subject"
	"github.com/onus-project/onus/internal/words"
)

func (s *session) initCommand() *cobra.Command {
	var as string
	var force bool
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Write a first .onus.yaml from what is seen",
		Long: `Init reads what check would read of a folder, and writes an .onus.yaml into it: where
that runs, who owns it, and the places in which to say more, as comments. What is not a
comment changes what check says; without --as nothing is.

A file that is there is not overwritten, unless --force says so.`,
		Example: `  onus init
  onus init ./deploy --as eks-auto-mode`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return s.init(cmd, dir, as, force)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "say that everything runs on this `OFFERING`")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite the file that is there")
	_ = cmd.RegisterFlagCompletionFunc("as", s.complete(func(c *responsibility.Catalog) []named { return offeringNames(runningWorkloads(c)) }))
	return cmd
}

func (s *session) init(cmd *cobra.Command, dir, as string, force bool) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usage("onus init ./deploy", "%s is not a folder", dir)
	}
	c, err := s.load()
	if err != nil {
		return err
	}
	if _, err := askedFor(c, as); err != nil {
		return err
	}
	going := &underway{}
	done := s.progress(going.words)
	read, err := s.estate(cmd.Context(), input{paths: []string{dir}}, going)
	done()
	if err != nil {
		return err
	}
	file := filepath.Join(dir, config.Name)
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	out, err := os.OpenFile(file, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usage("--force overwrites it", "%s is there already", file)
	}
	if err != nil {
		return usage("", "writing a configuration: %w", err)
	}
	_, err = out.WriteString(firstConfig(c, read, as))
	if err := errors.Join(err, out.Close()); err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("writing %s: %w", file, err)}
	}
	fmt.Fprintf(s.out, "Wrote %s. Next: onus check %s\n", file, dir)
	return nil
}

// firstConfig is a configuration for what was read.
func firstConfig(c *responsibility.Catalog, read *estate.Whole, as string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# What onus is told about what stands here; docs/config.md of onus has every field.")
	line("# yaml-language-server: $schema=https://raw.githubusercontent.com/onus-project/onus/main/docs/config.schema.json")
	line("\n# Where it runs. Paths, namespaces, workloads and a selector narrow an entry; the last one that fits counts.")
	if as != "" {
		line("offerings:\n  - offering: %s", as)
	} else {
		line("# Seen: %s.", platformsSeen(c, read))
		line("# offerings:\n#   - offering: eks-auto-mode\n#   - {offering: gke-autopilot, paths: [clusters/gke]}")
	}
	namespaces, owned := ownersSeen(read)
	line("\n# Who of you holds it. Labels (%s) and the annotation onus.dev/owner tell as well.", strings.Join(subject.OwnerLabels, ", "))
	if len(owned) > 0 {
		line("# Seen: %s.", words.Few(owned))
	}
	line("# owners:")
	for _, n := range namespaces[:min(len(namespaces), 8)] {
		line("#   - {owner: TEAM, namespaces: [%s]}", n)
	}
	some := someWorkload(read)
	line("\n# How many pods a service needs, where one is not enough.\n# floors:\n#   - {floor: 2, workloads: [%s]}", some)
	line("\n# How long things take, for simulations.\n# timings: {nodeReady: 90s, podReady: 30s, podStop: 5s}")
	line("\n# What weighs more or less for you.\n# severities:\n#   - {obligations: [single-replica], severity: low, paths: [dev]}")
	line("\n# What you accept, for a reason and until a date.\n# waivers:\n"+
		"#   - {obligations: [single-replica], reason: nobody waits for it, until: 2027-01-31, workloads: [%s]}", some)
	line("\n# What is not deployed from here.\n# ignore: [\"**/testdata\"]")
	line("\n# From which severity on what is broken fails the run: high, medium, low or never.\n# failOn: high")
	return b.String()
}

// platformsSeen says where things run, as far as the input tells.
func platformsSeen(c *responsibility.Catalog, read *estate.Whole) string {
	seen := map[string]bool{}
	for _, p := range placesOf(c, read.Units, nil, nil) {
		for _, at := range slices.Concat(p.Nodes, p.Pools, p.Workloads) {
			if at.Offering != nil && !at.Offering.Undecided() && at.Basis != locate.Assumed && at.Basis != locate.Unknown {
				seen[at.Offering.ID] = true
			}
		}
	}
	if len(seen) == 0 {
		return "nothing in the input says where it runs"
	}
	return words.And(slices.Sorted(maps.Keys(seen)))
}

// plain are names that may stand in a comment and in a list as they are: a file may
// hold others, which no API server takes.
var plain = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// ownersSeen are the namespaces of workloads, and the owners that labels name.
func ownersSeen(read *estate.Whole) (namespaces, owners []string) {
	in, of := map[string]bool{}, map[string]bool{}
	for _, u := range read.Units {
		for i := range u.Kubernetes.Workloads {
			w := &u.Kubernetes.Workloads[i]
			if plain.MatchString(w.Namespace) {
				in[w.Namespace] = true
			}
			for _, key := range subject.OwnerLabels {
				for _, set := range []map[string]string{w.Labels, w.Template.Labels} {
					if plain.MatchString(set[key]) {
						of[set[key]] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(in)), slices.Sorted(maps.Keys(of))
}

func someWorkload(read *estate.Whole) string {
	for _, u := range read.Units {
		for i := range u.Kubernetes.Workloads {
			if w := &u.Kubernetes.Workloads[i]; w.Lasting && plain.MatchString(w.Namespace) && plain.MatchString(w.Name) {
				return w.Namespace + "/" + w.Name
			}
		}
	}
	return "shop/web"
}
