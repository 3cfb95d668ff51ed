package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
)

// clients sends requests over connections that stay open, with as little work
// as a load generator can do: it runs on the very cores that it measures.
type clients struct {
	address string
	idle    chan *client
}

type client struct {
	conn   net.Conn
	reader *bufio.Reader
}

func newClients(address string) *clients {
	return &clients{address: address, idle: make(chan *client, 128)}
}

// send writes a whole request and reads its answer.
func (c *clients) send(ctx context.Context, request []byte) (status int, body []byte, err error) {
	k, err := c.take(ctx)
	if err != nil {
		return 0, nil, err
	}
	if _, err := k.conn.Write(request); err != nil {
		return 0, nil, fmt.Errorf("send request: %w", err)
	}
	response, err := http.ReadResponse(k.reader, nil)
	if err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	c.idle <- k
	return response.StatusCode, body, nil
}

func (c *clients) take(ctx context.Context) (*client, error) {
	select {
	case k := <-c.idle:
		return k, nil
	default:
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.address)
	if err != nil {
		return nil, fmt.Errorf("reach the site: %w", err)
	}
	return &client{conn: conn, reader: bufio.NewReader(conn)}, nil
}
