# detour: `make demo` shows it at work, `make test` tests it, `make help` lists the rest.

CC      ?= gcc
B       ?= build
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.1.0)
PREFIX  ?= /usr/local

PACKAGES := libcurl libcares libzstd libidn2 libpsl libcrypto libssl libxml-2.0 zlib
CPPFLAGS += -I. -I$(B) -D_GNU_SOURCE -DDETOUR_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
CFLAGS   ?= -O2 -g
ALL_CFLAGS = -std=c11 $(WARNINGS) $(CFLAGS) $(SANITIZE) -pthread -ffile-prefix-map=$(CURDIR)=.
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lck -lm
MALLOC   ?= -ljemalloc

include tests/tests.mk

ALL_SRC  := $(wildcard formats/*.c crawler/*.c audit/*.c audit/rules/*.c)
FORMATS  := $(patsubst %.c,$(B)/%.o,$(wildcard formats/*.c))
AUDIT    := $(patsubst %.c,$(B)/%.o,$(wildcard audit/*.c audit/rules/*.c))
CRAWLER  := $(patsubst %.c,$(B)/%.o,$(filter-out crawler/main.c,$(wildcard crawler/*.c)))
RULES    := $(sort $(wildcard audit/rules/*.c))

.PHONY: all deps demo test lint asan tsan fuzz conformance bench docs install clean help FORCE

all: $(B)/detour

$(B)/detour: $(B)/crawler/main.o $(B)/crawler.a $(B)/audit.a $(B)/formats.a
	@echo "LD $@"; $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(MALLOC)

$(B)/formats.a: $(FORMATS)
$(B)/audit.a: $(AUDIT)
$(B)/crawler.a: $(CRAWLER)
$(B)/%.a:
	@rm -f $@; ar rcs $@ $^

$(B)/%.o: %.c | $(B)/rules.def
	@mkdir -p $(@D); echo "CC $<"; $(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The folder is the list of rules; rewritten only when it changes.
$(B)/rules.def: FORCE
	@mkdir -p $(@D); printf 'RULE(%s)\n' $(basename $(notdir $(RULES))) >$@.new; \
	 cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# Headers that changed rebuild what includes them.
-include $(shell find $(B) -name '*.d' 2>/dev/null)
