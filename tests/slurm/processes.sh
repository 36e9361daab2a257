# For cluster-up and cluster-down: processes that were started in $folder, each by a name. FOLDER/run/NAME.process holds
# its pid and its start time, so that a pid that has come back as something else is never taken for ours.
# shellcheck shell=bash

start_ticks() {  # PID: nothing when there is no such process, or only its remains
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [[ $1 != Z ]] && echo "${20}"
}

is_running() {  # NAME
  local pid ticks
  read -r pid ticks 2>/dev/null <"$folder/run/$1.process" && [[ -n $ticks && $(start_ticks "$pid") == "$ticks" ]]
}

any_running() {
  local file
  for file in "$folder"/run/*.process; do
    [[ -f $file ]] && is_running "$(basename "$file" .process)" && return 0
  done
  return 1
}

start() {  # NAME PROGRAM ARGUMENT...: the program must not go into the background by itself
  local name=$1 pid
  shift
  (cd / && exec setsid "$@" </dev/null >>"$folder/log/$name.out" 2>&1 9>&-) &
  pid=$!
  echo "$pid $(start_ticks "$pid")" >"$folder/run/$name.process"
}

end() {  # PATIENCE NAME: asks, waits, kills
  local patience=$1 name=$2 pid
  is_running "$name" || return 0
  read -r pid _ <"$folder/run/$name.process"
  kill -CONT "$pid" 2>/dev/null
  kill -TERM "$pid" 2>/dev/null
  for ((i = 0; i < patience * 20; i++)); do
    is_running "$name" || break
    sleep 0.05
  done
  is_running "$name" && kill -KILL "$pid"
  rm -f "$folder/run/$name.process"
}
