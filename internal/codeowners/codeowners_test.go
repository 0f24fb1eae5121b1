package codeowners

import (
	"os"
	"path/filepath"
	"testing"
)

// The examples of GitHub's page, and what else its rules say.
func TestOwners(t *testing.T) {
	const page = `
# a comment
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs2@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octologs
/apps/ @octocat
/apps/github
/with\ space/ @spaces
!negated @nobody
[Section]
/range[ab] @nobody
`
	f := Parse("/repo", []byte(page))
	for path, want := range map[string]string{
		"web.yaml":             "@global-owner1 @global-owner2",
		"a/b/c.js":             "@js-owner",
		"a/main.go":            "docs@example.com",
		"notes.txt":            "@octo-org/octocats",
		"build/logs/x":         "@octologs",
		"docs/guide.md":        "@doctocat",
		"docs/build-app/x.md":  "@doctocat",
		"src/apps/web/x.yaml":  "@octocat",
		"apps/x.yaml":          "@octocat",
		"apps/github":          "",
		"apps/github/x.yaml":   "",
		"apps/githubs/x.yaml":  "@octocat",
		"scripts/x":            "@doctocat @octocat",
		"deeply/nested/logs/x": "@octologs",
		"with space/x":         "@spaces",
		"negated":              "@global-owner1 @global-owner2",
		"rangea":               "@global-owner1 @global-owner2",
	} {
		if got := f.Owners(path); got != want {
			t.Errorf("%s is of %q, want %q", path, got, want)
		}
	}
	for pattern, paths := range map[string]struct{ in, out []string }{
		"docs/*":        {[]string{"docs/x"}, []string{"docs/a/x", "a/docs/x"}},
		"/a/**/b":       {[]string{"a/b", "a/x/y/b", "a/b/c"}, []string{"b", "x/a/b"}},
		"a/**":          {[]string{"a/x", "a/x/y"}, []string{"b/a/x"}},
		"web?.yaml":     {[]string{"web1.yaml", "x/web2.yaml"}, []string{"web.yaml", "web12.yaml"}},
		"/prod/*.yaml":  {[]string{"prod/x.yaml"}, []string{"prod/a/x.yaml", "x/prod/x.yaml"}},
		"payments":      {[]string{"payments", "x/payments/y"}, []string{"payments2"}},
		"a.b":           {[]string{"a.b"}, []string{"axb"}},
		"charts/*/prod": {[]string{"charts/web/prod/x"}, []string{"charts/a/b/prod"}},
	} {
		f := Parse("/repo", []byte(pattern+" @x"))
		for _, path := range paths.in {
			if f.Owners(path) != "@x" {
				t.Errorf("%s does not match %s", pattern, path)
			}
		}
		for _, path := range paths.out {
			if f.Owners(path) != "" {
				t.Errorf("%s matches %s", pattern, path)
			}
		}
	}
}

// The file is looked for above what it is about, first in .github, up to the root of the
// repository and no further.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("CODEOWNERS", "* @outside")
	write("repo/.git/HEAD", "")
	write("repo/docs/CODEOWNERS", "* @docs")
	web := write("repo/apps/web.yaml", "")
	if got := New().Of(web); got != "@docs" {
		t.Errorf("by docs/CODEOWNERS it is of %q", got)
	}
	write("repo/CODEOWNERS", "/apps/ @root")
	if got := New().Of(web); got != "@root" {
		t.Errorf("by CODEOWNERS it is of %q", got)
	}
	write("repo/.github/CODEOWNERS", "/apps/ @github")
	files := New()
	for _, file := range []string{web, filepath.Join(dir, "repo/apps/other.yaml")} {
		if got := files.Of(file); got != "@github" {
			t.Errorf("by .github/CODEOWNERS %s is of %q", file, got)
		}
	}
	for _, file := range []string{"", "<stdin>", filepath.Join(dir, "outside.yaml")} {
		if got := files.Of(file); got != "" {
			t.Errorf("%q is of %q", file, got)
		}
	}
}
