package print

// LayoutVersion names how carnets are laid out. It is part of what a
// commanditaire approves: raise it with any change that a person holding the
// approved proof beside the carnet would see, and carnets not yet printed ask
// for a new proof.
const LayoutVersion = 1
