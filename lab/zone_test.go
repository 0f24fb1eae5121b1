package lab

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// zone is one of clocks that a test sets, for the program alone: a window that is open each day from 11:00 for 61 minutes
// closes when the test says so, and opens again soon after, since the clocks are put forward then.
type zone struct {
	name, file string
}

// newZone is one in which it is as late as in UTC.
func newZone(t *testing.T, x *carrier) *zone {
	t.Helper()
	dir := filepath.Join(x.dir, "zones")
	z := &zone{name: "Lab/Clock", file: filepath.Join(dir, "Lab", "Clock")}
	if err := os.MkdirAll(filepath.Dir(z.file), 0o755); err != nil {
		t.Fatal(err)
	}
	x.env = append(x.env, "ZONEINFO="+dir)
	z.write(t, 0, time.Unix(1<<31-1, 0), 0)
	return z
}

// closes has it be 12:01 at some time, and 11:00 of the next day so long after that.
func (z *zone) closes(t *testing.T, at time.Time, long time.Duration) {
	t.Helper()
	const day, noon, eleven = 24 * 60 * 60, 12*60*60 + 60, 11 * 60 * 60
	second := at.Unix() % day
	before := (noon - second + day) % day
	after := before + day + eleven - noon - int64(long.Seconds())
	z.write(t, int32(before), at.Add(long), int32(after))
}

// write writes it as the first version of the format has it: so many seconds east of Greenwich until some time, and so
// many from then on.
//
// Source: section 3 of RFC 8536.
func (z *zone) write(t *testing.T, before int32, until time.Time, after int32) {
	t.Helper()
	data := append([]byte("TZif"), make([]byte, 16)...)
	for _, n := range []uint32{0, 0, 0, 1, 2, 4} { // one change, two offsets, four letters of names
		data = binary.BigEndian.AppendUint32(data, n)
	}
	data = binary.BigEndian.AppendUint32(data, uint32(until.Unix()))
	data = append(data, 1)
	for _, offset := range []int32{before, after} {
		data = binary.BigEndian.AppendUint32(data, uint32(offset))
		data = append(data, 0, 0)
	}
	if err := os.WriteFile(z.file, append(data, "LAB\x00"...), 0o644); err != nil {
		t.Fatal(err)
	}
}
