// How rules read a node's attributes and what is known of its inputs.
import { type Node, toNumber } from './model.ts';
import { attributeOf } from './nodes.ts';
import { areNumbers, type Facts } from './sizes.ts';

/** What is known of a node's input. */
export type Inputs = (index: number) => Facts;
/** What is known of a node's outputs. */
export type Rule = (node: Node, input: Inputs) => readonly Facts[];

/** An attribute of one whole number. */
export const intOf = (node: Node, name: string, otherwise: number): number => {
  const attribute = attributeOf(node, name);
  return attribute === undefined ? otherwise : toNumber(attribute.i);
};
/** An attribute of whole numbers. */
export const intsOf = (node: Node, name: string): number[] | undefined => attributeOf(node, name)?.ints?.map(toNumber);
/** An input that is a vector of known numbers. */
export const numbersAt = (input: Inputs, index: number): readonly number[] | undefined => {
  const { elements } = input(index);
  return areNumbers(elements) ? elements : undefined;
};
/** The axes, which are an attribute in old versions of ONNX and an input in new ones. */
export const axesOf = (node: Node, input: Inputs, index: number): readonly number[] | undefined =>
  intsOf(node, 'axes') ?? numbersAt(input, index);
