// Stands in bundles for the AWS SDK's ways to credentials that Lambda and ECS never take: profiles, single sign-on, processes, token files.
// They find theirs in variables and at the container's endpoint; the rest, with clients of other services, is a twelfth of a bundle.

/** As the SDK's own errors that send it on to the next way. */
class NotHere extends Error {
  readonly tryNextLink = true;
}

const skipped = () => async (): Promise<never> => {
  throw new NotHere('bundles have no such way to credentials');
};

/** AWS IAM Identity Center. */
export const fromSSO = skipped;
/** Profiles of the command line. */
export const fromIni = skipped;
/** A process named by a profile. */
export const fromProcess = skipped;
/** Web identity, as in Kubernetes. */
export const fromTokenFile = skipped;
