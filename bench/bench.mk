# The bench: see bench/run.py.
BENCH_CLIENT := $(B)/bench/client.o $(B)/tests/origin/map.o $(B)/formats/arena.o

$(B)/floor: $(B)/bench/floor.o $(BENCH_CLIENT)
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^
$(B)/tls_floor: $(B)/bench/tls_floor.o $(BENCH_CLIENT)
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lssl -lcrypto

$(B)/multi_floor: $(B)/bench/multi_floor.o $(BENCH_CLIENT)
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcurl

$(B)/bench_rows: $(B)/bench/rows.o $(B)/bench/chains.o $(B)/audit.a $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS) $(MALLOC)

$(B)/bench_inventory: $(B)/bench/inventory.o $(B)/audit.a $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS) $(MALLOC)

BENCH_PROGRAMS := $(addprefix $(B)/,detour origin floor tls_floor multi_floor bench_rows bench_inventory)

# WORKLOAD="plain tails" measures these only; SCALE=1 at full size; ROUNDS=3 a shorter series.
bench: $(BENCH_PROGRAMS) ## measure speed, CPU and memory against bare clients, into bench/results.csv
	@python3 bench/run.py --build $(B) $(SCALE:%=--scale %) $(ROUNDS:%=--rounds %) $(WORKLOAD)
