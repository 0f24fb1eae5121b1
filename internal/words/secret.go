package words

import (
	"regexp"
	"strings"
)

// What a value may be and still hold no secret: an answer, a number or a version, under a key that is not called as one.
var (
	harmless = regexp.MustCompile(`^(?:true|false|null|-?\d{1,5}|v?\d{1,5}(?:\.\d{1,5}){1,3}|\d{1,6}(?:m|[KMGT]i?|ms|s|h|d)|\d{1,3}%)?$`)
	secret   = regexp.MustCompile(`(?i)pass|pwd|secret|token|key|cred|auth|cert|dsn|salt|pin\b|private|login|user|account`)
)

// Setting is a value as --set takes it, as one word of a command: what may be a secret is left for who runs it, as
// reports are read by more people than what they are about.
func Setting(key, value string) string {
	if !harmless.MatchString(value) || secret.MatchString(key) && value != "true" && value != "false" {
		value = "VALUE"
	}
	return InShell(key + "=" + value)
}

// user is who an address says that asks, with a password or a token: by HTTP each name may be one.
var user = regexp.MustCompile(`(?i)((?:https?|oci)://)[^/\s"'?#]*@|([a-z+]+://[^/\s"'?#:@]*):[^/\s"'?#]*@`)

// WithoutPassword is a text in which no address has a password.
func WithoutPassword(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return user.ReplaceAllStringFunc(text, func(s string) string {
		m := user.FindStringSubmatch(s)
		if m[1] != "" {
			return m[1]
		}
		return m[2] + "@"
	})
}
