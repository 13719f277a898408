/** Put a conversation aside until a time. */
import { ClockCircleOutlined } from "@ant-design/icons";
import { Button, DatePicker, Popover, Tooltip } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import type { ConversationView } from "@/api/views";
import { useConversationActions } from "@/features/conversations/actions";
import { snoozeUntil, type SnoozePreset } from "@/features/conversations/model";
import { useT } from "@/shared/i18n";
import { useFormat } from "@/shared/i18n/format";
import { useShortcut } from "@/shared/keyboard";
import styles from "@/features/conversations/components/thread.module.css";

const PRESETS: SnoozePreset[] = ["hour", "tonight", "tomorrow", "monday"];

export function SnoozeMenu({ view }: { view: ConversationView }) {
  const t = useT();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { snooze } = useConversationActions();
  useShortcut("snooze", () => setOpen(true));
  const choose = (until: Date) => {
    setOpen(false);
    void snooze(view, until);
  };
  const now = new Date();
  const content = (
    <div className={styles.menu}>
      {PRESETS.map((preset) => {
        const until = snoozeUntil(preset, now);
        return until <= now ? null : (
          <Button key={preset} type="text" block className={styles.preset} onClick={() => choose(until)}>
            <span>{t(`snooze.${preset}`)}</span>
            <span className={styles.faint}>{format.dateTime(until.toISOString())}</span>
          </Button>
        );
      })}
      <DatePicker
        showTime={{ format: "HH:mm", minuteStep: 5 }}
        format="YYYY-MM-DD HH:mm"
        placeholder={t("snooze.pick")}
        disabledDate={(day: Dayjs) => day.isBefore(dayjs().startOf("day")) || day.isAfter(dayjs().add(365, "day"))}
        onOk={(at: Dayjs) => choose(at.toDate())}
        style={{ width: "100%" }}
      />
    </div>
  );
  return (
    <Popover trigger="click" open={isOpen} onOpenChange={setOpen} content={content} placement="bottomRight">
      <Tooltip title={isOpen ? "" : t("action.snooze")}>
        <Button icon={<ClockCircleOutlined />} aria-label={t("action.snooze")} />
      </Tooltip>
    </Popover>
  );
}
