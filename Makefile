# detour: `make demo` shows it at work, `make test` tests it, `make help` lists the rest.

ifeq ($(origin CC),default)
CC := gcc
endif
B       ?= build
PREFIX  ?= /usr/local
VERSION := 0.1.0

PACKAGES := libcurl libcares libzstd icu-uc libpsl libcrypto libssl libxml-2.0 zlib libxxhash
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
CFLAGS   ?= -O2 -g
CPPFLAGS += -I. -I$(B) -D_GNU_SOURCE -DDETOUR_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lck -lm
MALLOC   ?= -ljemalloc
ALL_CFLAGS = -std=c11 $(WARNINGS) $(CFLAGS) $(SANITIZE) -pthread -ffile-prefix-map=$(CURDIR)=.
COMPILE  = $(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c
LINK     = $(CC) $(ALL_CFLAGS) $(LDFLAGS)

# One job for each processor, unless -j says otherwise or another make has a say in it.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += --no-print-directory

LAYERS  := formats audit crawler
FORMATS := $(patsubst %.c,$(B)/%.o,$(wildcard formats/*.c))
AUDIT   := $(patsubst %.c,$(B)/%.o,$(wildcard audit/*.c audit/rules/*.c audit/inventory/*.c))
PROGRAM := crawler/main.c crawler/run.c
CRAWLER := $(patsubst %.c,$(B)/%.o,$(filter-out $(PROGRAM),$(wildcard crawler/*.c)))
RULES   := $(sort $(basename $(notdir $(wildcard audit/rules/*.c audit/inventory/*.c))))

.PHONY: all deps demo test lint asan tsan fuzz conformance bench docs install clean help FORCE
.SECONDARY:

all: $(B)/detour ## build build/detour (CC=clang, B=folder, CFLAGS=... as wanted)

$(B)/detour: $(PROGRAM:%.c=$(B)/%.o) $(B)/crawler.a $(B)/audit.a $(B)/formats.a
	@echo "LD $@"; $(LINK) -o $@ $^ $(LDLIBS) $(MALLOC)

$(B)/formats.a: $(FORMATS)
$(B)/audit.a: $(AUDIT)
$(B)/crawler.a: $(CRAWLER)
$(B)/%.a:
	@mkdir -p $(@D); rm -f $@; ar rcs $@ $^

$(B)/%.o: %.c | $(B)/rules.def
	@mkdir -p $(@D); echo "CC $<"; $(COMPILE) -o $@ $<

# The folders are the list of rules; rewritten only when it changes.
$(B)/rules.def: FORCE
	@mkdir -p $(@D); printf '%s\n' $(patsubst %,'RULE(%)',$(RULES)) >$@.new; \
	 cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# What tells the version is compiled again when it changes.
$(B)/version: FORCE
	@mkdir -p $(@D); echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@
VERSIONED := $(shell grep -l 'DETOUR_VERSION\|"crawler/options.def"' crawler/*.c tests/crawler/*.c)
$(VERSIONED:%.c=$(B)/%.o): $(B)/version

# Headers that changed rebuild what includes them.
-include $(shell find $(addprefix $(B)/,$(LAYERS) tests bench) -name '*.d' 2>/dev/null)

include tests/tests.mk

deps: ## install what is missing with apt, and the tests' Python packages
	@tests/deps.sh build/venv

docs: $(B)/detour ## write the generated parts of README.md and audit/RULES.md anew
	@python3 tests/lint/docs.py --write $(B)/detour

install: all ## install into PREFIX (/usr/local), under DESTDIR
	install -D -m 755 $(B)/detour $(DESTDIR)$(PREFIX)/bin/detour

clean: ## remove everything that was built
	rm -rf $(B)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
