package embedded

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// memoryDir is the file system in memory that Linux offers everybody.
const memoryDir = "/dev/shm"

// enough is what the tests of this house need at most, several times over.
const enough = 4 << 30

// noExec is a file system's flag: PostgreSQL's programs may have to be copied
// beside its data.
const noExec = 0x8

// roomy reports whether dir may hold a server's data: a container often gives
// it 64 MB, and a small machine needs its memory.
func roomy(dir string) bool {
	var found syscall.Statfs_t
	if err := syscall.Statfs(dir, &found); err != nil || found.Flags&noExec != 0 {
		return false
	}
	return found.Bavail*uint64(found.Bsize) >= enough && availableMemory() >= 2*enough
}

// availableMemory is what programs can still have, in bytes; zero when unknown.
func availableMemory() uint64 {
	known, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(known)) {
		if value, ok := strings.CutPrefix(line, "MemAvailable:"); ok {
			kilobytes, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64) // zero when unknown
			return kilobytes << 10
		}
	}
	return 0
}
