import type { ProjectView } from "@/api/contract";
import { useSession } from "@/api/session";
import { fillNodes, text } from "@/text";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";

const words = text.settings;

/** Where the project answers, and whom. */
export function UrlsCard({ project }: { project: ProjectView }) {
  const { public_url: publicUrl } = useSession();
  const urls = [
    {
      label: words.frontend,
      hint: words.frontendHint,
      value: project.base_url,
    },
    ...(project.is_default ? [{ label: words.root, hint: words.rootHint, value: publicUrl }] : []),
    { label: words.backend, hint: words.backendHint, value: publicUrl },
  ];
  return (
    <Card title={words.urls} description={words.urlsDescription}>
      <dl className="space-y-4">
        {urls.map((url) => (
          <div key={url.label}>
            <dt className="text-[13px] font-medium">{url.label}</dt>
            <dd>
              <CopyLine value={url.value} what={url.label} />
              <p className="text-[13px] text-faint">{url.hint}</p>
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 border-t border-line pt-4 text-[13px] text-soft">
        {fillNodes(words.version, {
          path: <code className="font-mono">{versionPath}</code>,
        })}
      </p>
    </Card>
  );
}

const versionPath = "/v1";
