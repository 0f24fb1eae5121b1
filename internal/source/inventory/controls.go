package inventory

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
)

// window reads when an instance is maintained: none says that nobody chose it, which an empty value leaves open.
func window(i *database.Instance, value string) *document.Error {
	if i.NoWindow = strings.EqualFold(value, "none"); !i.NoWindow {
		i.Window = value
	}
	return nil
}

// controls reads what makes a flaw harder to use: several with ; between them, of which the one that begins with network
// says who reaches the instance: private, public, or networks. The others are told as they are.
func controls(i *database.Instance, value string) *document.Error {
	i.Controls = value
	for one := range strings.SplitSeq(value, ";") {
		words := strings.FieldsFunc(one, func(r rune) bool { return r == ' ' || r == ',' })
		if len(words) == 0 || words[0] != "network" && words[0] != "networks" {
			continue
		}
		for _, w := range words[1:] {
			if w == "private" || w == "public" {
				public := w == "public"
				i.Public = &public
				continue
			}
			n, ok := database.ParseNetwork(w)
			if !ok {
				return &document.Error{Field: "controls", Msg: fmt.Sprintf("has %q, which is no network", w),
					Hint: "write network private, network public, or networks such as network 10.0.0.0/8"}
			}
			i.Networks = append(i.Networks, n)
		}
	}
	return nil
}
