// Package public serves the pages that everyone may read without signing in. It
// refuses to know who reads them: the same address shows the same page.
package public
