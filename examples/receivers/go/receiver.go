// Receives mail in Go 1.19 or later, without modules: go run receiver.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	largest   = 64 << 20        // octets of a request
	tolerance = 5 * time.Minute // how far the two clocks may differ
)

var (
	goodID        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	goodTimestamp = regexp.MustCompile(`^[0-9]{1,12}$`)
)

// isGenuine tells whether the octets come from somebody who has the secret, and came just now.
func isGenuine(key []byte, header http.Header, body []byte) bool {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	if !goodID.MatchString(id) || !goodTimestamp.MatchString(timestamp) {
		return false
	}
	seconds, _ := strconv.ParseInt(timestamp, 10, 64)
	if age := time.Since(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := mac.Sum(nil)
	// Several signatures, separated by blanks, while a secret is changed.
	for _, signature := range strings.Fields(header.Get("webhook-signature")) {
		given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(signature, "v1,"))
		if err == nil && strings.HasPrefix(signature, "v1,") && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}

// store keeps the mail under its webhook-id. False: it is there already, because an earlier answer got lost.
func store(folder, id string, body []byte) (bool, error) {
	file := filepath.Join(folder, id+".json")
	if _, err := os.Stat(file); err == nil {
		return false, nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	temporary, err := os.CreateTemp(folder, "."+id+".")
	if err != nil {
		return false, err
	}
	defer os.Remove(temporary.Name())
	if _, err = temporary.Write(body); err == nil {
		err = temporary.Sync()
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary.Name(), file) // a crash leaves the whole mail or none
	}
	return err == nil, err
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(key) < 24 {
		log.Fatal("WEBHOOK_SECRET must be the secret of the destination: whsec_…")
	}
	folder, port := "inbox", "9000"
	if given := os.Getenv("MAIL_FOLDER"); given != "" {
		folder = given
	}
	if given := os.Getenv("PORT"); given != "" {
		port = given
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		// The octets as they came: verify before any parsing.
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, largest))
		if err != nil {
			response.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if request.Method == http.MethodHead { // 'destinations test' asks whether anybody is there
			response.WriteHeader(http.StatusNoContent)
			return
		}
		if !isGenuine(key, request.Header, body) {
			fmt.Println("refused")
			response.WriteHeader(http.StatusUnauthorized)
			return
		}
		id := request.Header.Get("webhook-id")
		isNew, err := store(folder, id, body)
		if err != nil {
			response.WriteHeader(http.StatusInternalServerError) // the mail comes again
			return
		}
		if isNew {
			var event struct{ Data struct{ Subject string } }
			_ = json.Unmarshal(body, &event)
			fmt.Println("stored", id, event.Data.Subject)
		} else {
			fmt.Println("repeated", id)
		}
		response.WriteHeader(http.StatusNoContent) // after any other answer the same mail comes again
	})))
}
