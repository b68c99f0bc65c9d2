// The branches of the W3C WAI alt decision tree (https://www.w3.org/WAI/tutorials/images/decision-tree/), in its order.

/** Each branch: the tree's question, and what it says to do. */
export const ALT_BRANCHES = {
  // 1. Does the image contain text?
  'text-nearby': 'the text in the picture also stands beside it as real text, so the alt text is empty',
  'text-effect': 'the text in the picture is only there for its look, so the alt text is empty',
  'text-function': 'the text in the picture has a function, so the alt text says the function',
  'text-included': 'the text in the picture stands nowhere else, so the alt text includes it',
  // 2. Is it used in a link or a button, and would that be hard to understand without it?
  functional: 'the picture is the link or button, so the alt text says where it leads or what it does',
  // 3. Does it contribute meaning to the page?
  informative: 'the picture adds meaning, so the alt text describes it briefly',
  complex: 'the picture holds complex information, so the alt text is short and the information has to stand elsewhere on the page',
  redundant: 'the text beside the picture says the same already, so the alt text is empty',
  // 4. Is it purely decorative?
  decorative: 'the picture is only decoration, so the alt text is empty',
  // 5. Is its use not listed above, or is it unclear what to say?
  unclear: 'what the link or button does cannot be seen in the picture, so the alt text only says what it shows',
} as const;

/** A key of `ALT_BRANCHES`. */
export type AltBranch = keyof typeof ALT_BRANCHES;
