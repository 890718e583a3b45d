# The bench: see bench/run.py.
$(B)/floor: $(B)/bench/floor.o $(B)/tests/origin/map.o $(B)/formats/arena.o
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

bench: all $(B)/origin $(B)/floor ## measure speed, CPU and memory against the floor, into bench/results.csv
	@python3 bench/run.py --build $(B)
