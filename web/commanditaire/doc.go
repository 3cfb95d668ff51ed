// Package commanditaire is the space of who orders and pays: home, orders,
// what it co-funds. It refuses to decide anything: screens read, call, answer.
package commanditaire
