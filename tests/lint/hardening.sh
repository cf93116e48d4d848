#!/bin/sh
# usage: hardening.sh PROGRAM...      Each program is built as Debian builds: position-independent, all relocations done
# and read-only before it starts, no stack that can be run, stacks and copies checked.
failed=0
bad() {
  echo "$program: $1"
  failed=1
}
has() { printf '%s\n' "$1" | grep -Eq "$2"; }

[ $# -gt 0 ] || exit 1
for program in "$@"; do
  segments=$(readelf -hlW "$program") dynamic=$(readelf -dW "$program") symbols=$(readelf -W --dyn-syms "$program")
  { has "$segments" '^ *Type: *DYN' && has "$dynamic" 'FLAGS_1.*PIE'; } || bad 'not position-independent'
  { has "$segments" GNU_RELRO && has "$dynamic" 'BIND_NOW|FLAGS_1.*NOW'; } || bad 'relocations can be written to'
  has "$segments" 'GNU_STACK.* RW ' || bad 'the stack can be run'
  has "$symbols" __stack_chk_fail || bad 'no stack protector'
  has "$symbols" '__(snprintf|memcpy|fprintf)_chk' || bad 'no checks of copies (_FORTIFY_SOURCE)'
done
exit "$failed"
