package proof

// Examine is what Prove does inside its transaction.
var Examine = prove
