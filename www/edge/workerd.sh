#!/bin/sh
# The runtime dies with the process that started it, however that one ended: an orphan would go on writing
# to a storage that somebody else owns by then.
exec setpriv --pdeathsig KILL "$WORKERD" "$@"
