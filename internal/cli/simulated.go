package cli

import (
	"context"
	"slices"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// simulated reads the one estate of the input that is played, and where it runs.
func (s *inputs) simulated(ctx context.Context, from input, c *responsibility.Catalog, as *responsibility.Offering,
	going *underway) (read *estate.Whole, of *kubernetes.Estate, places locate.Places, err error) {
	if read, err = s.estate(ctx, from, going); err != nil {
		return nil, nil, places, err
	}
	if err := nothingToSimulate(read); err != nil {
		return nil, nil, places, err
	}
	units := read.Simulated()
	if len(units) > 1 {
		return nil, nil, places, severalUnits(units)
	}
	at := slices.Index(read.Units, units[0])
	return read, units[0].Kubernetes, placesOf(c, read.Units, as, from.config)[at].Decided(), nil
}
