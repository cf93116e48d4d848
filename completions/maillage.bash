# Completion of `maillage TOOL OPTION` in bash. What there is to complete comes from the tools themselves.

_maillage() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} tool=${COMP_WORDS[1]-}
  local command=${COMP_WORDS[0]} choices=
  if ((COMP_CWORD == 1)); then
    choices="$("$command" --complete-tools 2>/dev/null) help --help --version"
  elif [[ $tool == help ]]; then
    choices="$("$command" --complete-tools 2>/dev/null) file tutorial"
  elif [[ $word == -* ]]; then
    choices=$("$command" "$tool" --complete-options 2>/dev/null | cut -d ' ' -f 1)
  elif [[ $before == -* ]]; then
    # the values of an option that names them; files otherwise
    choices=$("$command" "$tool" --complete-options 2>/dev/null |
      awk -v option="$before" '$1 == option { for (i = 3; i <= NF; i++) print $i }')
  fi
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}

complete -o default -F _maillage maillage
