// The sample app: it shows what the app channel's client says. The identity is signed by the shop's own server (/app-token).
const { user, base, app } = document.body.dataset;
const $ = (id) => document.getElementById(id);
const STATES = { stopped: "", connecting: "連線中…", live: "已連線", lost: "離線，稍後自動重連" };

function made(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

async function token() {
  const answer = await fetch("/app-token", { method: "POST" });
  if (!answer.ok) throw new Error("not signed in");
  return (await answer.json()).token;
}

function words(message) {
  const { activity, agent } = message.content_attributes;
  if (activity === "agent_joined") return `${agent} 正在為您服務`;
  if (activity) return { resolved: "對話已完結", reopened: "對話已重開" }[activity] ?? "";
  return message.content;
}

function shown(chat, message, isLast) {
  const item = made("li", `message ${message.author}`);
  item.dataset.seq = message.seq;
  if (message.author_name && !["me", "system"].includes(message.author)) item.append(made("small", "", message.author_name));
  if (words(message)) item.append(made("p", "", words(message)));
  for (const file of message.attachments) {
    const link = made("a", "", file.file_name);
    link.href = file.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    item.append(link);
  }
  if (message.content_type === "input_select" && isLast) item.append(choices(chat, message));
  if (message.content_type === "input_csat") item.append(stars(chat, message));
  return item;
}

function choices(chat, message) {
  const row = made("div", "choices");
  for (const choice of message.content_attributes.items ?? []) {
    const button = made("button", "", choice.title);
    button.type = "button";
    button.onclick = () => chat.choose(choice);
    row.append(button);
  }
  return row;
}

function stars(chat, message) {
  const row = made("div", "stars");
  for (let rating = 1; rating <= 5; rating++) {
    const button = made("button", rating <= (message.content_attributes.rating ?? 0) ? "on" : "", "★");
    button.type = "button";
    button.ariaLabel = `${rating} 分`;
    button.onclick = () => chat.rate(message.id, rating).catch(() => complain("未能送出評分，請再試"));
    row.append(button);
  }
  return row;
}

function pending(chat, item) {
  const line = made("li", "message me pending");
  line.append(made("p", "", item.content || "（檔案）"));
  line.append(made("small", "", item.failed ? "未能送出" : "待送出"));
  if (item.failed) {
    const again = made("button", "", "重試");
    again.onclick = () => chat.retry(item.echo_id);
    const forget = made("button", "", "刪除");
    forget.onclick = () => chat.discard(item.echo_id);
    line.append(again, forget);
  }
  return line;
}

function complain(text) {
  $("problem").textContent = text;
  $("problem").hidden = text === "";
}

function show(chat, state) {
  const last = state.messages.at(-1);
  $("messages").replaceChildren(...state.messages.map((each) => shown(chat, each, each === last)));
  $("waiting").replaceChildren(...state.waiting.map((each) => pending(chat, each)));
  $("state").textContent = STATES[state.connection];
  $("state").className = state.connection;
  $("unread").textContent = state.unread;
  $("unread").hidden = state.unread === 0;
  $("typing").textContent = `${state.typing || "對方"} 正在輸入…`;
  $("typing").hidden = state.typing === null;
  $("older").hidden = !state.hasMore;
  if (state.unread > 0 && document.visibilityState === "visible") look(chat);
}

let looking;
function look(chat) {
  clearTimeout(looking);
  looking = setTimeout(() => chat.seen(), 400);
}

async function begin() {
  const { KaitakChat } = await import(`${base}/kaitak-app.js`);
  const chat = new KaitakChat({ baseUrl: base, appId: app, userId: user, token });
  let count = 0;
  chat.subscribe((state) => {
    show(chat, state);
    const now = state.messages.length + state.waiting.length;
    if (now > count) $("scroll").scrollTop = $("scroll").scrollHeight;
    count = now;
  });
  $("composer").onsubmit = (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) return;
    chat.send(text).then(() => complain(""), () => complain("手機空間不足，訊息未能保存"));
    $("text").value = "";
  };
  $("text").oninput = () => void chat.typing();
  $("file").onchange = () => {
    const [file] = $("file").files;
    $("file").value = "";
    if (file) chat.sendFile(file, file.name).then(() => complain(""), () => complain("檔案未能上載，請檢查網絡後再試"));
  };
  $("older").onclick = () => chat.loadOlder().catch(() => complain("未能讀取較早的訊息"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && chat.kick());
  await chat.start();
}

if (user) begin();
