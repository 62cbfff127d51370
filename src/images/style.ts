/** What stands for the prompt in the text of a style. */
const placeholder = '{prompt}';

/**
 * The prompt as a style has it said: in the place of each `{prompt}`, else before the style's text, a blank line between them. Where
 * one of the two has nothing to say, the other stands alone.
 * @param style the style's text
 */
export function styledPrompt(prompt: string, style: string): string {
  const text = style.trim();
  if (text === '') return prompt;
  // Split and joined, for a replacement would read `$&` and its like in the prompt.
  if (text.includes(placeholder)) return text.split(placeholder).join(prompt).trim();
  return prompt === '' ? text : `${prompt}\n\n${text}`;
}
