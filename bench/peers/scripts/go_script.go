// Redirect chains with Go's own client, as one would write it: LIST CONCURRENCY, a JSON line a URL to standard output.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

type hop struct {
	URL      string `json:"url"`
	Status   int    `json:"status"`
	Location string `json:"location"`
}

type row struct {
	URL   string `json:"url"`
	Hops  []hop  `json:"hops"`
	Error string `json:"error,omitempty"`
}

func walk(client *http.Client, first string) row {
	result := row{URL: first}
	for url := first; len(result.Hops) <= 20; {
		response, err := client.Get(url)
		if err != nil {
			result.Error = err.Error()
			break
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		result.Hops = append(result.Hops, hop{url, response.StatusCode, response.Header.Get("Location")})
		next, err := response.Location()
		if err != nil || response.StatusCode < 300 || response.StatusCode > 399 {
			break
		}
		url = next.String()
	}
	return result
}

func main() {
	list, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	concurrency, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	client := &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{MaxIdleConns: concurrency, MaxIdleConnsPerHost: 8},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	urls := make(chan string, concurrency)
	rows := make(chan row, concurrency)
	var walkers sync.WaitGroup
	for i := 0; i < concurrency; i++ {
		walkers.Add(1)
		go func() {
			defer walkers.Done()
			for url := range urls {
				rows <- walk(client, url)
			}
		}()
	}
	go func() {
		for lines := bufio.NewScanner(list); lines.Scan(); {
			urls <- lines.Text()
		}
		close(urls)
		walkers.Wait()
		close(rows)
	}()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for result := range rows {
		encoder.Encode(result)
	}
}
