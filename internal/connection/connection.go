// Package connection reads connection strings of MongoDB, as far as they tell how a client goes through an election.
// Who logs in, and with what, is not kept.
//
// Source: mongodb.com/docs/manual/reference/connection-string-options: names of options are the same in any case, and &
// or ; stands between them.
package connection

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// String is what one connection string says.
type String struct {
	From  string   // the setting that gives it; empty where nothing names it
	SRV   bool     // DNS names the hosts
	Hosts []string // in lower case, without ports
	Set   string   // the replica set that it names
	// Open says that a part of it is filled in elsewhere.
	Open bool
	// Direct says that the client talks to one host and looks for no others.
	Direct bool
	// NoRetryWrites and NoRetryReads say that it is told not to try again.
	NoRetryWrites, NoRetryReads bool
	W                           string        // the write concern; empty for that of the server
	Selection                   time.Duration // for how long it looks for a primary; 0 for 30 s, as drivers do
}

// written is a connection string in a text. What ends a sentence is no part of it.
var written = regexp.MustCompile(`mongodb(\+srv)?://[^\s"'` + "`" + `|\\]+`)

// Find are those that a text has, in their order.
func Find(from, text string) (all []String) {
	if !strings.Contains(text, "mongodb") {
		return nil
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, s := range written.FindAllString(line, -1) {
			if c, ok := Parse(strings.TrimRight(s, ",;.)")); ok && !slices.ContainsFunc(all, c.same) {
				c.From = from
				all = append(all, c)
			}
		}
	}
	return all
}

// Parse reads one; false where it is none.
func Parse(text string) (c String, ok bool) {
	rest, ok := strings.CutPrefix(text, "mongodb://")
	if !ok {
		if rest, ok = strings.CutPrefix(text, "mongodb+srv://"); !ok {
			return c, false
		}
		c.SRV = true
	}
	rest, options, _ := strings.Cut(rest, "?")
	// A password may have a slash that its author did not escape: what logs in ends at the last @.
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = rest[at+1:]
	}
	hosts, _, _ := strings.Cut(rest, "/")
	for host := range strings.SplitSeq(hosts, ",") {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), ".")); host == "" {
			continue
		}
		c.Open = c.Open || open(host)
		c.Hosts = append(c.Hosts, host)
	}
	if len(c.Hosts) == 0 {
		return c, false
	}
	for option := range strings.FieldsFuncSeq(options, func(r rune) bool { return r == '&' || r == ';' }) {
		c.option(option)
	}
	return c, true
}

func (c *String) option(text string) {
	name, value, given := strings.Cut(text, "=")
	if decoded, err := url.QueryUnescape(value); err == nil {
		value = decoded
	}
	if !given || open(value) || open(name) {
		c.Open = c.Open || open(text)
		return
	}
	switch strings.ToLower(name) {
	case "replicaset":
		c.Set = value
	case "directconnection":
		c.Direct = value == "true"
	case "connect":
		c.Direct = c.Direct || value == "direct" // as drivers had it before
	case "retrywrites":
		c.NoRetryWrites = value == "false"
	case "retryreads":
		c.NoRetryReads = value == "false"
	case "w":
		c.W = value
	case "serverselectiontimeoutms":
		if ms, err := strconv.Atoi(value); err == nil && ms > 0 {
			c.Selection = time.Duration(ms) * time.Millisecond
		}
	}
}

// open reports whether a text has a place that something else fills in.
func open(s string) bool { return strings.ContainsAny(s, "${}<>%*") || strings.Contains(s, "__") }

func (c String) same(o String) bool {
	return c.SRV == o.SRV && c.Set == o.Set && c.Direct == o.Direct && c.Open == o.Open && c.NoRetryWrites == o.NoRetryWrites &&
		c.NoRetryReads == o.NoRetryReads && c.W == o.W && c.Selection == o.Selection && slices.Equal(c.Hosts, o.Hosts)
}

// String is the string without who logs in, for people to find it by.
func (c String) String() string {
	if c.SRV {
		return "mongodb+srv://" + strings.Join(c.Hosts, ",")
	}
	return "mongodb://" + strings.Join(c.Hosts, ",")
}
