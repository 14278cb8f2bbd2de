help-about = Introduces someone who needs help and someone who helps, by a short number, and relays between them. It can read nothing of what they do.
help-after =
    Every flag also has an environment variable, ENTRAIDE_RENDEZVOUS_ and its name (lists with commas), and all but
    --config and --json stand in the file under the same name. Flags win over the environment, it over the file.
    SIGTERM closes in order, a second one at once; SIGHUP reads the limits again.
help-serve = Serve until told to stop (what happens without a command)
help-check = Check the settings and say what is wrong with them
help-id = Print the node's peer id, by which peers know it
help-config = The settings file (usual place: config.toml in the program's configuration directory)
help-listen = Listen there, e.g. /ip4/0.0.0.0/udp/4580/quic-v1; may be repeated (usual: port 4580, UDP and TCP, everywhere)
help-external = Peers reach the node there, e.g. /dns4/meet.example.org/tcp/4580; may be repeated (usual: found out); printed at the start, with the node's id, to give to people
help-data = The directory of the node's key
help-lang = The language of sentences: fr or en
help-log = The least important log lines that are written: error, warn, info, debug or trace
help-json = One JSON object a line on standard output

usage-unknown = There is no “{ $argument }” here. --help lists what there is.
usage-command = There is no command “{ $command }”. The commands are serve, check and id.
usage-no-value = “{ $argument }” needs a value.
usage-value = “{ $argument }” does not take “{ $value }”. --help says what it takes.
usage-twice = “{ $argument }” may be given once only.

config-line = { $file }, line { $line }
config-wrong = { $place }: { $problem }
config-unreadable = this file cannot be read ({ $error }).
config-syntax = this is not TOML ({ $error }).
config-unknown = there is no setting “{ $key }”. There are: { $accepted }.
config-value = “{ $key }” does not take { $found }. It takes { $accepted }.
config-no-data = the system names no directory for the node's key. Name one with --data.
accepts-number = a whole number from { $least } to { $most }
accepts-listen = a list of addresses such as "/ip4/0.0.0.0/udp/4580/quic-v1" or "/ip6/::/tcp/4580"
accepts-external = a list of addresses such as "/ip4/198.51.100.7/udp/4580/quic-v1" or "/dns4/meet.example.org/tcp/4580"
accepts-path = a path, in quotes
accepts-word = one of these words, in quotes: { $words }
accepts-table = a table: [limits], with its values in the lines below

check-fine = { $file } is in order.
check-defaults = There is no settings file; the usual values are in order.

no-key = The node's key cannot be had: { $error }. It belongs to the node's user alone (chmod 600).

node-not-listening = Not listening on { $address }: { $error }.
node-silent = The node can listen nowhere, so it ends. { $refused } Is another node running, or is the port below 1024?
node-silent-unsaid = No address gave a reason.
node-no-setup = The network cannot be set up: { $error }.
node-give-everybody = Give this address to people: { $address }
node-give-network = Give this address to people on the same local network: { $address }
node-give-computer = On this computer alone there is this address: { $address }
node-reachable = People in several networks reach this node at { $address }, so it may be given to others.
node-violation = { $peer } broke a rule, and its stream was closed: { $violation }.
node-reloaded = The limits were read again and count from now on.
node-reloaded-partly = The limits were read again and count from now on, except those that need a restart: { $keys }.
node-settings-wait = Changed, but this needs a restart: { $keys }.
node-settings-kept = The settings stay as they were. { $error }
node-closing =
    { $circuits ->
        [0] Closing.
        [one] Closing: one session is still being relayed; it has { $seconds } s to end. Once more ends at once.
       *[other] Closing: { $circuits } sessions are still being relayed; they have { $seconds } s to end. Once more ends at once.
    }
node-closed =
    { $cut ->
        [0] Closed.
        [one] Closed; one session was cut.
       *[other] Closed; { $cut } sessions were cut.
    }
