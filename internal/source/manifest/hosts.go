package manifest

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// A setting by whose name its whole value is a host: DB_HOST, upstream, --broker-addr.
var hostName = regexp.MustCompile(
	`(?i)(host|hosts|hostname|addr|addrs|address|server|servers|service|svc|endpoint|ur[il]|upstream|backend|broker|brokers|target)s?$`)

// Settings that name who may call, or as what a program is called, and not whom it calls:
// ALLOWED_HOSTS, CORS_ORIGIN, NO_PROXY, trusted-proxies.
var ownSetting = regexp.MustCompile(
	`(?i)(^|[_.-])(allow|allowed|allowlist|whitelist|trusted|cors|csrf|origins?|no[_-]?proxy|listen|bind|advertised?|virtual)([_.-]|$)`)

// hostSetting is a line of a file that gives a host to such a setting.
var hostSetting = regexp.MustCompile(`(?im)^[\s-]*["']?([\w.-]+)["']?\s*[:=]\s*["']?([a-z][a-z0-9.-]*)["']?\s*[,;]?\s*$`)

// hosts are names in the cluster that settings tell a program to call. What they are
// names of is not known here: of others than Services nothing follows.
type hosts struct{ all []string }

// add takes a host that may be a Service, or a pod of one: of more labels than those of a
// Service and a namespace the next has to be svc.
func (h *hosts) add(host string) {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(labels) > 3 && labels[3] == "svc" {
		labels = labels[1:]
	}
	if len(labels) > 2 && labels[2] != "svc" || len(labels[0]) == 0 || labels[0][0] < 'a' || labels[0][0] > 'z' {
		return
	}
	if name := strings.Join(labels[:min(len(labels), 2)], "."); name != "localhost" && !slices.Contains(h.all, name) {
		h.all = append(h.all, name)
	}
}

// setting takes what a flag, a variable or a key is given.
func (h *hosts) setting(name, value string) {
	if ownSetting.MatchString(name) {
		return
	}
	if trimmed := strings.Trim(value, `"' `); hostName.MatchString(name) && trimmed != "" && hostLength(trimmed) == len(trimmed) {
		h.add(trimmed)
	}
	h.text(value)
}

// addresses takes hosts that stand behind the scheme of an address.
func (h *hosts) addresses(s string) {
	for at := strings.Index(s, "://"); at >= 0; at = strings.Index(s, "://") {
		s = s[at+len("://"):]
		if n := hostLength(s); n > 0 && !user(s[n:]) {
			h.add(s[:n])
		}
	}
}

// text takes hosts that stand in addresses: http://api, user@db, cache:6379,
// queue.jobs.svc.
func (h *hosts) text(s string) {
	for i := 0; i < len(s); {
		n := hostLength(s[i:])
		if n == 0 {
			i++
			continue
		}
		host, before, after := s[i:i+n], s[:i], s[i+n:]
		addressed := strings.HasSuffix(before, "://") && !user(after) || strings.HasSuffix(before, "@")
		if addressed || port(after) && !joined(before) || strings.Contains(host, ".svc") {
			h.add(host)
		}
		i += n
	}
}

// user reports whether what stands before a text is who logs in: postgres://user:word@db.
func user(s string) bool {
	end := strings.IndexAny(s, "/@ \n\"'")
	return end >= 0 && s[end] == '@'
}

// hostLength is how many characters at the start of a text are such as a host has.
func hostLength(s string) int {
	n := 0
	for n < len(s) && (s[n] >= 'a' && s[n] <= 'z' || s[n] >= '0' && s[n] <= '9' || n > 0 && (s[n] == '-' || s[n] == '.')) {
		n++
	}
	return n
}

// joined reports whether what follows is the rest of a word, such as of a path or of an
// image.
func joined(before string) bool {
	if before == "" {
		return false
	}
	c := before[len(before)-1]
	return c == '/' || c == '_' || c == '-' || c == '.' || c == '$' || c >= 'A' && c <= 'Z'
}

// port reports whether a text begins with a port: two digits to five, and no more of a
// word, as a tag of an image has it.
func port(s string) bool {
	n := 1
	for s != "" && s[0] == ':' && n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n >= 3 && n <= 6 && (n == len(s) || !strings.ContainsRune(".-_", rune(s[n])) && (s[n] < 'a' || s[n] > 'z'))
}

// calls are the hosts that the containers of a pod are told by flags and variables.
func calls(spec *corev1.PodSpec) []string {
	var h hosts
	for _, all := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range all {
			for _, e := range all[i].Env {
				h.setting(e.Name, e.Value)
			}
			said := spoken(&all[i])
			for k, w := range said {
				name, value, joined := strings.Cut(w, "=")
				switch {
				case !strings.HasPrefix(w, "-"):
					h.text(w)
				case joined:
					h.setting(name, value)
				case k+1 < len(said):
					h.setting(name, said[k+1])
				}
			}
		}
	}
	return h.all
}

// callsIn are the hosts that a ConfigMap tells.
func callsIn(data map[string]string) []string {
	var h hosts
	for _, key := range slices.Sorted(maps.Keys(data)) {
		text := data[key]
		if len(text) > longestConfig {
			continue
		}
		h.setting(key, text)
		for _, found := range hostSetting.FindAllStringSubmatch(text, -1) {
			h.setting(found[1], found[2])
		}
	}
	return h.all
}

// addressesIn are the hosts of addresses in a ConfigMap.
func addressesIn(data map[string]string) []string {
	var h hosts
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if len(data[key]) <= longestConfig && !ownSetting.MatchString(key) {
			h.addresses(data[key])
		}
	}
	return h.all
}

// Named is a host that a line of a text names.
type Named struct {
	Host string // of a Service, or of one and its namespace: api.shop
	Line int
}

// settingLine is a line that gives a key a value.
var settingLine = regexp.MustCompile(`^[\s-]*["']?([\w.-]+)["']?(?:\s*:\s+|\s*=\s*)(\S.*)$`)

// CallsInValues are the hosts that values of a chart name, each once, where it stands first.
// What is commented out names none.
func CallsInValues(text string) []Named {
	var all []Named
	h, n := hosts{}, 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if at := strings.Index(line, "#"); at >= 0 && (at == 0 || line[at-1] == ' ' || line[at-1] == '\t') {
			line = line[:at]
		}
		known := len(h.all)
		if m := settingLine.FindStringSubmatch(line); m != nil {
			h.setting(m[1], strings.TrimSpace(m[2]))
		} else {
			h.text(line)
		}
		for _, host := range h.all[known:] {
			all = append(all, Named{host, n})
		}
	}
	return all
}
