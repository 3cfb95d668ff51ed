package continuity

import _ "embed"

// readme is what a liquidator reads first.
//
//go:embed readme.txt
var readme []byte
