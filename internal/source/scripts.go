package source

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/shell"
	wording "github.com/onus-project/onus/internal/words"
)

// scriptRelease is what counts each release that a script installs among what applies charts that were not read.
const scriptRelease = "script/release"

// longestScript bounds how long a script is that is read.
const longestScript = 256 << 10

// What a word of a script holds of variables.
var (
	assigned = regexp.MustCompile(`^([A-Za-z_]\w*)=(.*)$`)
	literal  = regexp.MustCompile(`^[\w./:@-]+$`)
	ofShell  = regexp.MustCompile(`\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})`) // ${NAME:-x} and the like stay as they are
)

// scripts counts the releases of Helm that scripts install of charts which stand elsewhere, and hides what these may hold.
// What is there for development or tests installs nothing where things run.
func (d *door) scripts(top string, files []string) {
	for _, file := range files {
		if filepath.Ext(file) != ".sh" || purpose.OfFile(file) != purpose.Deployed {
			continue
		}
		if of, _ := d.folders.Of(filepath.ToSlash(file)); of != purpose.Deployed {
			continue
		}
		text, err := document.ReadRegular(os.DirFS(filepath.Dir(file)), filepath.Base(file), longestScript)
		if err != nil {
			continue // what is no script that can be read installs nothing that is known
		}
		for _, x := range installedBy(string(text)) {
			if x.here(top, file) {
				continue
			}
			d.plain.faults = append(d.plain.faults, x.notHere(file))
			d.plain.kubernetes.Elsewhere = append(d.plain.kubernetes.Elsewhere, scriptRelease)
			if x.namespace != "" && x.into { // else nothing says that it is installed where the rest of the input is
				d.plain.kubernetes.Hidden = append(d.plain.kubernetes.Hidden, origin.Unread{
					Of: "release " + x.name, Cause: origin.Made, Reason: "its chart stands elsewhere and was not read",
					Scope: origin.Scope{Namespace: x.namespace},
				})
			}
		}
	}
}

// here reports whether a script installs a chart by a path: one that leads to a folder from the script or from a folder
// above it in the input, as scripts are called from there, or that can be nothing else.
func (x *scripted) here(top, script string) bool {
	repo, name, two := strings.Cut(x.chart, "/")
	switch {
	case strings.Contains(x.chart, "://"):
		return false
	case repo == "." || repo == ".." || repo == "":
		return true
	case x.repository != "":
		return false
	case !two || strings.Contains(name, "/"): // neither is a chart of a repository
		return true
	}
	for dir := filepath.Dir(script); ; dir = filepath.Dir(dir) {
		for _, at := range []string{x.chart, repo} {
			if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(at))); err == nil && info.IsDir() && (at == x.chart || !x.added) {
				return true
			}
		}
		if rest, err := filepath.Rel(top, dir); err != nil || rest == "." || strings.HasPrefix(rest, "..") {
			return false
		}
	}
}

// scripted is a release of Helm as a script installs it.
type scripted struct {
	line                                        int
	name, chart, version, repository, namespace string
	added                                       bool     // the script adds the repository of that name
	into                                        bool     // the script says which cluster it is for
	flags                                       []string // for values, files by their paths from the script
}

// alone are the flags of Helm's install and upgrade behind which nothing stands.
//
// Source: helm.sh/docs/helm/helm_upgrade, helm.sh/docs/helm/helm_install.
var alone = []string{"--atomic", "--rollback-on-failure", "--cleanup-on-fail", "--create-namespace", "--debug", "--dependency-update",
	"--devel", "--disable-openapi-validation", "--enable-dns", "--force", "--force-conflicts", "--force-replace", "--generate-name",
	"-g", "--hide-notes", "--hide-secret", "--insecure-skip-tls-verify", "--install", "-i", "--kube-insecure-skip-tls-verify",
	"--no-hooks", "--pass-credentials", "--plain-http", "--render-subchart-notes", "--replace", "--reset-then-reuse-values",
	"--reset-values", "--reuse-values", "--server-side", "--skip-crds", "--skip-schema-validation", "--take-ownership", "--verify",
	"--wait", "--wait-for-jobs"}

// before are commands that run what stands behind them.
var before = []string{"exec", "command", "nohup", "sudo"}

// installedBy are the releases that the text of a script installs, each chart once.
func installedBy(text string) []scripted {
	all := shell.Commands(text)
	known := variables(all)
	var found []scripted
	added, into := map[string]bool{}, false
	for _, c := range all {
		args := c.Words
		for len(args) > 0 && (slices.Contains(before, args[0]) || assigned.MatchString(args[0])) {
			args = args[1:]
		}
		args = slices.Clone(args)
		for i, w := range args {
			args[i] = ofShell.ReplaceAllStringFunc(w, func(v string) string {
				name := ofShell.FindStringSubmatch(v)
				return cmp.Or(known[cmp.Or(name[1], name[2])], v)
			})
		}
		into = into || responsibility.ChoosesCluster(args)
		if len(args) == 0 || path.Base(args[0]) != "helm" && path.Base(args[0]) != "helm3" {
			continue
		}
		if len(args) > 3 && args[1] == "repo" && args[2] == "add" {
			for _, a := range args[3:] {
				added[a] = true
			}
		}
		x, ok := scriptedIn(args[1:])
		x.line, x.into = c.Line, x.into || into
		if ok && !slices.ContainsFunc(found, func(o scripted) bool { return o.name == x.name && o.chart == x.chart }) {
			found = append(found, x)
		}
	}
	for i, x := range found {
		repo, _, _ := strings.Cut(x.chart, "/")
		found[i].added = added[repo]
	}
	return found
}

// variables are those that a script sets to a literal, and to no other one: which of them counts is not known.
func variables(all []shell.Command) map[string]string {
	known := map[string]string{}
	for _, c := range all {
		for _, w := range c.Words {
			m := assigned.FindStringSubmatch(w)
			if m == nil {
				if !slices.Contains([]string{"export", "local", "readonly", "declare"}, w) {
					break
				}
				continue
			}
			if before, twice := known[m[1]]; twice && before != m[2] || !literal.MatchString(m[2]) {
				m[2] = ""
			}
			known[m[1]] = m[2]
		}
	}
	return known
}

// scriptedIn is the release of the arguments of Helm; false where it names no chart, or by a variable, or only tries.
func scriptedIn(all []string) (x scripted, ok bool) {
	var args []string
	for i := 0; i < len(all); i++ {
		flag, value, joined := strings.Cut(all[i], "=")
		switch {
		case !strings.HasPrefix(flag, "-"):
			args = append(args, all[i])
			continue
		case flag == "--dry-run" && value != "none" && value != "false", flag == "-h", flag == "--help":
			return x, false
		case flag == "--dry-run" || slices.Contains(alone, flag):
			continue
		case !strings.HasPrefix(flag, "--") && len(flag) > 2: // -nshop
			flag, value, joined = all[i][:2], strings.TrimPrefix(all[i][2:], "="), true
		}
		if !joined {
			if i++; i == len(all) {
				break
			}
			value = all[i]
		}
		x.given(flag, value)
	}
	at := slices.IndexFunc(args, func(a string) bool { return a == "install" || a == "upgrade" })
	if at != 0 && !(at == 1 && args[0] == "secrets") { // a plugin that decrypts files of values for what stands behind it
		return x, false
	}
	switch args = args[at+1:]; len(args) {
	case 1:
		x.chart, x.name = args[0], path.Base(args[0])
	case 2:
		x.name, x.chart = args[0], args[1]
	default:
		return x, false
	}
	return x, !strings.ContainsAny(x.chart+x.name, "$`({")
}

// given is a flag with what stands behind it. What a variable says is left for who runs it.
func (x *scripted) given(flag, value string) {
	switch open := strings.Contains(value, "$"); flag {
	case "-n", "--namespace":
		if !open {
			x.namespace = value
		}
	case "--version":
		if !open {
			x.version = value
		}
	case "--repo":
		x.repository = value
	case "-f", "--values":
		x.flags = append(x.flags, "-f", value)
	case "--set", "--set-string":
		x.flags = append(x.flags, flag, value)
	case "--kube-context", "--kubeconfig":
		x.into = true
	}
}

// notHere says that the chart is not in the input, and how it is rendered.
func (x *scripted) notHere(script string) origin.Fault {
	hint := []string{"helm template", wording.InShell(x.name), wording.InShell(x.chart)}
	for _, f := range [][2]string{{"--repo", x.repository}, {"--version", x.version}, {"-n", x.namespace}} {
		if f[1] != "" {
			hint = append(hint, f[0], wording.InShell(f[1]))
		}
	}
	for i := 0; i+1 < len(x.flags); i += 2 {
		value := x.flags[i+1]
		if x.flags[i] == "-f" && !strings.ContainsAny(value, "$/") {
			value = path.Join(filepath.ToSlash(filepath.Dir(script)), value)
		}
		if x.flags[i] != "-f" {
			hint = append(hint, x.flags[i], settings(value))
			continue
		}
		hint = append(hint, x.flags[i], wording.InShell(value))
	}
	chart := x.chart
	if x.version != "" {
		chart += " " + x.version
	}
	return origin.Fault{File: script, Line: x.line, Reason: wording.WithoutPassword("installs the chart " + chart + ", which is not here"),
		Hint:  wording.WithoutPassword(strings.Join(hint, " ") + " | onus check -"),
		Lacks: origin.Lack{What: origin.LackingInstalled, Name: wording.WithoutPassword(x.chart)}}
}

// settings is what --set is given, without what may be a secret; of more than one value nothing but the first key.
func settings(said string) string {
	key, value, _ := strings.Cut(said, "=")
	return wording.Setting(key, value)
}
