// What the operator's command says about itself.

/** Exit codes of the operator's command. */
export const OPERATOR_EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Its help. */
export const OPERATOR_HELP = `Usage: npm run ops -- COMMAND [options]

Looks after the service on this machine (npm start), or after a deployed stack.

  status              messages in every queue and dead-letter queue
      --count         also records by state; reads every record
      --json          as JSON
  redrive             puts the messages of the dead-letter queues back; right while the service runs
      --limit N       at most N messages
      --dry-run       only says how many wait
  backfill BUCKET     captions what is in the bucket already, except what has its record
      --prefix P      only keys that begin with P
      --limit N       at most N objects
      --dry-run       only counts
      --resume        goes on where the last backfill ended
      --here          with --stack: lists from this machine instead of in a state machine
  recaption           asks the worker about pictures whose machine texts another model wrote; no person's text changes
      --prefix P      only keys that begin with P
      --model-not M   the model that is to answer (NAME@VERSION, the worker's own by default): what it answered is left out
      --model M       only what this one was asked about last
      --budget-usd X  stops before it costs more, by what records tell or --usd-each X says that a picture costs
      --limit N       at most N pictures
      --dry-run       only counts, and says what it would cost
      --resume        goes on where the last one ended
      --propose       the answers stand beside the texts as proposals, also beside a machine's, until they are promoted
  diff                compares the words of two models, of pictures of which both have spoken, and what the linter says of them
      --from M --to M from which to which model (NAME@VERSION)
      --sample N      at most N pictures (100)
      --prefix P      only keys that begin with P
      --json          as JSON
  promote             puts the proposals of a model in the place of machines' texts, never of people's
      --to M          the model (NAME@VERSION)
      --prefix P, --limit N, --dry-run
  rollback            puts what a model said before in the place of another machine's texts, never of people's
      --to M          the model (NAME@VERSION)
      --prefix P, --limit N, --dry-run
  embed               writes texts into copies of pictures (XMP), below the service's own prefix; uploads stay as they are
      --prefix P      only pictures whose keys begin with P
      --key K         only the picture K
      --min-origin O  the weakest texts that are taken: machine, embedded, reviewed (unless told) or human
      --sidecar       into .xmp files beside, not into copies
      --limit N       at most N pictures
      --dry-run       makes and checks the copies, and keeps none
      --undo          removes what this command has written, and nothing else
  purge PREFIX        forgets all records whose keys begin with PREFIX; objects stay
      --yes           does it; without it only says how many there are
      --objects       also removes their objects
  export              all records as NDJSON, in the order of their last changes
      --since CURSOR  only what has changed since; each export tells its cursor on stderr

  --data FOLDER       the service on this machine with this data (default .local/service)
  --stack NAME        the deployed stack, with the credentials and the region of the AWS CLI
  --help              this text

Exit code: 0 done, 1 the service is not running or does not answer, 2 wrong command line, or --yes is missing.
`;
