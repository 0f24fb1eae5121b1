package responsibility

import (
	"path"
	"slices"
	"strings"
)

// metadataService is by what programs are told to ask the service that tells of their instance.
type metadataService struct {
	Addresses []string `json:"addresses"`
	Refusals  []string `json:"refusals"` // parts of words of what keeps somebody from it
	Disabled  string   `json:"disabled"` // the variable by which SDKs ask nothing there
	From      []string `json:"from"`
}

// AsksMetadata reports whether a text tells somebody to ask the metadata service of an instance. Who
// names the address alone mostly means to keep others from it, or to go around a proxy.
func AsksMetadata(text string) bool {
	return slices.ContainsFunc(namesKnown().Metadata.Addresses, func(at string) bool { return strings.Contains(text, at) }) &&
		!RefusesMetadata(text)
}

// RefusesMetadata reports whether an argument or a variable, by its words, keeps somebody from what it names.
func RefusesMetadata(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(namesKnown().Metadata.Refusals, func(word string) bool { return strings.Contains(text, word) })
}

// DisablesMetadata reports whether a variable of the environment tells SDKs to ask nothing there.
func DisablesMetadata(name, value string) bool {
	return name == namesKnown().Metadata.Disabled && strings.EqualFold(value, "true")
}

// clusterCommand is a command by which a script says which cluster it is for.
type clusterCommand struct {
	Words []string `json:"words"`
	Named bool     `json:"named,omitempty"` // a word that is no flag follows
	From  []string `json:"from"`
}

// ChoosesCluster reports whether a command says which cluster a script is for.
func ChoosesCluster(command []string) bool {
	return len(command) > 0 && slices.ContainsFunc(namesKnown().ClusterCommands, func(c clusterCommand) bool {
		if path.Base(command[0]) != c.Words[0] {
			return false
		}
		rest := command[1:]
		for _, word := range c.Words[1:] {
			at := slices.Index(rest, word)
			if at < 0 {
				return false
			}
			rest = rest[at+1:]
		}
		return !c.Named || len(rest) > 0 && (rest[0] == "-" || !strings.HasPrefix(rest[0], "-"))
	})
}
