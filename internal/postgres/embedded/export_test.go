package embedded

// NpmDirs lets a test run the server that npm installed.
var NpmDirs = npmDirs

// ScratchDir is where throw-away data go.
func ScratchDir() string { return parentOf(false) }
