package urls

// PublicCheque says what the chèque presented a moment ago is worth.
func PublicCheque() string { return "/cheque" }

// PublicPlaces is the public list of places.
func PublicPlaces() string { return "/lieux" }
