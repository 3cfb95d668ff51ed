//go:build unix && !linux

package embedded

import "syscall"

// dieWithParent does nothing here: an orphan is stopped at the next start.
func dieWithParent(*syscall.SysProcAttr) {}
