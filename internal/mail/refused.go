package mail

import (
	"errors"
	"fmt"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// RefusedError is a message that was not taken. It keeps the server's codes
// and drops its sentence, which quotes the addressee.
type RefusedError struct {
	// Code and Enhanced are the server's, as in 550 and 5.1.1; zero and empty
	// when the message never reached it.
	Code     int
	Enhanced string
	// Permanent tells that trying again is of no use.
	Permanent bool
}

// Error gives the codes.
func (e *RefusedError) Error() string {
	if e.Code == 0 {
		return "the mail could not be sent"
	}
	return strings.TrimSpace(fmt.Sprintf("the mail server refused: %d %s", e.Code, e.Enhanced))
}

// Permanent reports whether err says that trying again is of no use.
func Permanent(err error) bool {
	var refusal *RefusedError
	return errors.As(err, &refusal) && refusal.Permanent
}

func refused(err error) error {
	var cause *gomail.SendError
	if !errors.As(err, &cause) {
		return &RefusedError{}
	}
	return &RefusedError{Code: cause.ErrorCode(), Enhanced: cause.EnhancedStatusCode(), Permanent: cause.ErrorCode() >= 500}
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
