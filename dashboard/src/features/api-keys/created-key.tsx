import { envLines, mintCommand } from "./snippets";
import type { CreatedApiKey } from "@/api/contract";
import { useSession } from "@/api/session";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Dialog } from "@/ui/dialog";

const words = text.apiKeys.made;

/** The one time that a key is shown, with what to do with it. */
export function CreatedKey({ created, onClose }: { created: CreatedApiKey; onClose: () => void }) {
  const { public_url: url } = useSession();
  return (
    <Dialog
      isWide
      onClose={onClose}
      isKept
      title={fill(words.title, { name: created.api_key.name })}
      description={words.description}
      footer={
        <Button look="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      <div className="space-y-4">
        <CodeBlock code={created.key} what={words.key} caption={words.key} />
        <CodeBlock code={envLines(created.key, url)} what={words.env} caption={words.envCaption} />
        <CodeBlock code={mintCommand(created.key, url)} what={words.curl} caption={words.curlCaption} />
      </div>
    </Dialog>
  );
}
