package cli

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

// The pager is that of onus, or else the one of everything, and none where that is asked
// for.
func TestPagerOf(t *testing.T) {
	for _, x := range []struct {
		env  map[string]string
		off  bool
		want string
	}{
		{nil, false, "less"},
		{map[string]string{"PAGER": "more -d"}, false, "sh -c more -d"},
		{map[string]string{"PAGER": "more", "ONUS_PAGER": "less -S"}, false, "sh -c less -S"},
		{map[string]string{"PAGER": ` "/opt/my less" -R`}, false, `sh -c "/opt/my less" -R`},
		{map[string]string{"PAGER": "$HOME/less"}, false, "sh -c $HOME/less"},
		{map[string]string{"PAGER": "cat -A"}, false, ""},
		{map[string]string{"PAGER": "more", "ONUS_PAGER": ""}, false, ""},
		{map[string]string{"PAGER": ""}, false, ""},
		{map[string]string{"PAGER": "cat"}, false, ""},
		{map[string]string{"PAGER": "more", "TERM": "dumb"}, false, ""},
		{map[string]string{"PAGER": "more"}, true, ""},
		{nil, true, ""},
	} {
		env := func(name string) (string, bool) { v, ok := x.env[name]; return v, ok }
		if got := strings.Join(pagerOf(env, x.off), " "); got != x.want {
			t.Errorf("%v, off %t: %q, want %q", x.env, x.off, got, x.want)
		}
	}
}

func TestKnowsLinks(t *testing.T) {
	for pager, want := range map[string]bool{
		"less": true, "/usr/bin/less": true, "more": false, "lesspipe": false, "less -S": true, "more | less": false,
	} {
		env := func(name string) (string, bool) { return pager, name == "PAGER" }
		if knowsLinks(pagerOf(env, false)) != want {
			t.Errorf("%s: %t", pager, !want)
		}
	}
}

// A pager shows the text; one that ends early is no fault, and one that is not there shows
// nothing.
func TestPage(t *testing.T) {
	text := strings.Repeat("a line\n", 100_000)
	for _, x := range []struct {
		pager []string
		done  bool
		shown int
	}{{[]string{"sh", "-c", "cat"}, true, len(text)}, {[]string{"sh", "-c", "exit 3"}, true, 0}, {[]string{"no-such-pager-here"}, false, 0},
		{[]string{"sh", "-c", "no-such-pager-here -x"}, false, 0}, {[]string{"sh", "-c", `sh -c "cat"`}, true, len(text)}} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan int)
		go func() {
			all, _ := io.ReadAll(read)
			got <- len(all)
		}()
		done, err := page(x.pager, text, write, io.Discard)
		if cerr := write.Close(); cerr != nil {
			t.Fatal(cerr)
		}
		if n := <-got; done != x.done || err != nil || n != x.shown {
			t.Errorf("%v: %t, %v, %d bytes", x.pager, done, err, n)
		}
	}
}

// What is no terminal gets neither links nor a pager, whatever the environment asks for.
func TestNoTerminal(t *testing.T) {
	t.Setenv("PAGER", "false")
	var out, errs bytes.Buffer
	if status := Main([]string{"explain", "eks-auto-mode", "--color", "always"}, strings.NewReader(""), &out, &errs); status != 0 {
		t.Fatal(status, errs.String())
	}
	if bytes.Contains(out.Bytes(), []byte("\x1b]8")) || !bytes.Contains(out.Bytes(), []byte("https://")) {
		t.Error("there are links, or there is nothing")
	}
}

// Sources of the catalog, and files that are there, are what text leads to.
func TestLinksOfSession(t *testing.T) {
	s := &session{}
	if _, err := s.load(); err != nil {
		t.Fatal(err)
	}
	l := s.links()
	if !strings.HasPrefix(l.Sources["k8s-eviction"], "https://") {
		t.Error("a source leads nowhere")
	}
	at, ok := l.File("pager_test.go")
	if _, folder := l.File("testdata"); !ok || !strings.HasSuffix(at, "pager_test.go") || folder {
		t.Errorf("%s %t, a folder %t", at, ok, folder)
	}
	if _, ok := l.File("gone.go"); ok {
		t.Error("a file that is gone is there")
	}
	if linked(func(string) string { return "" }, false) || !linked(func(string) string { return "" }, true) ||
		linked(func(string) string { return "never" }, true) {
		t.Error("links go with colour, and can be switched off")
	}
}

// A result that is begun cannot be closed, and one that is closed cannot be begun.
func TestBegin(t *testing.T) {
	o := &output{to: io.Discard}
	if !o.begin() || o.close() {
		t.Error("begun, it can be closed")
	}
	o = &output{to: io.Discard}
	if !o.close() || o.begin() {
		t.Error("closed, it can be begun")
	}
}
