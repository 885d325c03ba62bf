/** Lets the browser save a text, of these pieces, as a file. */
export function saveFile(name: string, type: string, content: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...content], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
