package ui

import "github.com/a-h/templ"

// ProgressArgs is a long task's state. Total zero is not known yet.
type ProgressArgs struct {
	// ID tells tasks of a page apart.
	ID string
	// Label names the task, Text says where it is: « 1 240 carnets sur 2 000 ».
	Label, Text string
	Done, Total int64
	// StreamURL sends the next states; empty when nothing follows.
	StreamURL string
	// Over says the task has ended, well or not.
	Over bool
	// Body is what can be done now: cancel, download.
	Body templ.Component
}
