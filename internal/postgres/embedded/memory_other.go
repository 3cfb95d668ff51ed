//go:build unix && !linux

package embedded

// memoryDir is nowhere: only Linux has one that everybody may use.
const memoryDir = "/nowhere"

func roomy(string) bool { return false }
