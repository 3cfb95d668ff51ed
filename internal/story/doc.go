// Package story holds the proofs that need everything at once: the whole life
// of a chèque in real browsers, every page of every role, what strangers can
// tell. It holds tests only.
package story
