package helm

import (
	"strings"
	"testing"
	"text/template"
	"time"
)

// What templates make of texts has an end, and within that it is what the language makes of them.
func TestTextsThatGrow(t *testing.T) {
	const twice = `{{ $x := "xxxxxxxx" }}{{ range until 60 }}{{ $x = DO }}{{ end }}{{ $x }}`
	for text, want := range map[string]string{
		`{{ print "a" 1 2 "b" }}|{{ println "c" }}`:                                                 "a1 2b|c\n",
		`{{ printf "%s-%03d" "a" 7 }}`:                                                              "a-007",
		`{{ cat "a" 1 }}{{ quote "a" 1 nil }}{{ squote "b" }}`:                                      `a 1"a" "1"'b'`,
		`{{ join "-" (list "a" 1) }}{{ "a.b" | replace "." "-" }}`:                                  "a-1a-b",
		`{{ "a\nb" | nindent 2 }}`:                                                                  "\n  a\n  b",
		`{{ regexReplaceAll "a(.)" "ab" "${1}${1}" }}{{ uniq (list 1 1) }}`:                         "bb[1]",
		`{{ html "<" }}{{ js "'" }}{{ urlquery "a b" }}`:                                            "&lt;\\'a+b",
		strings.Replace(twice, "DO", "print $x $x", 1):                                              "more than",
		strings.Replace(twice, "DO", `printf "%s%s" $x $x`, 1):                                      "more than",
		strings.Replace(twice, "DO", "cat $x $x", 1):                                                "more than",
		strings.Replace(twice, "DO", "quote $x $x", 1):                                              "more than",
		strings.Replace(twice, "DO", `join "" (list $x $x)`, 1):                                     "more than",
		strings.Replace(twice, "DO", `$x | replace "x" "xx"`, 1):                                    "more than",
		`{{ $x := "aaaa" }}{{ range until 90 }}{{ $x = b64enc $x }}{{ end }}`:                       "more than",
		`{{ $x := "\"" }}{{ range until 34 }}{{ $x = toJson $x }}{{ end }}`:                         "more than",
		`{{ $x := list 1 }}{{ range until 40 }}{{ $x = concat $x $x }}{{ end }}`:                    "more than",
		`{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ toYaml $x }}`:       "more than",
		`{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ toString $x }}`:     "more than",
		`{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ deepEqual $x $x }}`: "more than",
		`{{ $x := repeat 99999 "a" }}{{ regexReplaceAll "a" $x $x | len }}`:                         "more than",
		// What real charts do has room.
		`{{ $x := list }}{{ range until 300 }}{{ $x = append $x (printf "host-%d.shop.example.com" .) }}{{ end }}{{ uniq $x | len }}`: "300",
		`{{ $x := repeat 340000 "a" }}{{ $y := repeat 110 "b" }}{{ range until 9 }}{{ regexReplaceAll "z" $x $y | len }} {{ end }}`:   "340000 ",
		`{{ printf "%1000000000s" "" }}`: "",
		`{{ "a" | indent 1000000000 }}`:  "more than",
	} {
		begun := time.Now()
		var b strings.Builder
		one, err := template.New("a").Funcs(Functions()).Parse(text)
		if err != nil {
			t.Fatal(text, err)
		}
		if err := one.Execute(&b, nil); err != nil {
			b.Reset()
			b.WriteString(err.Error())
		}
		if got := b.String(); len(got) > 1<<10 || !strings.Contains(got, want) || time.Since(begun) > 20*time.Second {
			t.Errorf("%s: %.200q after %s, want %q", text, got, time.Since(begun), want)
		}
	}
}
