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
		if t.MaxSurge == nil && t.MaxUnavailable == nil && t.DrainTimeout == nil && t.Soak == nil {
			return f.fault(at, "", "sets nothing: wants maxSurge, maxUnavailable, drainTimeout or soak")
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
