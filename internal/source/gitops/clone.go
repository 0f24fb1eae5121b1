package gitops

import (
	"cmp"
	"path"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/words"
)

// clone is a folder of another Git repository, and how it is checked: at its revision, and with
// the values that are given to it.
type clone struct {
	url, revision, folder string
	before                string   // what writes values into a file
	flags                 []string // that onus is given
}

// commit is a revision that looks like a commit, as branches and tags seldom do.
var commit = regexp.MustCompile(`^[0-9a-f]{7,40}$`)

// fetched is how a repository is had at a revision: the default branch where it names none, and
// where it is a range of versions, which Git does not know, or is still to be filled in.
func fetched(url, revision string) string {
	for _, kind := range []string{"refs/heads/", "refs/tags/"} {
		revision = strings.TrimPrefix(revision, kind)
	}
	at := words.InShell(url) + " DIR"
	switch {
	case revision == "" || revision == "HEAD" || strings.ContainsAny(revision, "{$*^~<> ") || strings.HasSuffix(revision, ".x"):
		return "git clone " + at
	case commit.MatchString(revision):
		return "git clone " + at + " && git -C DIR checkout " + revision
	}
	return "git clone --depth 1 --branch " + words.InShell(revision) + " " + at
}

// command is what has the folder checked.
func (c clone) command() string {
	said := c.before + fetched(c.url, c.revision) + " && onus check " + words.InShell(path.Join("DIR", c.folder))
	return strings.Join(append([]string{said}, c.flags...), " ")
}

// valued is the clone of a source of an Application with the values that it is given: files in
// that repository or in this one, what stands in the Application, and parameters.
func (d *Deployed) valued(c clone, o object, s argoSource, field string, sources []argoSource) clone {
	for _, file := range s.Helm.ValueFiles {
		c.flags = append(c.flags, "--values "+words.InShell(d.valuesOf(file, c.folder, s, sources)))
	}
	inline := ""
	switch {
	case len(s.Helm.ValuesObject) > 0:
		inline = field + ".helm.valuesObject"
	case s.Helm.Values != "":
		inline = field + ".helm.values"
	}
	if inline != "" {
		t := &templating{}
		if t.taken(o, inline); t.before != "" && field != "" {
			c.before = strings.TrimSuffix(t.before, " | ") + " > VALUES && "
		}
		c.flags = append(c.flags, "--values VALUES")
	}
	for _, p := range s.Helm.Parameters {
		c.flags = append(c.flags, "--set "+words.Setting(p.Name, p.Value))
	}
	return c
}

// valuesOf is where a file of values stands that a source names, of a repository that is cloned
// into DIR; VALUES where it is in one that is neither that nor this one.
func (d *Deployed) valuesOf(file, folder string, s argoSource, sources []argoSource) string {
	ref, rest, deep := strings.Cut(file, "/")
	switch {
	case !strings.HasPrefix(file, "$") && path.IsAbs(file):
		return path.Join("DIR", file)
	case !strings.HasPrefix(file, "$"):
		return path.Join("DIR", folder, file)
	case !deep:
		return "VALUES"
	}
	for _, other := range sources {
		if other.Ref == strings.TrimPrefix(ref, "$") && calledIn(other.RepoURL) == calledIn(s.RepoURL) {
			return path.Join("DIR", rest)
		}
	}
	if d.repository != nil {
		apps := argoApps{d.repository}
		if at, is := apps.valueFile(file, "", apps.refs(sources)); is {
			return at
		}
	}
	return "VALUES"
}

// revision is that of a source of Flux: a commit goes over a tag, and that over a branch.
//
// Source: fluxcd.io/flux/components/source/gitrepositories (Reference).
func (s sourceSpec) revision() string {
	return cmp.Or(s.Ref.Commit, s.Ref.Name, s.Ref.Tag, s.Ref.Branch)
}
