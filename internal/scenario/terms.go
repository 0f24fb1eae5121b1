package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// terms are what the owner of a pool sets, as it is written.
type terms struct {
	Pool           string    `json:"pool"`
	MaxSurge       *amount   `json:"maxSurge"`
	MaxUnavailable *amount   `json:"maxUnavailable"`
	DrainTimeout   *duration `json:"drainTimeout"`
	Soak           *duration `json:"soak"`
	Channel        string    `json:"nodeOSUpgradeChannel"`
}

// amount is a number of nodes or a percentage of them.
type amount contract.Pace

// UnmarshalJSON takes 2, "2" and "33%".
func (a *amount) UnmarshalJSON(data []byte) error {
	value := jsontext.Value(data)
	written := value.String()
	if value.Kind() == '"' {
		written = written[1 : len(written)-1]
	}
	p, ok := contract.ParseAmount(written)
	if !ok {
		return fmt.Errorf("is %s, wants a number of nodes such as 2, or a percentage such as 33%%", value)
	}
	*a = amount(p)
	return nil
}

// checkTerms looks at what can be seen without an estate.
func (f *File) checkTerms() error {
	for i := range f.form.Terms {
		t, at := &f.form.Terms[i], jsontext.Pointer(fmt.Sprintf("/terms/%d", i))
		if t.MaxSurge == nil && t.MaxUnavailable == nil && t.DrainTimeout == nil && t.Soak == nil && t.Channel == "" {
			return f.fault(at, "", "sets nothing: wants maxSurge, maxUnavailable, drainTimeout, soak or nodeOSUpgradeChannel")
		}
		if t.Channel != "" && t.Pool != "" {
			return f.fault(at+"/nodeOSUpgradeChannel", "", "is of the whole cluster, and not of one pool")
		}
		if t.MaxSurge != nil && t.MaxUnavailable != nil && contract.Pace(*t.MaxSurge).Zero() && contract.Pace(*t.MaxUnavailable).Zero() {
			return f.fault(at+"/maxUnavailable", "", "is 0 with maxSurge 0: no node would ever be replaced")
		}
		for _, x := range []struct {
			name  string
			d     *duration
			least time.Duration
		}{{"drainTimeout", t.DrainTimeout, time.Second}, {"soak", t.Soak, 0}} {
			if x.d != nil && (time.Duration(*x.d) < x.least || time.Duration(*x.d) > year) {
				return f.fault(at+jsontext.Pointer("/"+x.name), "", "is %s, wants %s to a year (365d)", words.Duration(time.Duration(*x.d)),
					words.Duration(x.least))
			}
		}
	}
	return nil
}

// terms finds the pools that the file sets terms of.
func (f *File) terms(k Known) ([]simulate.PoolTerms, error) {
	var all []simulate.PoolTerms
	for i := range f.form.Terms {
		t, at := &f.form.Terms[i], jsontext.Pointer(fmt.Sprintf("/terms/%d", i))
		if t.Pool != "" && !slices.Contains(k.Pools, t.Pool) {
			return nil, f.unknown(at+"/pool", "node pool", t.Pool, k.Pools)
		}
		if t.DrainTimeout != nil && !settable(k) {
			return nil, f.fault(at+"/drainTimeout", "", "cannot be set: the provider fixes how long a drain waits")
		}
		if t.Channel != "" {
			if err := f.channel(at, t.Channel, k); err != nil {
				return nil, err
			}
		}
		all = append(all, simulate.PoolTerms{
			Pool: t.Pool, Surge: (*contract.Pace)(t.MaxSurge), Unavailable: (*contract.Pace)(t.MaxUnavailable),
			Drain: (*time.Duration)(t.DrainTimeout), Soak: (*time.Duration)(t.Soak),
		})
	}
	return all, nil
}

// settable reports whether some contract lets the customer set how long a drain
// waits.
func settable(k Known) bool {
	for _, o := range k.Offerings {
		if o.Contract != nil && o.Contract.SetsDrain() {
			return true
		}
	}
	return false
}

// channel checks that the contracts have one, and that no trigger is left to the customer
// by it.
func (f *File) channel(at jsontext.Pointer, value string, k Known) error {
	at += "/nodeOSUpgradeChannel"
	channels := channelsOf(k)
	switch {
	case len(channels) == 0:
		return f.fault(at, "", "cannot be set: no contract here has such a channel")
	case !slices.Contains(channels, value):
		return f.fault(at, didYouMean(value, channels), "is %q, wants %s", value, words.Or(channels))
	}
	for _, o := range k.Offerings {
		if o.Contract == nil {
			continue
		}
		for i := range o.Contract.Terms {
			t := &o.Contract.Terms[i]
			for n := range f.form.Triggers {
				x := &f.form.Triggers[n]
				if *x.Kind == t.Trigger && x.Move == t.Name && t.Unless.To(value) {
					return f.fault(jsontext.Pointer(fmt.Sprintf("/triggers/%d", n)), "", "does not happen: with nodeOSUpgradeChannel %s %s makes no %s",
						value, o.Provider, t.Title())
				}
			}
		}
	}
	return nil
}

// channelsOf are those that the contracts have.
func channelsOf(k Known) []string {
	var all []string
	for _, o := range k.Offerings {
		if o.Contract == nil {
			continue
		}
		for _, t := range o.Contract.Terms {
			for _, c := range t.Unless.Of {
				if !slices.Contains(all, c) {
					all = append(all, c)
				}
			}
		}
	}
	return all
}

// under is the move that a trigger without one stands for under a channel: the first that
// is not left to the customer; empty where that is the first of all.
func (f *File) under(kind string, k Known) string {
	for i := range f.form.Terms {
		value := f.form.Terms[i].Channel
		if value == "" {
			continue
		}
		for _, o := range k.Offerings {
			if o.Contract == nil {
				continue
			}
			for n, t := range o.Contract.For(kind) {
				if t.Unless.To(value) {
					continue
				}
				if n == 0 {
					return ""
				}
				return t.Name
			}
		}
	}
	return ""
}
