package compute

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// set is what the owner of clusters on an offering sets of how their nodes go, as far as was read.
type set struct {
	left   *contract.Contract
	unsure string
	pools  string
}

// settingsOf are those of the clusters on an offering that has a contract.
func (c *consequences) settingsOf(on *responsibility.Offering) set {
	if s, is := c.sets[on]; is {
		return s
	}
	s := set{pools: atOnceBy(c.estate, on)}
	left := on.Contract.Without(func(t *contract.Terms) bool {
		value, at, _ := c.estate.Channel(&t.Unless)
		return at != nil && t.Unless.To(value)
	})
	if left != on.Contract {
		s.left = left
	}
	if l := on.Contract.Routine().Unless; len(l.Values) > 0 {
		if _, _, open := c.estate.Channel(&l); open {
			s.unsure = fmt.Sprintf("%s is set to what is not known here: unless that is %s, ", l.Setting, words.Or(l.Values))
		}
	}
	if c.sets == nil {
		c.sets = map[*responsibility.Offering]set{}
	}
	c.sets[on] = s
	return s
}

// atOnceBy says how many nodes go at once on an offering by what Terraform sets for its pools: which of
// them a workload runs on is not known. It is empty where none sets anything.
func atOnceBy(e *kubernetes.Estate, on *responsibility.Offering) string {
	var amounts []string
	setting, said, open := "", false, false
	for i := range e.Objects {
		o := &e.Objects[i]
		for k := range on.AtOnce {
			of := &on.AtOnce[k]
			if _, pool := o.Values[of.Pool]; of.API != o.API || of.Pool != "" && !pool {
				continue
			}
			amount, key, unknown := amountAtOnce(of, o)
			if key != "" {
				setting, said = key, true
			}
			open = open || unknown
			if !slices.Contains(amounts, amount) {
				amounts = append(amounts, amount)
			}
		}
	}
	switch {
	case !said:
		return ""
	case open:
		return fmt.Sprintf("as many nodes at once as %s says, which is not known here", setting)
	case len(amounts) == 1 && amounts[0] == "1":
		return fmt.Sprintf("1 node at a time, as %s has it", setting)
	}
	slices.Sort(amounts)
	return fmt.Sprintf("%s nodes at once, as %s has it", words.Or(amounts), setting)
}

// amountAtOnce is how many nodes of a pool go at once, and by which setting; 1 where it sets nothing.
func amountAtOnce(by *responsibility.AtOnce, o *kubernetes.Object) (amount, key string, unknown bool) {
	if by.Sums {
		return sumAtOnce(by, o)
	}
	for _, at := range by.Keys {
		v, is := o.Values[at]
		switch {
		case !is || v == "0" || v == "0%":
			continue
		case v == "":
			return "", at[strings.LastIndexByte(at, '.')+1:], true
		case slices.Contains(by.Percent, at):
			v += "%"
		}
		if v == "1" {
			return "1", at[strings.LastIndexByte(at, '.')+1:], false
		}
		if n, known := contract.ParseAmount(v); known && n.Kind == contract.PacePercent {
			v += " of the"
		}
		return v, at[strings.LastIndexByte(at, '.')+1:], false
	}
	return "1", "", false
}

// sumAtOnce is the same where all that is set adds up.
func sumAtOnce(by *responsibility.AtOnce, o *kubernetes.Object) (amount, key string, unknown bool) {
	total, names := 0, []string{}
	for _, at := range by.Keys {
		v, is := o.Values[at]
		if !is || v == "0" {
			continue
		}
		n, err := strconv.Atoi(v)
		total, unknown = total+n, unknown || err != nil
		names = append(names, at[strings.LastIndexByte(at, '.')+1:])
	}
	if len(names) == 0 {
		return "1", "", false
	}
	if key = strings.Join(names, " plus "); unknown {
		return "", key, true
	}
	return strconv.Itoa(total), key, false
}
