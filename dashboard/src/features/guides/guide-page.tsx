import { getRouteApi, Link } from "@tanstack/react-router";

import { GuideText } from "./guide-text";
import { text } from "@/text";
import { BackLabel, Page, PageHeader } from "@/ui/page";

const route = getRouteApi("/shell/guides/$");
const first = "auth";

/** A document of the repository, as it was when this version was built. */
export function GuidePage() {
  const { path, title, body } = route.useLoaderData();
  const { _splat: name } = route.useParams();
  const back = name !== first && (
    <Link to="/guides/$" params={{ _splat: first }}>
      <BackLabel>{text.guides.back}</BackLabel>
    </Link>
  );
  return (
    <Page>
      <PageHeader title={title} place={text.guides.title} back={back} />
      <GuideText path={path} body={body} />
    </Page>
  );
}
