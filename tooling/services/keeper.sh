# Runs a command for as long as its standard input stays open: sh keeper.sh SIGNAL FOLDER COMMAND [ARGUMENT...]
# When the other end of standard input closes, because somebody closed it or because the process that held it is gone,
# the command gets SIGNAL and FOLDER is removed. When the command ends on its own, FOLDER stays.
signal=$1
folder=$2
shift 2

exec 3<&0
"$@" 3<&- &
command=$!
(
  read -r _ <&3
  kill -s "$signal" "$command" 2>/dev/null
  true
) &
reader=$!
exec 3<&-

wait "$command"
status=$?
kill "$reader" 2>/dev/null
# A tool that the command started may write for another moment.
if wait "$reader"; then rm -rf "$folder" 2>/dev/null || { sleep 1 && rm -rf "$folder"; }; fi
exit "$status"
