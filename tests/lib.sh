# shellcheck shell=sh
# Sourced by the shell tests: TAP lines, waiting for a state, and a terminal to look at.
#
#	#!/bin/sh
#	. "$(dirname "$0")/lib.sh"
#	check 'help names the demo' sh -c '"$PAGETOP" --help | grep -q demo'
#	tm_start 80x24 "$PAGETOP" demo
#	check 'the demo starts' tm_wait 'demo'
#	done_testing
#
# srcdir, top_builddir and SANITIZERS come from `make check`; by hand, build/default is tested.

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd) || exit 99
top_builddir=${top_builddir:-$srcdir/build/default}
PAGETOP=$top_builddir/pagetop
ACTOR=$top_builddir/tests/actor
SANITIZERS=${SANITIZERS-}
PATIENCE=${PATIENCE:-60}	# seconds that a state may take to come: other tests and compilers run beside this one

# part MOST: how many tries this check has the time for: all with LONG=1, else a twentieth
part() {
	echo $(($1 / (${LONG:+1} + 0 ? 1 : 20)))
}
LC_ALL=C.UTF-8
XDG_CONFIG_HOME=/dev/null	# what the user likes is none of a test's
export PAGETOP LC_ALL XDG_CONFIG_HOME

tap_n=0
tap_failed=0
tap_gone=
tmp=

# ---- TAP

ok() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1"
}

# not_ok DESC [DETAIL...]: the details become diagnostic lines
not_ok() {
	tap_n=$((tap_n + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_n - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | note
}

skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# through [NAME...]: what follows goes through these views and sources; where tests/without took one
# of them away, its checks are left out
through() {
	tap_gone=
	for tap_name; do
		[ "$tap_name" != "${WITHOUT-}" ] || tap_gone=$tap_name
	done
}

# all_through NAME...: the same of the whole test
all_through() {
	through "$@"
	[ -z "$tap_gone" ] || {
		echo "1..0 # SKIP $tap_gone was taken away"
		exit 0
	}
}

# check DESC CMD...: ok when CMD succeeds; else its output is the detail
check() {
	tap_desc=$1
	shift
	if [ -n "$tap_gone" ]; then
		skip "$tap_desc" "$tap_gone was taken away"
		return
	fi
	tmpdir
	# a file and not $(...), so that CMD may set variables and leave something running
	if "$@" >"$tmp/.check" 2>&1; then
		ok "$tap_desc"
	else
		not_ok "$tap_desc" "exit status $? of: $*" "$(cat "$tmp/.check")"
	fi
}

# note: standard input as diagnostic lines
note() {
	sed 's/^/# /'
}

# need PROGRAM...: without them there is nothing to test
need() {
	for tap_file; do
		[ -x "$tap_file" ] && continue
		echo "Bail out! $tap_file is not there: make check builds it"
		exit 99
	done
}

# done_testing: the plan, and the end of the test
done_testing() {
	echo "1..$tap_n"
	[ "$tap_failed" -eq 0 ]
	exit
}

# ---- files and time

# tmpdir: makes $tmp, a directory that goes when the test ends
tmpdir() {
	[ -n "$tmp" ] || tmp=$(mktemp -d "${TMPDIR:-/tmp}/pt.XXXXXX") || exit 99
}

tap_cleanup() {
	tap_status=$?
	tm_stop
	stop_aside
	[ -z "$tmp" ] || rm -rf "$tmp"
	exit "$tap_status"
}
trap tap_cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 141' PIPE	# whoever reads the lines may leave

# uptime_cs: hundredths of a second since boot, a clock that nobody sets
uptime_cs() {
	read -r tap_up _ </proc/uptime
	echo "${tap_up%.*}${tap_up#*.}"
}

# wait_for SECONDS CMD...: until CMD succeeds; fails when it has not by then. Each look costs others time, so the longer
# it takes the rarer they are.
wait_for() {
	tap_end=$(($(uptime_cs) + $1 * 100))
	shift
	tap_pause=.02
	until "$@"; do
		[ "$(uptime_cs)" -lt "$tap_end" ] || return 1
		sleep $tap_pause
		case $tap_pause in
		.02) tap_pause=.04 ;;
		.04) tap_pause=.08 ;;
		*) tap_pause=.15 ;;
		esac
	done
}

# ---- processes beside the test

asides=

# aside CMD...: in the background until the test ends; its pid is in $aside
aside() {
	"$@" &
	aside=$!
	asides="$asides $aside"
}

# stop_aside [PID...]: those, or all of them
stop_aside() {
	# shellcheck disable=SC2086 # one word for each pid
	[ $# -gt 0 ] || set -- $asides
	for tap_pid; do
		asides=$(printf '%s\n' "$asides" | sed "s/ $tap_pid\>//")
		kill -KILL "$tap_pid" 2>/dev/null
		wait "$tap_pid" 2>/dev/null
	done
	return 0
}

# a copy that no other test runs: nobody else maps its pages
own_actor() {
	tmpdir
	cp "$ACTOR" "$tmp/actor" && ACTOR=$tmp/actor
}

# unshared: the rows that do not change as others come and go, who map the same files
unshared() {
	grep -v '\.so\|\[vdso\]'
}

# ---- a terminal: one tmux server per tm_start, its socket in $tmp
# (a server that was told to go may still answer for a moment, so no name is used twice)

tm_n=0

tm() {
	TMUX_TMPDIR=$tmp tmux -u -L "pt$tm_n" -f /dev/null "$@"
}

# tm_start WIDTHxHEIGHT CMD...: a screen of just that size, which stays when CMD ends
tm_start() {
	tmpdir
	tm_stop
	tm_n=$((tm_n + 1))
	tm_size=$1
	shift
	# the shell outlives CMD, because tmux may lose the last output of a program that ends at once
	# shellcheck disable=SC2016 # that shell expands it
	tm start-server \; set -g status off \; set -g default-terminal screen-256color \; \
		new-session -d -x "${tm_size%x*}" -y "${tm_size#*x}" sh -c '
			trap : INT QUIT
			unset TMUX TMUX_PANE
			file=$1
			shift
			"$@"
			echo $? >"$file.new"
			mv "$file.new" "$file"
			exec sleep 86400' sh "$tmp/.status$tm_n" "$@"
}

# tm_keys KEY...: as in tmux send-keys (Enter, Escape, C-d, or the characters themselves)
tm_keys() {
	tm send-keys "$@"
}

# tm_screen [-e]: the screen as text, with -e with its colours
# shellcheck disable=SC2120 # only some callers want colours
tm_screen() {
	tm capture-pane -p "$@"
}

# tm_status: the exit status of CMD; fails as long as it runs
tm_status() {
	cat "$tmp/.status$tm_n" 2>/dev/null
}

tm_has() {
	tm_screen | grep -q -e "$1"
}

# tm_wait PATTERN [SECONDS]: until the screen has it; else shows the screen and fails
tm_wait() {
	wait_for "${2:-$PATIENCE}" tm_has "$1" && return
	echo "not on the screen: $1"
	tm_screen
	return 1
}

tm_stop() {
	[ "$tm_n" -eq 0 ] || tm kill-server 2>/dev/null
	return 0
}
