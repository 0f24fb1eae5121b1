package simulate

import (
	"testing"
	"unsafe"
)

// TestStatesFillLinesOfMemory holds that classes, and the states of nodes and pods, which are gone
// through at each turn, begin at the beginning of a line of memory.
func TestStatesFillLinesOfMemory(t *testing.T) {
	const line = 64
	for what, size := range map[string]uintptr{
		"class": unsafe.Sizeof(class{}), "nodeState": unsafe.Sizeof(nodeState{}), "podState": unsafe.Sizeof(podState{}),
	} {
		if size%line > 0 {
			t.Errorf("a %s has %d bytes, which is no multiple of %d", what, size, line)
		}
	}
}
