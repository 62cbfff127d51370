import type { ImageRequest, ResponseFormat } from '../images/request.ts';
import type { Dialect } from './profiles.ts';

/** The body of a generations call, in the wire's names. What is `auto` or not said is left to the service. */
export function generationBody(request: ImageRequest, responseFormat: ResponseFormat, dialect: Dialect): Record<string, unknown> {
  const body: Record<string, unknown> = {
    model: request.model,
    prompt: request.prompt,
    n: request.count,
    size: request.size,
    quality: request.quality,
    response_format: dialect.takesResponseFormat && responseFormat !== 'auto' ? responseFormat : undefined,
    background: request.background,
    output_format: request.format,
    // png has none, and OpenAI refuses it there
    output_compression: request.format === 'jpeg' || request.format === 'webp' ? request.compression : undefined,
    moderation: request.moderation,
    stream: request.stream === undefined ? undefined : true,
    partial_images: request.stream?.partialImages,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/**
 * The text fields of an edits call, in the wire's names and the multipart way: texts alone. As {@link generationBody}, but without
 * `moderation`, which this endpoint does not know, and with `input_fidelity`, which only this one does.
 */
export function editFields(request: ImageRequest, responseFormat: ResponseFormat, dialect: Dialect): readonly (readonly [name: string, value: string])[] {
  const { moderation: _, ...body } = generationBody(request, responseFormat, dialect);
  const fields = request.inputFidelity === undefined ? body : { ...body, input_fidelity: request.inputFidelity };
  return Object.entries(fields).map(([name, value]) => [name, String(value)]);
}
