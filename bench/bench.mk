# The bench: see bench/run.py.
BENCH_CLIENT := $(B)/bench/client.o $(B)/tests/origin/map.o $(B)/formats/arena.o

$(B)/floor: $(B)/bench/floor.o $(BENCH_CLIENT)
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^
$(B)/tls_floor: $(B)/bench/tls_floor.o $(BENCH_CLIENT)
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lssl -lcrypto

$(B)/bench_rows: $(B)/bench/rows.o $(B)/bench/chains.o $(B)/audit.a $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS) $(MALLOC)

bench: all $(B)/origin $(B)/floor $(B)/tls_floor ## measure speed, CPU and memory against the floor, into bench/results.csv
	@python3 bench/run.py --build $(B)

.PHONY: bench-peers
bench-peers: all $(B)/origin ## compare with lychee, curl, httpx and scripts, which it installs into build/peers
	@PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=bench python3 -m peers --build $(B)
