# What zsh offers for a line, one a line: offers.zsh SCRIPT LINE. A second zsh sits at a terminal of its own and completes for real.
zmodload zsh/zpty
zpty inner zsh -f -i
{
  local line
  zpty -w inner "source =(cat <<'SETUP'
PROMPT=
autoload -Uz compinit && compinit -u -D
source $1
bindkey '^M' undefined-key
bindkey '^J' undefined-key
bindkey '^I' complete-word
first-line () { print -r -- '<<<'; }
last-line () { print -r -- '>>>'; exit; }
compprefuncs=( first-line )
comppostfuncs=( last-line )
compadd () {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"\$@\"; return; fi
  local -a offered
  builtin compadd -A offered \"\$@\"
  print -rl -- \$offered
}
print -r -- READY
SETUP
)"
  zpty -r inner line '*READY*'
  zpty -n -w inner "$2"$'\t'
  zpty -r inner line '*>>>*'
  line=${line##*<<<}
  print -r -- ${${line%%>>>*}//$'\r'/}
} always {
  zpty -d inner
}
