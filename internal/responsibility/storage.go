package responsibility

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
)

// storage is the form of storage.yaml.
type storage struct {
	Unattached []server `json:"unattached,omitempty"`

	name string // of the last file, for errors
	doc  *document.Document
}

// server is what serves volumes that are attached to no node, by its names.
type server struct {
	Names []string `json:"names"`
	// Asked says that it is so only where its driver itself says so in the input.
	Asked bool     `json:"asked,omitempty"`
	From  []string `json:"from"`
}

// add lays a file over what is known.
func (x *storage) add(f *file[storage]) {
	x.name, x.doc = f.name, f.doc
	x.Unattached = append(x.Unattached, f.value.Unattached...)
}

// check is the fault of a server that cites no source there is.
func (x *storage) check(c *Catalog) error {
	for _, s := range x.Unattached {
		if err := c.uncited(x.name, x.doc, s.Names[0], s.From); err != nil {
			return err
		}
	}
	return nil
}

// Unattached reports whether volumes of what serves them, by its name, are attached to
// no node; attach is what its driver itself says of that in the input (true or false, or
// nothing), and comes first.
func (c *Catalog) Unattached(name, attach string) bool {
	if attach == "true" {
		return false
	}
	return slices.ContainsFunc(c.storage.Unattached, func(s server) bool {
		return (!s.Asked || attach == "false") && slices.ContainsFunc(s.Names, func(pattern string) bool { return called(name, pattern) })
	})
}

// Servers are what serves volumes that are attached to no node, each with its sources.
func (c *Catalog) Servers() map[string][]string {
	all := map[string][]string{}
	for _, s := range c.storage.Unattached {
		for _, name := range s.Names {
			all[name] = s.From
		}
	}
	return all
}

// called reports whether a name is one, or ends as one does that begins with a *.
func called(name, pattern string) bool {
	end, ending := strings.CutPrefix(pattern, "*")
	return name == pattern || ending && strings.HasSuffix(name, end)
}
