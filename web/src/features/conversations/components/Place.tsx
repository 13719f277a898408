/** What a message holds besides text and files: a place with its map, and files that could not be taken over. */
import { EnvironmentOutlined, StopOutlined } from "@ant-design/icons";
import type { MessageView } from "@/api/views";
import { mapOf, placeIn } from "@/features/conversations/place";
import { useMaybeT, useT } from "@/shared/i18n";
import styles from "@/features/conversations/components/thread.module.css";

export function Place({ content }: { content: string }) {
  const t = useT();
  const spot = placeIn(content);
  if (!spot) return null;
  return (
    <a className={styles.file} href={mapOf(spot)} target="_blank" rel="noreferrer noopener">
      <EnvironmentOutlined /> {t("place.map")}
    </a>
  );
}

export function Refused({ message }: { message: MessageView }) {
  const t = useT();
  const maybe = useMaybeT();
  const media = (message.content_attributes as { media?: { state?: string; reason?: string }[] }).media ?? [];
  return media
    .filter(({ state }) => state === "refused")
    .map(({ reason = "" }, index) => (
      <span key={`${index}${reason}`} className={styles.file} data-expired>
        <StopOutlined /> {t("attachment.not_taken", { reason: maybe(`problem.code.${reason}`, reason) })}
      </span>
    ));
}
