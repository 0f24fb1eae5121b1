package helm

import (
	"maps"
	"strings"
	"text/template"
	"time"
)

// madeUp stands where a chart makes a secret up.
const madeUp = "made-up"

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
	return maps.Clone(all)
}
