// Receives mail in Go 1.19 or later, without modules: go run receiver.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const (
	largest   = 128 << 20       // octets of a request
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

// store keeps the mail under its webhook-id. False: it is there already, from an earlier request or from one at the same time.
func store(folder, id string, body []byte) (bool, error) {
	file := filepath.Join(folder, id+".json")
	isNew := false
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		temporary, err := write(folder, id, body)
		if err == nil {
			err = os.Link(temporary, file) // of several at the same time, one succeeds; a crash leaves the whole mail or none
		}
		os.Remove(temporary)
		if err != nil && !errors.Is(err, os.ErrExist) {
			return false, err
		}
		isNew = err == nil
	} else if err != nil {
		return false, err
	}
	return isNew, sync(folder) // for a repeat too: the other request may not have come this far
}

// write puts the octets into a file of their own, and on disk.
func write(folder, id string, body []byte) (string, error) {
	file, err := os.CreateTemp(folder, "."+id+".")
	if err != nil {
		return "", err
	}
	if _, err = file.Write(body); err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return file.Name(), err
}

// sync writes the names in a folder to the disk. Windows has no such call.
func sync(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	names, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer names.Close()
	return names.Sync()
}

// receive returns the status of the answer.
func receive(key []byte, folder string, response http.ResponseWriter, request *http.Request) int {
	if request.Method == http.MethodHead { // 'destinations test' asks whether anybody is there
		return http.StatusNoContent
	}
	if request.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	if request.ContentLength > largest {
		return http.StatusRequestEntityTooLarge
	}
	// The octets as they came: verify before any parsing.
	body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, largest))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	} else if err != nil {
		return http.StatusServiceUnavailable
	}
	if !isGenuine(key, request.Header, body) {
		fmt.Println("refused")
		return http.StatusUnauthorized
	}
	id := request.Header.Get("webhook-id")
	isNew, err := store(folder, id, body)
	if err != nil {
		fmt.Println("failed", err)
		return http.StatusServiceUnavailable // after any answer but 2xx the same mail comes again
	}
	if isNew {
		fmt.Println("stored", id)
	} else {
		fmt.Println("repeated", id)
	}
	return http.StatusNoContent
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
	if _, err := os.Stat(folder); err != nil {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			log.Fatal(err)
		}
		if err := sync(filepath.Dir(folder)); err != nil {
			log.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr().(*net.TCPAddr).Port)
	server := http.Server{ReadTimeout: 2 * time.Minute, Handler: http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		response.WriteHeader(receive(key, folder, response, request))
	})}
	log.Fatal(server.Serve(listener))
}
