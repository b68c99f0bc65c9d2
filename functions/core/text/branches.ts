// The branches of the W3C WAI alt decision tree (https://www.w3.org/WAI/tutorials/images/decision-tree/), in its order.

/** Each branch: the tree's question, and what it says to do. */
export const ALT_BRANCHES = {
  'text-nearby': 'the text in the picture also stands beside it as real text, so the alt text is empty',
  'text-effect': 'the text in the picture is only there for its look, so the alt text is empty',
  'text-function': 'the text in the picture has a function, so the alt text says the function',
  'text-included': 'the text in the picture stands nowhere else, so the alt text includes it',
  functional: 'the picture is the link or button, so the alt text says where it leads or what it does',
  informative: 'the picture adds meaning, so the alt text describes it briefly',
  complex: 'the picture holds complex information, so the alt text is short and the information has to stand elsewhere on the page',
  redundant: 'the text beside the picture says the same already, so the alt text is empty',
  decorative: 'the picture is only decoration, so the alt text is empty',
  unclear: 'what the link or button does cannot be seen in the picture, so the alt text only says what it shows',
} as const;

/** A key of `ALT_BRANCHES`. */
export type AltBranch = keyof typeof ALT_BRANCHES;
