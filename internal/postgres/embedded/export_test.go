package embedded

// NpmDirs lets a test run the server that npm installed.
var NpmDirs = npmDirs
