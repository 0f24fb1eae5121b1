package document

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"k8s.io/apimachinery/pkg/api/resource"
)

// What a quantity may be written with: 2^63 has 19 digits, and nano is the smallest
// unit. The library works out every power of ten that is written down, and of a few
// digits in the exponent that takes until the end of the day.
const (
	longestQuantity = 100
	largestExponent = 100
)

// boundedQuantities reads quantities as Kubernetes does, but those that nobody can
// work with.
var boundedQuantities = json.WithUnmarshalers(json.UnmarshalFunc(func(text []byte, q *resource.Quantity) error {
	if !workable(bytes.Trim(text, `"`)) {
		return fmt.Errorf("is a quantity (%.20s), out of range", bytes.Trim(text, `"`))
	}
	return q.UnmarshalJSON(text)
}))

// workable reports whether a quantity, if it is one, is of a size that can be worked with.
func workable(text []byte) bool {
	if len(text) > longestQuantity {
		return false
	}
	at := bytes.IndexAny(text, "eE")
	if at < 0 {
		return true
	}
	n, err := strconv.Atoi(string(text[at+1:]))
	if errors.Is(err, strconv.ErrSyntax) {
		return true // a unit, as E is for 10^18, or no quantity at all, which the library says
	}
	return err == nil && max(n, -n) <= largestExponent
}
