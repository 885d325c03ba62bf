import { useEffect, useEffectEvent, useState } from "react";

const settledAfterMs = 250;

/**
 * The text of a search field whose value stands in the URL: what is typed shows at once and is handed on
 * when the typing pauses; what the URL says otherwise (back, a cleared filter) is taken over.
 */
export function useSearchText(
  inUrl: string | undefined,
  onSettled: (text: string | undefined) => void,
): [string, (text: string) => void] {
  const [typed, setTyped] = useState(inUrl ?? "");
  const [seen, setSeen] = useState(inUrl);
  // What was handed on and has not come back in the URL yet.
  const [sent, setSent] = useState<{ text: string | undefined }>();
  if (seen !== inUrl) {
    setSeen(inUrl);
    setSent(undefined);
    if (sent === undefined || sent.text !== inUrl) setTyped(inUrl ?? "");
  }
  const settle = useEffectEvent(() => {
    const text = typed.trim() === "" ? undefined : typed.trim();
    if (text === inUrl) return;
    setSent({ text });
    onSettled(text);
  });
  useEffect(() => {
    const timer = setTimeout(settle, settledAfterMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
