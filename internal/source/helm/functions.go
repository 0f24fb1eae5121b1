package helm

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// MadeUp stands where a chart makes a secret up, or asks for a value that nobody gives.
const MadeUp = "made-up"

const madeUp = MadeUp

// longest bounds what a chart may have made up.
const longest = 1 << 12

// lenientFunctions replace those by which the author of a chart asks for values,
// as `helm lint` does. What they ask for is made up and not empty: an object
// without a name or a number is another one.
func lenientFunctions() template.FuncMap {
	return template.FuncMap{
		"required": func(_ string, v any) any {
			if v == nil || v == "" {
				return madeUp
			}
			return v
		},
		"fail": func(string) string { return "" },
	}
}

// certificate has the fields of that of the library that Helm's functions come
// from, github.com/Masterminds/sprig.
type certificate struct{ Cert, Key string }

// fixedFunctions replace those of Helm whose results differ from one rendering
// to the next. Nothing that onus looks at depends on them, findings must not
// differ from run to run, and making real keys takes seconds.
func fixedFunctions() template.FuncMap {
	chars := func(of string) func(int) string {
		return func(n int) string { return strings.Repeat(of, min(max(n, 0), longest)) }
	}
	cert := func(...any) certificate { return certificate{Cert: madeUp, Key: madeUp} }
	text := func(...any) string { return madeUp }
	all := template.FuncMap{
		"now":          func() time.Time { return time.Unix(0, 0).UTC() },
		"uuidv4":       func() string { return "00000000-0000-4000-8000-000000000000" },
		"randInt":      func(from, _ int) int { return from },
		"randBytes":    chars("A"),
		"randNumeric":  chars("1"),
		"shuffle":      func(s string) string { return s },
		"encryptAES":   text,
		"genCA":        cert,
		"genCAWithKey": cert,
	}
	for _, name := range []string{"deepCopy", "mustDeepCopy"} {
		all[name] = deepCopy
	}
	for _, name := range []string{"randAlphaNum", "randAlpha", "randAscii"} {
		all[name] = chars("a")
	}
	for _, name := range []string{
		"genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "buildCustomCert",
	} {
		all[name] = cert
	}
	for _, name := range []string{"genPrivateKey", "derivePassword", "bcrypt", "htpasswd"} {
		all[name] = text
	}
	maps.Copy(all, boundedFunctions())
	return withinRoom(all)
}

// mostCounted is how many numbers and characters the templates of one rendering may have counted up and repeated:
// `until 2000000000` alone takes 16 GB, and loops in loops take for ever.
const mostCounted = 1 << 20

// errTooMuch is the error of templates that ask for more.
var errTooMuch = fmt.Errorf("templates ask for more than %d numbers or characters", mostCounted)

// boundedFunctions replace those by which a few characters make as much as they like: within the bound they are the
// library's own.
func boundedFunctions() template.FuncMap {
	of := sprig.TxtFuncMap()
	until, untilStep := of["until"].(func(int) []int), of["untilStep"].(func(int, int, int) []int)
	seq, repeat := of["seq"].(func(...int) string), of["repeat"].(func(int, string) string)
	left := float64(mostCounted)
	take := func(n float64) error {
		if left -= math.Abs(n) + 1; left < 0 {
			return errTooMuch
		}
		return nil
	}
	return template.FuncMap{
		"until": func(n int) (all []int, err error) {
			if err = take(float64(n)); err == nil {
				all = until(n)
			}
			return all, err
		},
		"untilStep": func(from, to, step int) (all []int, err error) {
			if step == 0 {
				return nil, nil
			}
			if err = take((float64(to) - float64(from)) / float64(step)); err == nil {
				all = untilStep(from, to, step)
			}
			return all, err
		},
		"seq": func(numbers ...int) (all string, err error) {
			most := 0.0
			for _, n := range numbers {
				most += math.Abs(float64(n))
			}
			if err = take(most); err == nil {
				all = seq(numbers...)
			}
			return all, err
		},
		"repeat": func(n int, text string) (all string, err error) {
			if err = take(float64(n) * float64(len(text))); err == nil {
				all = repeat(max(n, 0), text)
			}
			return all, err
		},
	}
}

// Functions are those of Helm's templates and of others that come from the same library, which give the same in each
// rendering, and no more than there is room for.
func Functions() template.FuncMap {
	all := sprig.TxtFuncMap()
	maps.Copy(all, fixedFunctions())
	return all
}
