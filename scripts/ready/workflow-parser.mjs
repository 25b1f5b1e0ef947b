// What does GitHub's own parser say of a workflow? It is written for bundlers, and needs a hook to run in Node as it is.
import { register } from 'node:module';

// The parser imports its schema without saying that it is JSON, which Node refuses.
register(new URL('json-hook.mjs', import.meta.url));
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

/**
 * The errors in a workflow, with file, line and column; none where it is right.
 *
 * @param path - For the messages only.
 * @param content - The workflow's text.
 */
export async function parserErrors(path, content) {
  const { context, value } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
  const read = context.errors.getErrors().map(({ message }) => message);
  if (read.length > 0 || value === undefined) return read;
  const { errors = [] } = await convertWorkflowTemplate(context, value);
  return errors.map(({ Message }) => Message);
}
