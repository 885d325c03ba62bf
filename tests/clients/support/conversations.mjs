// The few steps nearly every test begins with.

export const LONG_AGO = new Date("2001-02-03T04:05:06.789Z");

/** A message as the runtimes store it. */
export const says = (role, text) => ({
  role,
  content: [{ type: "text", text }],
});

export async function openThread(cloud, fields) {
  const { thread_id } = await cloud.threads.create({
    last_message_at: LONG_AGO,
    ...fields,
  });
  return thread_id;
}

export async function append(cloud, threadId, parentId, content, fields) {
  const { message_id } = await cloud.threads.messages.create(threadId, {
    parent_id: parentId,
    format: "aui/v0",
    content,
    ...fields,
  });
  return message_id;
}

export async function threadIds(cloud, query) {
  const { threads } = await cloud.threads.list(query);
  return threads.map(({ id }) => id);
}
