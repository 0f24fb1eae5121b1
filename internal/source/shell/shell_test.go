package shell

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCommands(t *testing.T) {
	for text, want := range map[string]string{
		"a b \"c d\" 'e; f' g\\ h\n":           "1 a|b|c d|e; f|g h",
		"if a; then b && c || d | e & fi":      "1 if|a; 1 then|b; 1 c; 1 d; 1 e; 1 fi",
		"echo 'x\n a b' # c\n\n# d\ne#f\n":     "1 echo|x\n a b; 5 e#f",
		"a \\\n  b \\\r\n c\nd":                "1 a|b|c; 4 d",
		"cat <<EOF >f\nx y\nEOF\nz":            "1 cat; 4 z",
		"cat <<-'E' | b\n\tx y\n\tE\nz":        "1 cat; 1 b; 4 z",
		"a >f 2>&1 <in &>o b <<< \"x y\"":      "1 a|b",
		"x=$(b c 'd)')\ny=\"$(e \"f g\")\" z":  "1 x=$(b c 'd)'); 1 b|c|d); 2 y=$(e \"f g\")|z; 2 e|f g",
		"a ${b:-c d} $((1+2)) `e f`":           "1 a|${b:-c d}|$((1+2))|`e f`",
		"case x in\n a) b;;\nesac\nf() { g; }": "1 case|x|in; 2 a; 2 b; 3 esac; 4 f; 4 {|g; 4 }",
		"a \"b \\\" c\" \"$d\"":                "1 a|b \" c|$d",
		"a 'b":                                 "1 a|b", "a \"b": "1 a|b",
		"a $(b": "1 a|$(b; 1 b", "cat <<E\nx": "1 cat", "a \\": "1 a|", "a `b": "1 a|`b`", "": "",
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

// A script of any shape ends, and soon.
func TestCommandsOfAnything(t *testing.T) {
	begun := time.Now()
	for _, part := range []string{"$(", "${", "\"$(", "'", "`", "<<", "<(", "\\", "((", "a;", "$((", "<<E\n"} {
		for _, n := range []int{1, 2, 3, 50_000} {
			Commands(strings.Repeat(part, n))
		}
	}
	if d := time.Since(begun); d > 5*time.Second {
		t.Errorf("takes %s", d)
	}
}
