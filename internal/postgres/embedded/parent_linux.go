package embedded

import "syscall"

// dieWithParent makes the kernel stop the server when we die, even killed.
func dieWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = interruptSignal }
