// GitHub's parser of workflows. It is built for bundlers, so it needs a module hook to run in Node.
import { register } from 'node:module';

// The parser imports its JSON schema without an import attribute, which Node rejects.
register(new URL('json-hook.mjs', import.meta.url));
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

/**
 * The errors in a workflow.
 *
 * @param path - The file's path, for the messages.
 * @param content - The workflow's text.
 * @returns a message with file, line and column for each error; empty for a valid workflow.
 */
export async function parserErrors(path, content) {
  const { context, value } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
  const read = context.errors.getErrors().map(({ message }) => message);
  if (read.length > 0 || value === undefined) return read;
  const { errors = [] } = await convertWorkflowTemplate(context, value);
  return errors.map(({ Message }) => Message);
}
