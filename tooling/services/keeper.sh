# Usage: keeper FOLDER
#
# Removes FOLDER, and ends the processes that use it, when its standard input closes. That happens when the process that
# started the keeper closes it, or dies.
#
# Each line of input replaces the one before: "SIGNAL GROUP", where GROUP is the process group that uses the folder and
# SIGNAL is what ends it. The signal 0 ends nothing: the keeper waits up to ten seconds for the processes to finish. An
# empty line means that no process uses the folder.
folder=$1
signal=
group=
while read -r next_signal next_group; do
  signal=$next_signal
  group=$next_group
done

[ -z "$group" ] || kill -s "$signal" -- "-$group"
patience=200
while [ "$signal" = 0 ] && kill -s 0 -- "-$group" && [ "$((patience -= 1))" -gt 0 ]; do
  sleep 0.05
done
# Processes that are ending may still create files.
attempts=100
until rm -rf "$folder" || [ "$((attempts -= 1))" -eq 0 ]; do
  sleep 0.05
done
