// Package admin is the operator's space: what waits, orders, organisations,
// structures, payments. It refuses to decide anything: screens read, call,
// answer.
package admin
