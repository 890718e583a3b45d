# Tests. Each test file becomes a program that prints TAP; tests/run.py runs them all and counts.

# tests/LAYER/test_X.c is linked with that layer and the layers below it only, so the linker proves
# the include rule.
UNIT_TESTS := $(patsubst %.c,$(B)/%,$(wildcard $(LAYERS:%=tests/%/test_*.c)))
FUZZERS    := $(patsubst %.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS    := $(FUZZERS:%=$(B)/%.replay)
ARCHIVES   := $(B)/crawler.a $(B)/audit.a $(B)/formats.a

$(B)/tests/formats/test_%: $(B)/tests/formats/test_%.o $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/audit/test_%: $(B)/tests/audit/test_%.o $(B)/audit.a $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/crawler/test_%: $(B)/tests/crawler/test_%.o $(B)/crawler.a $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS) -lcmocka

# The first writes strange rows for tests/program/test_schema.py, the other answers tests/conformance/run.py.
SAMPLE_ROWS   := $(B)/tests/formats/sample_rows
ROBOTS_DECIDE := $(B)/tests/formats/robots_decide
$(SAMPLE_ROWS) $(ROBOTS_DECIDE): %: %.o $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS)

$(B)/tests/fuzz/fuzz_%.o: CPPFLAGS += -include tests/fuzz/target.h
# A fuzz target's corpus is run once by `make test`, with any compiler.
$(B)/tests/fuzz/%.replay: $(B)/tests/fuzz/replay.o $(B)/tests/fuzz/%.o $(ARCHIVES)
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS)
$(B)/tests/fuzz/%.fuzz: $(B)/tests/fuzz/%.o $(ARCHIVES)
	@echo "LD $@"; $(LINK) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

-include tests/origin/origin.mk bench/bench.mk

.PHONY: corpus run-tests run-fuzz run-demo
test: deps ## build and run all tests; T=name runs one file
	@$(MAKE) run-tests
run-tests: all $(B)/origin $(B)/inventory $(UNIT_TESTS) $(SAMPLE_ROWS) $(REPLAYS)
	@SANITIZE='$(SANITIZE)' build/venv/bin/python tests/run.py --build $(B) $(T)

demo: deps ## start a bundled site of 21,700 URLs on loopback, audit it, show what comes out
	@$(MAKE) run-demo
run-demo: all $(B)/origin $(B)/inventory
	@tests/demo/demo.sh $(B)

asan: deps ## the same tests with AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) run-tests B=build/asan CC=clang MALLOC= CFLAGS="-O1 -g -fno-omit-frame-pointer" \
	 SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all"
tsan: deps ## the same tests with ThreadSanitizer
	@$(MAKE) run-tests B=build/tsan CC=clang MALLOC= CFLAGS="-O1 -g" SANITIZE=-fsanitize=thread

FUZZ_SECONDS ?= 30
fuzz: deps ## fuzz each parser of untrusted bytes for FUZZ_SECONDS (30)
	@$(MAKE) run-fuzz B=build/fuzz CC=clang MALLOC= CFLAGS="-O1 -g" \
	 SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
run-fuzz: $(FUZZERS:%=$(B)/%.fuzz)
	@for f in $(FUZZERS); do \
	 mkdir -p $(B)/$$f.found; \
	 $(B)/$$f.fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	  -artifact_prefix=$(B)/$$f.found/ $(B)/$$f.found $$f.in >$(B)/$$f.log 2>&1 || { tail -40 $(B)/$$f.log; exit 1; }; \
	 echo "$$f: $$(sed -n 's/^stat::number_of_executed_units: *//p' $(B)/$$f.log) inputs, no crash"; \
	done

# Public cases by others, kept beside the project; skipped where they are not.
SHARED ?= ../shared/conformance
conformance: all $(ROBOTS_DECIDE) ## score the program on the public case sets in SHARED
	@python3 tests/conformance/run.py --detour $(B)/detour --robots $(ROBOTS_DECIDE) $(SHARED)

corpus: deps ## print each rule's precision and recall on the labelled chains of tests/audit/corpus
	@$(MAKE) $(B)/tests/audit/test_rules_corpus
	@$(B)/tests/audit/test_rules_corpus

lint: all ## format, static analysis, include rule, banned functions, generated documents
	@tests/lint/lint.sh $(B)
