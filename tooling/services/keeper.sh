# Waits until its standard input closes, because somebody closed it or because the process that held it is gone. Then it
# ends the processes that work in FOLDER and removes FOLDER: keeper FOLDER
# Each line of input says who works there from then on: a signal that ends them and the number of their process group.
# The signal 0 ends nothing and lets them finish. An empty line: nobody.
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
# They may still write while they go.
attempts=100
until rm -rf "$folder" || [ "$((attempts -= 1))" -eq 0 ]; do
  sleep 0.05
done
