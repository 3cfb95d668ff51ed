package networkui

import "strings"

// Message is one message of a thread, ready to be read.
type Message struct {
	Who, When string
	Mine      bool
	Decided   bool // tells a decision or what to correct
	Body      string
}

// paragraphs are the blocks of a message, each as its lines.
func (m Message) paragraphs() [][]string {
	var blocks [][]string
	for _, block := range strings.Split(m.Body, "\n\n") {
		if block = strings.TrimSpace(block); block != "" {
			blocks = append(blocks, strings.Split(block, "\n"))
		}
	}
	return blocks
}
