package edit

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// longest is how many items a sequence may have that is changed item by item: for each of
// them the text is read again.
const longest = 200

// towardSequence changes a sequence item by item: those that stay are left as they are, with
// their comments, one that is other is changed where it stands, and the rest comes or goes.
// It goes from the last to the first, so that the places of the others stay what they are.
func towardSequence(text []byte, path []string, is, want []any) ([]byte, error) {
	if max(len(is), len(want)) > longest {
		return nil, fmt.Errorf("%w: a list of more than %d items", ErrForm, longest)
	}
	var err error
	for i, k := len(is), len(want); err == nil && (i > 0 || k > 0); {
		same := alike(is[:i], want[:k])
		switch {
		case i > 0 && k > 0 && reflect.DeepEqual(is[i-1], want[k-1]):
			i, k = i-1, k-1
		case k > i && alike(is[:i], want[:k-1]) == same:
			text, err = inserted(text, path, i, want[k-1])
			k--
		case i > k && alike(is[:i-1], want[:k]) == same:
			text, err = dropped(text, path, i-1)
			i--
		case i > 0 && k > 0 && alike(is[:i-1], want[:k-1]) == same: // one for the other
			text, err = toward(text, append(slices.Clone(path), strconv.Itoa(i-1)), want[k-1])
			i, k = i-1, k-1
		case k > 0 && alike(is[:i], want[:k-1]) == same:
			text, err = inserted(text, path, i, want[k-1])
			k--
		default:
			text, err = dropped(text, path, i-1)
			i--
		}
	}
	return text, err
}

// itemByItem changes each item of a sequence where it stands.
func itemByItem(text []byte, path []string, want []any) ([]byte, error) {
	var err error
	for i := 0; i < len(want) && err == nil; i++ {
		text, err = toward(text, append(slices.Clone(path), strconv.Itoa(i)), want[i])
	}
	return text, err
}

// alike is how many items two lists have in common, in their order.
func alike(a, b []any) int {
	row := make([]int, len(b)+1)
	for i := range a {
		before := 0
		for k := range b {
			was := row[k+1]
			if row[k+1] = max(row[k+1], row[k]); reflect.DeepEqual(a[i], b[k]) {
				row[k+1] = before + 1
			}
			before = was
		}
	}
	return row[len(b)]
}

// inserted puts an item before another one of a sequence, or behind the last.
func inserted(text []byte, path []string, before int, value any) ([]byte, error) {
	d, in, err := found(text, path)
	if err != nil || len(in.value.Content) == 0 || !block(in.value) {
		return nil, ErrForm
	}
	l, items := d.lines, in.value.Content
	indent := items[0].Column - 1
	written := d.written("", value, indent)
	dash := in.value.Column - 1
	written[0] = strings.Repeat(" ", dash) + "-" + strings.Repeat(" ", max(indent-dash-1, 1)) + strings.TrimLeft(written[0], " ")
	if before < len(items) {
		return l.insert(l.above(items[before].Line, in.value.Column)-1, written).text, nil
	}
	return l.insert(d.last(place{value: items[len(items)-1]}), written).text, nil
}

// dropped takes an item out of a sequence that has others, with the comments above it.
func dropped(text []byte, path []string, i int) ([]byte, error) {
	d, in, err := found(text, path)
	if err != nil || len(in.value.Content) < 2 || !block(in.value) {
		return nil, ErrForm
	}
	l, item := d.lines, in.value.Content[i]
	if l.column(item.Line) != in.value.Column {
		return nil, ErrForm // its dash stands on another line, or behind another one
	}
	return l.cut(l.above(item.Line, in.value.Column), d.last(place{value: item})).text, nil
}
