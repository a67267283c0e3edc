# A window of scalelab on a display of its own, and hands for it. Sourced by `run` and `film`; needs Xvfb, xdotool and
# ImageMagick, and draws in software, so that pixels do not depend on the graphics processor.

program=${SCALELAB:-${CARGO_TARGET_DIR:-target}/release/scalelab}
folder=$(mktemp -d)
server='' running=''

export LIBGL_ALWAYS_SOFTWARE=1 WINIT_X11_SCALE_FACTOR=1
export XDG_DATA_HOME=$folder/data XDG_RUNTIME_DIR=$folder SCALELAB_RUNS=$folder/runs.sqlite
unset WAYLAND_DISPLAY

# How long anything is waited for, in tenths of a second.
patience=1200

needs() {
  local tool
  for tool in Xvfb xdotool import convert compare; do
    command -v "$tool" >/dev/null || { echo "$tool not found: apt-get install xvfb xdotool imagemagick" >&2; exit 1; }
  done
  [ -x "$program" ] || { echo "$program not found: cargo build --release, or SCALELAB=PROGRAM" >&2; exit 1; }
}

# A display of this size that nobody else has. It does not begin anew when its last window closes: the next would find it closed.
open_display() {
  local number=$folder/display
  Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp -noreset 3>"$number" 2>/dev/null &
  server=$!
  until_true test -s "$number"
  export DISPLAY=:$(<"$number")
}

close_display() {
  [ -z "$server" ] || { kill "$server"; wait "$server" 2>/dev/null || true; }
  server=''
  rm -f "$folder/display"
}

# Opens the window with these arguments on the whole display, and takes the keyboard. The pointer rests in a corner.
open_window() {
  local window
  rm -rf "$XDG_DATA_HOME"
  mkdir -p "$XDG_DATA_HOME"
  "$program" --renderer glow "$@" 2>"$folder/log" &
  running=$!
  until_true has_window
  window=$(find_window)
  xdotool windowfocus "$window" mousemove 9999 9999
  until_true is_painted
}

close_window() {
  [ -z "$running" ] || { kill "$running"; wait "$running" 2>/dev/null || true; }
  running=''
}

find_window() { xdotool search --onlyvisible --name '· scalelab' 2>/dev/null | tail -n 1; }
has_window() {
  kill -0 "$running" 2>/dev/null || { echo "the program ended:" >&2; cat "$folder/log" >&2; running=''; exit 1; }
  [ -n "$(find_window)" ]
}

tidy() {
  close_window
  close_display
  rm -rf "$folder"
}
trap tidy EXIT

# Waits until a command succeeds.
until_true() {
  local left=$patience
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "waited in vain for: $*" >&2; exit 1; }
    sleep 0.1
  done
}

# Whether something lies over the window: then what stands at the upper left is dim.
is_covered() { [ "$(brightness)" -lt "$((bright * 85 / 100))" ]; }
is_painted() { [ "$(brightness)" -gt 50 ]; }
is_free() { ! is_covered; }
# How far the name of what is open stands out from what is behind it, of 100.
brightness() {
  import -window root -crop 240x24+8+12 +repage -colorspace gray -format '%[fx:int(100*(maxima-minima))]' info:
}

# Does what these words find among everything that can be done.
wants() {
  bright=$(brightness)
  xdotool key ctrl+p
  until_true is_covered
  xdotool type --delay 15 -- "$1"
  xdotool key Return
  until_true is_free
}

# Waits until nothing moves, and keeps the picture.
picture() {
  local before after
  before=$folder/before.png after=$folder/after.png
  import -window root "$after"
  for _ in $(seq "$((patience / 10))"); do
    mv "$after" "$before"
    sleep 1
    import -window root "$after"
    if cmp -s "$before" "$after"; then
      mv "$after" "$1"
      return
    fi
  done
  echo "it does not stand still" >&2
  exit 1
}
