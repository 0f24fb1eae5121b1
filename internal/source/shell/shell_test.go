package shell

import (
	"fmt"
	"strings"
	"testing"
)

func TestCommands(t *testing.T) {
	for text, want := range map[string]string{
		"a b \"c d\" 'e; f' g\\ h\n":                      "1 a|b|c d|e; f|g h",
		"if a; then b && c || d | e & fi":                 "1 a; 1 b; 1 c; 1 d; 1 e",
		"echo 'x\n a b' # c\n\n# d\ne#f\n":                "1 echo|x\n a b; 5 e#f",
		"a \\\n  b \\\r\n c\nd":                           "1 a|b|c; 4 d",
		"cat <<EOF >f\nx y\nEOF\nz":                       "1 cat; 4 z",
		"cat <<-'E' | b\n\tx y\n\tE\nz":                   "1 cat; 1 b; 4 z",
		"a >f 2>&1 <in &>o b <<< \"x y\"":                 "1 a|b",
		"x=$(b c 'd)')\ny=\"$(e \"f g\")\" z":             "1 x=$(b c 'd)'); 1 b|c|d); 2 y=$(e \"f g\")|z; 2 e|f g",
		"a ${b:-c d} $((1+2)) `e f`":                      "1 a|${b:-c d}|$((1+2))|`e f`; 1 e|f",
		"case x in\n a) b;;\nesac\nf() { g; }":            "2 b; 4 g",
		"a \"b \\\" c\" \"$d\" \"e\\f\"":                  "1 a|b \" c|$d|e\\f",
		"export a=1 b=\"2 3\"\nlocal -r c\nd=4 e\nf+=1 g": "1 export|a=1|b=2 3; 2 local|-r|c; 3 d=4|e; 4 f+=1|g",
		"sudo a\ntime b\n! c":                             "1 sudo|a; 2 b; 3 c",
		"a\nb 'c":                                         "1 a", "a\nif b; then c": "1 a", "a {{ if .B }}": "1 a|{{|if|.B|}}", "": "",
	} {
		var all []string
		for _, c := range Commands(text) {
			all = append(all, fmt.Sprint(c.Line, " ", strings.Join(c.Words, "|")))
		}
		if got := strings.Join(all, "; "); got != want {
			t.Errorf("%q:\n%s, want\n%s", text, got, want)
		}
	}
}

// What opens more brackets than any script does is not read: the parser has no bound of its own, and a stack that is used up
// cannot be recovered from.
func TestCommandsTooDeep(t *testing.T) {
	for _, part := range []string{"$(", "\"$(", "<(", "((", "$((", "((a+(", "a[", "{ ", "( "} {
		if got := Commands("a\n" + strings.Repeat(part, 200_000)); len(got) > 0 {
			t.Errorf("%s: %d commands", part, len(got))
		}
	}
	if got := Commands("a\n" + strings.Repeat("if b; then ", 20_000)); len(got) != 1 {
		t.Errorf("%d commands before a fault, want 1", len(got))
	}
}
