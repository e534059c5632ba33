# Mutual. `make` alone says what there is. Variables reach the programs as they are typed, spaces and quotes included:
# they travel through the environment, never through the text of a command.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo certs build package run-server run-client test-users test check format bench pictures clean setup installed

# Node 26 comes with the packages, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

IP ?= 127.0.0.1
PORT ?= 12345
CERTS ?= certs
# Not given: whoever and whatever is there; the first time alice and bob, and this machine.
CLIENTS ?=
HOSTS ?=
AS ?= alice
ARGS ?=
DIR ?= build/users
USERS ?= ada bob
export IP PORT CERTS CLIENTS HOSTS AS DIR USERS

help:
	@printf '\nMutual: private chat for a group that runs its own server.\n\n'
	@printf '  \033[1mmake demo\033[0m         a server and two clients, from nothing, in one terminal\n\n'
	@printf '  make certs        a certificate authority, a server and clients   CLIENTS="alice bob"  HOSTS="chat.example.org"  CERTS=certs\n'
	@printf '  make build        dist/chat-server and dist/chat-client for this machine\n'
	@printf '  make run-server   the server                                      IP=127.0.0.1  PORT=12345\n'
	@printf '  make run-client   one client                                      IP=127.0.0.1  PORT=12345  AS=alice\n\n'
	@printf '  make test         installs what it needs, then every check and every test\n'
	@printf '  make check        the same without installing anything\n'
	@printf '  make format       puts the code into its form\n'
	@printf '  make test-users   users with OpenPGP keys, to try things out              USERS="ada bob"  DIR=build/users\n'
	@printf '  make package      executables for Linux, macOS and Windows\n'
	@printf '  make pictures     docs/pictures, from a real conversation\n'
	@printf '  make bench        benchmarks                                      ARGS=full  ARGS="room mls"\n'
	@printf '  make clean        removes dist and build; certificates and data stay\n\n'

# npm ci, when the packages are missing or not those of the lockfile. `node` may be the machine's own until it has run.
installed:
	@node scripts/installed.mjs || { \
	  echo 'installing packages into node_modules: about half a minute' >&2; \
	  scripts/setup.sh libatomic1 && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error; }

demo: installed
	@if [ -t 1 ]; then scripts/setup.sh tmux; fi
	@node scripts/demo.ts $(ARGS)

certs: installed
	@node scripts/gen-certs.ts $(ARGS)

build: installed
	@node scripts/build.ts

package: installed
	@node scripts/package.ts $(ARGS)

run-server: build
	@exec dist/chat-server -ip "$$IP" -p "$$PORT" --certs "$$CERTS" $(ARGS)

run-client: build
	@exec dist/chat-client -ip "$$IP" -p "$$PORT" --certs "$$CERTS" --as "$$AS" $(ARGS)

test-users: installed
	@node scripts/test-users.ts --dir "$$DIR" --users "$$USERS" $(ARGS)

setup:
	@scripts/setup.sh libatomic1 binutils openssl procps tmux gnupg dirmngr sks zsh fish mandoc man-db libnss3-tools gnutls-bin zbar-tools chromium fonts-noto-core

test: setup installed
	@node scripts/check.ts

check: installed
	@node scripts/check.ts

format: installed
	@oxfmt

pictures: build
	@node test/pictures/make.ts

bench: build
	@node test/bench/run.ts $(ARGS)

clean:
	rm -rf dist build coverage
