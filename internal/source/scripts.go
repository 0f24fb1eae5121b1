package source

import (
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
	wording "github.com/onus-project/onus/internal/words"
)

// scriptRelease is what counts each release that a script installs among what applies charts that were not read.
const scriptRelease = "script/release"

// longestScript bounds how long a script is that is read.
const longestScript = 256 << 10

// A command of Helm that installs a chart, up to what ends it; a variable that a script sets to a literal; and one that it names.
var (
	helmInstalls = regexp.MustCompile(`\bhelm3?((?:[ \t]+[^\s;&|#]+)*?[ \t]+(?:install|upgrade)\b[^;&|#\n]*)`)
	assigned     = regexp.MustCompile(`(?m)^\s*(?:export\s+|local\s+|readonly\s+)?([A-Za-z_]\w*)=["']?([\w./:@-]+)["']?\s*(?:#.*)?$`)
	ofShell      = regexp.MustCompile(`\$\{?([A-Za-z_]\w*)\}?`)
)

// scripts counts the releases of Helm that scripts install of charts which stand elsewhere, and hides what these may hold.
// What is there for development or tests installs nothing where things run.
func (d *door) scripts(files []string) {
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
			if d.here(file, x.chart) {
				continue
			}
			d.plain.faults = append(d.plain.faults, x.notHere(file))
			d.plain.kubernetes.Elsewhere = append(d.plain.kubernetes.Elsewhere, scriptRelease)
			if x.namespace != "" {
				d.plain.kubernetes.Hidden = append(d.plain.kubernetes.Hidden, origin.Unread{
					Of: "release " + x.name, Cause: origin.Made, Reason: "its chart stands elsewhere and was not read",
					Scope: origin.Scope{Namespace: x.namespace, Chart: responsibility.OwnChart(x.chart)},
				})
			}
		}
	}
}

// here reports whether a script installs a chart by a path in the input.
func (d *door) here(script, chart string) bool {
	if chart == "." || strings.HasPrefix(chart, "./") || strings.HasPrefix(chart, "../") || strings.HasPrefix(chart, "/") {
		return true
	}
	info, err := os.Stat(filepath.Join(filepath.Dir(script), filepath.FromSlash(chart)))
	return err == nil && info.IsDir()
}

// scripted is a release of Helm as a script installs it.
type scripted struct {
	line                                        int
	name, chart, version, repository, namespace string
	flags                                       []string // for values, files by their paths from the script
}

// withValue are flags of Helm behind which something stands that is no argument.
var withValue = []string{"-n", "--namespace", "-f", "--values", "--version", "--set", "--set-string", "--set-file",
	"--set-json", "--set-literal", "--repo", "--kube-context", "--kubeconfig", "--timeout", "--description", "--history-max",
	"--post-renderer", "--username", "--password"}

// installedBy are the releases that the text of a script installs, each chart once.
func installedBy(text string) []scripted {
	literal := map[string]string{}
	for _, m := range assigned.FindAllStringSubmatch(text, -1) {
		if before, twice := literal[m[1]]; twice && before != m[2] {
			m[2] = "" // which of them counts is not known
		}
		literal[m[1]] = m[2]
	}
	joined := strings.NewReplacer("\\\r\n", " \x00 ", "\\\n", " \x00 ").Replace(text) // lines are counted by their ends
	var all []scripted
	for _, m := range helmInstalls.FindAllStringSubmatchIndex(joined, -1) {
		before := joined[:m[2]]
		if strings.Contains(before[strings.LastIndexByte(before, '\n')+1:], "#") {
			continue // a comment
		}
		x, ok := scriptedIn(ofShell.ReplaceAllStringFunc(joined[m[2]:m[3]], func(v string) string {
			name := ofShell.FindStringSubmatch(v)[1]
			if literal[name] != "" {
				return literal[name]
			}
			return v
		}))
		x.line = 1 + strings.Count(before, "\n") + strings.Count(before, "\x00")
		if ok && !slices.ContainsFunc(all, func(o scripted) bool { return o.name == x.name && o.chart == x.chart }) {
			all = append(all, x)
		}
	}
	return all
}

// scriptedIn is the release of the words of one command; false where it names no chart, or by a variable.
func scriptedIn(command string) (x scripted, ok bool) {
	var args []string
	all := strings.Fields(strings.ReplaceAll(command, "\x00", ""))
	for i := 0; i < len(all); i++ {
		flag, value, joined := strings.Cut(all[i], "=")
		if !strings.HasPrefix(flag, "-") {
			args = append(args, strings.Trim(all[i], `"'`))
			continue
		}
		if !slices.Contains(withValue, flag) {
			continue
		}
		if !joined {
			if i++; i == len(all) {
				break
			}
			value = all[i]
		}
		x.given(flag, strings.Trim(value, `"'`))
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
		hint = append(hint, x.flags[i], wording.InShell(value))
	}
	chart := x.chart
	if x.version != "" {
		chart += " " + x.version
	}
	return origin.Fault{File: script, Line: x.line, Reason: "installs the chart " + chart + ", which is not here",
		Hint: strings.Join(hint, " ") + " | onus check -", Lacks: origin.Lack{What: origin.LackingInstalled, Name: x.chart}}
}
