package clustertest

import (
	"fmt"
	"net"
	"time"

	"github.com/onus-project/onus/internal/crash"
)

// Restart cuts all connections, also of what it is just answering, refuses new ones for a while, and
// serves on with all that it keeps. It is not called where one is underway, nor after the test.
func (s *Server) Restart(down time.Duration) error {
	at := s.http.Listener.Addr().String()
	if err := s.http.Listener.Close(); err != nil {
		return fmt.Errorf("ending the server: %w", err)
	}
	s.http.CloseClientConnections()
	time.Sleep(down)
	l, err := net.Listen("tcp", at)
	if err != nil {
		return fmt.Errorf("starting the server anew: %w", err)
	}
	s.http.Listener = l
	go func() {
		defer crash.Handle()
		_ = s.http.Config.Serve(l) // it ends with its listener
	}()
	return nil
}
