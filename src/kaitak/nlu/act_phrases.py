"""Owns the phrases of dialogue acts, as data: simplified characters, spellings united, "_" for a blank."""

PARTICLE_CHARACTERS = (
    "呀|啊|吖|啦|喇|啰|喎|㗎|架|呢|嘛|嘅|哦|噢|吓|哈|囖|了|吧|哟|哒|滴|嘞|la|ar|ah|wor|lor|ga|啫|咋|咩|丫|喔|亲|哩"
)
PARTICLES = rf"\s*(?:{PARTICLE_CHARACTERS})*"


def _phrases(block: str) -> tuple[str, ...]:
    return tuple(phrase.replace("_", " ") for phrase in block.split())


# What may stand before a request and says nothing of it.
OPENING = _phrases("""
你好 您好 hello hi hey hihi 哈囉 哈啰 哈喽 嗨 早晨 早安 早上好 午安 下午好 晚安好 晚上好 喂 good_morning
good_afternoon good_evening morning hi_there hello_there 各位好 客服你好 你好呀 早呀 你哋好 大家好 敬啟者 敬启者 哈佬
dear_sir_or_madam dear_sir dear_team
""")
GREET = _phrases("""
你好 您好 你好吗 您好吗 你好嘛 hello+ hi+ hey+ hihi hiya yo+ 哈啰 哈喽 哈佬 哈罗 嗨 嘿 早晨 早安 早上好 午安 下午好
晚上好 晚安好 早晨早晨 早早早 早 喂+ 喂喂 good_morning good_afternoon good_evening good_day g'day g_day morning
evening hi_there hello_there hey_there hello_hello 各位好 各位早 大家好 你哋好 日安 圣诞快落 人月两团圆 新年进步
greetings_from_hong_kong 收工未呀 幸会 致有关人士 在吗 在嘛 在不在 在线吗 有人在线吗 有冇人 有人吗 有人没 有没有人
有冇人喺度 有冇人呀 喺唔喺度 喺度吗 听唔听到 听到吗 听得到吗 有冇人听 得闲吗 anyone_there anybody_there anybody_home
anyone_home is_anyone_there are_you_there you_there 食咗饭未 食咗早餐未 食咗晏未 食咗未 食饭未 饮咗茶未 早唞未 收工未
收咗工未 开工未 咁早开工 近况可好 你好先 好耐冇见 好久不见 新年快乐 新年好 恭喜发财 恭贺新禧 新春快乐 圣诞快乐
圣诞节快乐 merry_christmas merry_xmas happy_new_year happy_holidays 平安夜快乐 中秋快乐 中秋节快乐 端午节快乐 端午快乐
冬至快乐 冬大过年 万事如意 身体健康 生意兴隆 开工大吉 龙马精神 大吉大利 元宵快乐 情人节快乐 复活节快乐 happy_easter
国庆快乐 节日快乐 周末愉快 周末快乐 新婚快乐 生日快乐 敬启者 敬啟者 致有关部门负责人 dear_sir_or_madam dear_sir
dear_madam dear_sirs dear_team to_whom_it_may_concern greetings salutations howdy how_are_you how_are_you_today
how_do_you_do 你今日好吗 你点呀 最近好吗 打扰晒 打扰了 打搅晒 打扰一下 唔好意思打扰 不好意思打扰一下 请多关照 请多指教
多多指教 第一次用 又系我 又系我喇 又系我啊 晚上好啊 lei_ho nei_ho 机器人你好 小助手你好 你好机器人 你好小助手 欢迎
hope_you_are_well hope_you're_well what's_up sup wassup hello_again hi_again test testing 唔该想问 有冇人应 敬礼
哈囉哈囉
""")
ADDRESS = _phrases("""
各位 先生 小姐 姑娘 靓女 靓仔 亲 客服 同事 朋友 阿姐 阿哥 阿sir 老细 大家 机器人 机械人 小助手 小姐姐 bot sir madam
miss team everyone all guys there 你 您 你哋 你们 唔好意思 不好意思 please 今日 今天 一下 先 咁 ok er um 老人家 又 嚟
呀 啊 都 就 mate buddy friend 大佬 哥哥 姐姐 妹妹 小编 主任 经理 师傅 阿姨
""")
PLEASE = _phrases("""
唔该 唔该晒 谢谢 谢谢你 多谢 please pls plz thanks thank_you thx 麻烦你 麻烦晒 麻烦了 谢谢您 多谢你 谢了 有心 有劳
""")
THANK = _phrases("""
多谢 多谢晒 多谢你 多谢晒你 多谢你哋 多谢晒你哋 多谢您 多谢帮忙 多谢你帮忙 多谢多谢 谢谢 谢谢你 谢谢您 谢谢你们 谢谢晒
谢 谢谢帮忙 谢啦 谢咗 谢过 唔该 唔该你 唔该晒 唔该晒你 唔该晒你哋 晒你唔该 thanks thanks_a_lot thanks_so_much
many_thanks thank_you thank_you_so_much thank_you_very_much thank_u thankyou thx tks tysm ty tyvm cheers
much_appreciated appreciate_it appreciated thanks_again thanks_for_your_help thank_you_for_your_help
thanks_for_the_help thank_you_for_helping 感谢 感谢你 感谢您 感谢帮忙 感激 感激不尽 不胜感激 感恩 辛苦晒 辛苦你
辛苦晒你 辛苦了 辛苦您 辛苦你哋 麻烦晒 麻烦晒你 麻烦你了 麻烦您了 有劳 有心 有你真好 3q 掰掰 c_u cu_later 感谢感谢
劳烦晒 拜拜 拜 白白 886 88 bye bye+ bye_bye byebye goodbye good_bye good_night goodnight gd_night nite see_you see_ya
cu 再见 再会 下次再倾 下次见 回头见 改日再倾 晚安 早唞 早抖 好好休息 take_care have_a_good_one have_a_nice_day
have_a_good_day have_a_great_day 保重 祝好 此致 谨此致谢 谨致谢忱 顺颂商祺 祝商祺 祝生意兴隆 祝你好运 祝身体健康
祝你身体健康 祝工作愉快 祝你新年进步 祝您生活愉快 好人一生平安 你真好人 你好好人 你真系好 你好叻 真系帮到手 帮到我
帮到手 帮咗我好多 great_help you've_been_great you've_been_very_helpful you_have_been_most_helpful
you've_been_a_great_help very_helpful most_helpful 服务真好 服务好好 非常满意
""")
CLOSE = _phrases("""
冇喇 真系冇喇 冇其他 冇其他喇 问完 问完喇 没有别的事了 没啥要问的了 冇嘢 冇嘢问 冇其他嘢 冇其他问题 冇问题 冇嘢要问
冇事 冇事了 没事 没事了 没别的 没别的了 没别的事 没别的事了 没有其他问题 没有了 没问题了 无其他事宜 就咁 就咁多 系咁多
就系咁多 咁就得 得 得喇 得咗 搞掂 搞掂晒 搞掂咗 搞定 搞定了 明 明喇 明晒 明白 明白晒 明白了 知道 知道了 知喇 知道喇
收到 收到晒 清楚 清楚晒 清楚了 了解 弄明白了 学到嘢 好详细 got_it understood noted all_good all_sorted that's_all
thats_all that_is_all no_more_questions no_more_question nothing_else that_will_be_all all_clear awesome great perfect
lovely brilliant 唔阻你 唔阻你哋 唔阻你发财 唔阻你收工 唔嘈你 先咁 先这样 走先 走喇 行先 收线 收线喇 挂了 我走喇
唔讲住 唔讲喇 有嘢再问 有野再问 有问题再问 有需要再揾你 再揾你 下次再揾你 等你消息 等你地消息 等你哋消息 我自己搞得
我自己搞掂 我自己搞得返 我自己睇 我再睇睇 我等 我等你 您忙 你忙 先咁啦 暂时咁多 暂时系咁多 够喇 可以喇 袋住先
hai_gam_sin 得闲再倾 落车 今日就咁 今天就这样 原来咁简单 原来系咁 原来如此
""")
AFFIRM = _phrases("""
hai hai_hai dak dak_dak ye ya_sure sounds_good_to_me 收到照办 请便 准确无误 确实如此 的确如此 没毛病 就咁办 好主意
我同意 本人同意 就照咁做 照咁做 照你讲嗰样 可不是 可不是嘛 对的亲 可以的 是的没错 冇错就系 冇错就系我 系我本人
系呀系呀 系 系呀 系系 系系系 系㗎 系啊 是 是的 是啊 是呀 好 好的 好呀 好啊 好啦 好好 好嘅 好哒 好滴 好丫 ok okay okok
oki okie k kk 可以 可以呀 可以啊 可以可以 得 得呀 得啦 得得 得㗎 冇错 啱 啱呀 啱晒 啱啱 啱㗎 完全正确 正确 对 对的
对呀 对对 对对对 没错 没有错 yes yes_please yeah yea yep yup ya yah yas y sure sure_thing of_course correct right
exactly indeed absolutely definitely certainly affirmative fine sounds_good go_ahead please_do do_it confirm confirmed
agreed i_agree i_confirm that's_right thats_right that's_correct that's_it that's_the_one that_is_correct it_is 要
要呀 要㗎 我要 嗯 嗯嗯 唔错 没问题 冇问题 行 行啊 妥 妥妥 可 照做 照办 照办可 就系 就系咁 就咁 就咁话 就系呢个
就系嗰个 就系呢张 就系嗰张 就是这个 就是它 就这个 就是 系呢个 系呢张 系嗰张 系嗰个 系我 即系咁 即系 确认 确定 肯定
肯定系 确系 确实 绝对 绝对系 当然 当然要 当然可以 当然好 梗系 梗系好 梗系要 梗系啦 咪系 咪就系 咪系啰 同意 赞成 帮我搞
帮我改 帮我转 唔该帮我 麻烦你 请继续 继续 请办 请照办 谨此确认 兹确认 资料正确 资料属实 无误 确认无误 使乜讲 使咩讲
照你讲 听你讲 听你话 随便 随便啦 搞啦 嚟啦 来吧 冇所谓 乜都得 都得 都好 都可以 都ok 都ok嘅 咁好 咁都好 好极 最好
求之不得 正是 正系 没意见 冇意见 你讲得啱 讲得啱 讲啱 讲中 我谂系 应该系 好似系 应该是 应该系啦 已经系 弄吧 办吧 改吧
送吧 转吧 send啦 按你说的来 制 第一个
""")
DENY = _phrases("""
certainly_not definitely_not not_me not_mine dont_want don't_want 暂时不需要 唔需要住 唔确认 唔制 冇兴趣 睇怕唔系
才不是 才不是呢 唔使麻烦 唔系呢个意思 好意心领 心领 唔得闲 未有 唔系 唔系呀 唔系啊 唔系㗎 唔系唔系 不是 不是的 不是啊
不是吧 非也 并非 并非如此 并无此事 唔使 唔使喇 唔使啦 唔使了 唔使唔该 不用 不用了 不用啦 不必 不必了 毋须 毋需 唔要
唔要喇 不要 不要了 唔好 唔好喇 不好 别 别了 先别 no no+ nope nah na nay n nono no_no no_thanks no_thank_you no_thx
not_really not_that not_quite not_now not_yet not_at_all not_correct incorrect negative never i_don't_think_so
i_dont_think_so i'd_rather_not i_would_rather_not i_don't_want_to no_need no_way that's_wrong thats_wrong
that's_not_right that's_not_it wrong nothing none none_of_them none_of_these none_of_the_above neither 唔啱 唔啱喇
唔啱呀 不对 不对不对 唔对 唔得 唔得喇 唔得住 不行 唔可以 不可以 冇 冇呀 没有 没有的 没 暂时唔使 暂时不用 暂时唔要
唔需要 不需要 无需 无需要 免 免喇 免了 唔系呢个 唔系呢张 唔系嗰个 唔系嗰张 都唔系 以上都唔系 都不是 以上都不是
一个都唔系 两个都唔系 唔系我 不是我 唔系我嘅 不是我的 唔同意 不同意 我不同意 本人不同意 反对 拒绝 否 唔想 唔想喎 不想
唔想住 不了 算吧 费事 费事喇 错 错喇 错晒 错喇错喇 错了 搞错 搞错咗 搞错了 你搞错咗 你估错 你听错咗 系咁先怪 梗系唔系
梗系唔好 边系 边系呀 点会 点会系 完全唔系 根本唔系 差天共地 好似唔系 好似唔系喎 应该唔系 应该不是 唔方便 未 未得
未得住 未呀 还没 还没有 暂时未 迟啲先
""")
CANCEL = _phrases("""
算 算啦 算喇 算了 算罢 算把数 算数 唔查 唔查住 唔查喇
唔问 唔问住 唔问喇 唔搞 唔搞住 唔搞喇 唔使查 唔使查喇 唔使问 唔使搞 唔使理 唔使理喇 唔使跟 唔使跟喇 取消 取消查询
取消查询啦 cancel cancel_that never_mind nevermind forget_it forget_about_it stop quit exit 由佢 由得佢 由佢啦
迟啲先啦 迟啲先算 迟啲再算 迟啲再讲 下次先 咪住 咪搞 不查了 不用查了 不问了 不用问了 不弄了 算了不弄了 当我冇讲过
当我冇问过 当我没说 唔好理 唔理 唔理喇 退出
""")
HUMAN = _phrases("""
真人 人工 人工客服 人工服务 真人客服 真人服务 客服 客服人员 转人工 转真人 转客服 转接人工 转接客服 转驳 转驳真人
转介人工 接线生 接线员 客户服务 客户服务主任 human human_please a_human real_person live_agent live_chat live_person
agent operator representative customer_service customer_service_officer csr cs real_human person_please talk_to_human
speak_to_human talk_to_someone speak_to_someone talk_to_agent supervisor manager 换人 叫人 叫人嚟 揾人 揾真人 要真人
我要真人 我要人 我要人工 要人工 畀个真人我 畀个人我 活人 真人呀 转人 上司 主管 经理 职员 人手 a_person
""")
ASSENT = _phrases("好 好呀 好的 好啦 好好 ok okay okok 嗯 嗯嗯 系 系呀 哦 行 行了 得 得啦 冇错 可以")
