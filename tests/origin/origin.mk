# The bundled origin (HTTP, TLS, DNS from a table), the demo's inventory and the bench's floor client.
ORIGIN_SUPPORT := $(B)/formats/arena.o $(B)/formats/buf.o
ORIGIN_OBJECTS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/origin/*.c))

$(B)/origin: $(ORIGIN_OBJECTS) $(ORIGIN_SUPPORT)
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lssl -lcrypto

# Writes the demo's list of URLs and the origin's table for it.
$(B)/inventory: $(patsubst %.c,$(B)/%.o,$(wildcard tests/demo/*.c)) $(ORIGIN_SUPPORT)
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^
