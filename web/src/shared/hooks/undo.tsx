/** Do at once, say so, and offer the way back for eight seconds. */
import { App, Button } from "antd";
import { announce } from "@/shared/announce";
import { useT } from "@/shared/i18n";

const SECONDS = 8;

export function useUndo(): (said: string, undo: () => void) => void {
  const { message } = App.useApp();
  const t = useT();
  return (said, undo) => {
    const key = `undo-${Date.now()}`;
    const back = () => {
      message.destroy(key);
      undo();
    };
    announce(said);
    void message.open({
      key,
      duration: SECONDS,
      type: "success",
      content: (
        <span>
          {said}
          <Button type="link" size="small" onClick={back}>
            {t("action.undo")}
          </Button>
        </span>
      ),
    });
  };
}
