# Unit tests: tests/LAYER/test_X.c is linked with that layer and the layers below it only, so the
# linker proves the include rule.
UNIT_TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/formats/test_*.c tests/audit/test_*.c tests/crawler/test_*.c))

$(B)/tests/formats/test_%: $(B)/tests/formats/test_%.o $(B)/formats.a
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/audit/test_%: $(B)/tests/audit/test_%.o $(B)/audit.a $(B)/formats.a
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/crawler/test_%: $(B)/tests/crawler/test_%.o $(B)/crawler.a $(B)/formats.a
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PHONY: unit
unit: $(UNIT_TESTS)
	@for t in $(UNIT_TESTS); do $$t || exit 1; done
.SECONDARY:
