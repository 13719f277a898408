"""Owns the words of feeling: what people say when angry, afraid, let down, mocking, pleased or in danger, by kind."""

# Traditional characters, as people write; folded like a message when first used. A blank inside English words is `_`.
# A kind is evidence, not a verdict: the trained weights decide what it is worth beside all else.
KINDS = {
    "swearing": """屌 仆街 撲街 冚家 戇鳩 戇居 柒頭 痴線 黐線 on9 低能 白痴 蠢 腦殘 廢柴 好廢 死開 收皮 收檔 食屎
        妖 挑 頂你 粉腸 死人 死鬼 臭 撚 狗屁 放屁 他媽 媽的 老母 老味 神經病 有病呀 傻逼 混蛋 混帳 王八 垃圾 呸
        躝 收爹 fuck fucking shit shitty damn hell wtf bloody crap bullshit idiot idiots moron stupid useless
        garbage rubbish trash
        屌那 屌你 丟那 丟你 痴孖根 痴膠 痴筋 黐筋 痴㗎線 on居 白撞 衰人 衰公 衰婆 契弟 死仔 冇腦 廢嘅 廢物 廢到 鬼理你
        臭西 死全家 你老闆 卧槽 tmd 尼玛 煞筆 破公司 爛公司 什麼破 什麼鬼 bollocks arse pissed pissing fucked
        f*** moronic dumb""",
    "cheated": """呃人 呃錢 呃老人 呃客 呃咗 騙 欺騙 欺詐 老千 搶錢 搶劫 打劫 偷 盜竊 吸血 食人 無良 黑店 黑心
        搵笨 揾笨 水魚 屈我 屈錢 坑人 坑我 被坑 宰客 強買 強制 霸王 蝦 欺負 欺人 虛假 誤導 誇大 不實 造假 假貨
        冒牌 講大話 大話 謊 隱瞞 暗中 擅自 偷偷 私自 冇問過 未經 搵老襯 老襯 食水深 割韭菜 套路 scam rip_off
        ripped robbery steal stole stealing cheat cheated lying lie lied liar dishonest misleading misled con
        坑爹 忽悠 黑心商家 奸商 無賴 耍賴 出爾反爾 言而無信 冇口齒 冇信用 講一套做一套 玩字眼 語言偽術 偷換 吞咗 私吞
           搏懵 博大霧 搵著數 劏客 fraudsters crooks thieves robbing deceived bait deceitful lies""",
    "account": """交代 道歉 負責 問責 講清楚 說清楚 講明 說法 認錯 解釋 點解釋 書面 答覆 說明 追究 責任 承擔 補償
        賠償損失 apology apologise apologize accountable explain explanation responsibility compensation written""",
    "slighted": """當我 玩我 玩嘢 玩緊 耍我 耍 睇小 睇唔起 歧視 態度 黑面 黑口 反白眼 白眼 好串 嘈我 鬧我 喝我
        無禮 冇禮貌 兇 好惡 敷衍 求其 推卸 推來推去 推嚟推去 互推 踢波 踢來踢去 皮球 卸膊 卸 詐傻 扮懵 扮嘢 唔認
        不認 死口 唔理 無視 漠視 透明 冷漠 耳邊風 掛線 cut線 cut我 收線 唔關佢事 唔關我事 關自己事 有氣冇埞抖
        唔望 不耐煩 唔耐煩 語氣 當面 當眾 rude dismissive ignored attitude hung_up hang_up disrespect
        disrespectful shouted laughed
        當冇到 當冇件事 當佢透明 當人係 拋低 掉低 一句就打發 打發 打發我 無視我 睬都唔睬 唔瞅唔睬 愛理不理 愛答不理
        冷言冷語 嘲笑 冷笑 恥笑 陰陽怪氣 甩鍋 踢皮球 扯皮 糊弄 應付我 打太極 官腔 一問三不知 patronising patronizing
        condescending sneered rolled_her_eyes talked_down brushed_off fobbed_off passed_around stonewalled""",
    "anger": """嬲 火滾 火都嚟 嚟火 扯火 起火頭 谷氣 谷鬼氣 激氣 激死 激到 忍無可忍 忍夠 受夠 頂唔順 頂唔住 煩死
        煩到 好煩 吹脹 嘔血 離譜 荒謬 荒唐 過分 過份 豈有此理 有冇搞錯 有無搞錯 搞錯呀 搞錯啊 搞乜 搞咩 搞什麼
        咩料 咩玩法 乜料 咩態度 氣死 生氣 憤怒 憤慨 發火 惱火 惱怒 可惡 無恥 冇恥 可恨 可恥 不滿 極度不滿 強烈
        嚴重 投訴 不能接受 無法接受 唔接受 受唔住 抗議 譴責 難以容忍 容忍 不像話 太差 好差 超差 差劣 欺人太甚
        無理 冇理由 發癲 癲咗 嘈 拍枱 unacceptable ridiculous outrageous outraged furious angry disgusting
        disgusted appalling disgrace disgraceful pathetic joke fed_up sick_of had_enough enough absurd insane
        nonsense shameful incompetent terrible awful horrible worst complaint how_dare seriously livid
        把鬼火 火滾晒 火爆 嬲爆 激爆 激鬼死 氣頂 谷住 頂唔住喇 夠喇 夠晒 不知所謂 唔知所謂 亂來 亂咁嚟 胡來 胡鬧 兒戲
        草率 可笑 天大笑話 笑話 不能忍 忍不了 受不了 看不下去 睇唔過眼 冇譜 無譜 冇王管 氣炸 氣人 惹毛 惱人 糟糕透頂
        惡劣 爛透 缺德 frustrated frustrating infuriating infuriated annoyed annoying irritated irritating atrocious
        dreadful shocking farce laughable useless_company hopeless disgustingly unbelievable unprofessional cheek
        lecture not_on rip-off""",
    "rhetoric": """憑什麼 憑乜 憑咩 點解要我 關我咩事 關我乜事 唔通 難道 係咪要 係咪當 係咪想 係咪以為 好意思
        良心 邊有咁 邊度有咁 哪有 講一套 講就 話就話 㗎咩 咩呀 係人都 你試下 你自己 你哋自己 你們自己 知唔知醜 醜
        識唔識 有冇腦 帶腦 用腦 腦 眼 盲嘅 聾 乜水 算乜 算咩 算什麼 叫做服務 呢啲叫 這叫 這就是 你哋啲 講咗當冇
        信唔信 你話 幾次先 邊個准 誰允許 who_do_you why_should what_kind_of are_you_kidding you_people
        what_on_earth do_you_even""",
    "threat": """再唔 再不 再拖 再推 再咁 再係咁 再收唔到 否則 唔係嘅話 最後通牒 限你 最後一次 最後機會 後果自負
        後果 自負 唔好怪 別怪 睇住嚟 等着 等住收 走著瞧 我會去 我就去 我就會 我即刻去 我聽日就 直接去 直接入
        直接搵 保留 追究到底 追討 奉陪 唔會罷休 不會罷休 法庭見 見報 大家見 唔走 坐喺你 嚟你哋 上嚟 殺到 拉橫額
        or_else otherwise_i last_chance final_warning i_will i'll taking_this you_have_until""",
    "legal": """律師 律師信 法庭 法院 小額錢債 錢債 審裁 仲裁 起訴 控告 告你 告上 告到 法律 訴訟 刑事 合約精神
        違約 違法 犯法 違規 條例 商品說明 lawyer solicitor attorney sue suing legal court small_claims tribunal
        litigation illegal breach""",
    "regulator": """消委會 消委 消費者委員會 消費者協會 保監 保監局 保險業監管 監管局 監管機構 金管局 私隱專員
        申訴 海關 廉署 廉政 通訊局 投訴局 投訴委員會 12315 12378 銀保監 消協 有關當局 當局 機電署 食環署 食安
        consumer_council insurance_authority regulator ombudsman customs hkma complaints_bureau
        privacy_commissioner""",
    "media": """傳媒 記者 報紙 報館 電視台 東張西望 爆料 公審 放上網 擺上網 擺上去 連登 抖音 小紅書 微博 出post
        開post 開帖 討論區 群組 網民 曝光 公開 議員 直播 影片 片段 有片 有相 錄音 錄咗 截圖 cap圖 一星 負評 press
        journalist journalists newspaper papers media reporter viral go_public going_public reddit threads
        facebook youtube""",
    "police": "報警 警察 差館 警署 999 差佬 報案 報公安 police",
    "fire": """着火 起火 失火 火花 火警 火燭 火光 燒着 燒穿 燒緊 燒焦 燒咗 冒煙 出煙 煙味 有煙 好多煙 都係煙 燶
        焦味 濃煙 爆炸 爆開 爆咗 炸 漏電 觸電 電親 電擊 電到 漏煤氣 煤氣 漏氣 石油氣 瓦斯 過熱 燙手 好燙 發燙
        溶咗 熔 鼓脹 鼓起 鼓咗 脹 短路 跳掣 跳電 火種 怪味 異味 臭膠 爆裂 甩落嚟 跌落嚟 塌 鬆脫 險些 差啲 smoke
        smoking fire flames sparks sparking burning burnt explode exploded gas leak leaking shock overheating
        overheated swollen bulging melted melting fumes collapsed""",
    "injury": """受傷 流血 流晒血 出血 血 割傷 割親 整親 整傷 跌親 跌倒 跌落 仆親 撞親 撞到 撞咗 夾親 夾到 刮傷
        刺傷 燙傷 燒傷 灼傷 骨折 斷骨 斷咗 裂骨 暈低 昏迷 頭暈 暈咗 好暈 縫針 企唔起身 郁唔到 碎片 玻璃碎 擦傷
        打中 拗柴 扭傷 injured injury bleeding blood cut fracture broke_his broke_her broke_my unconscious
        fainted stitches collapsed hurt burn burned""",
    "allergy": """過敏 敏感 腫 紅腫 起疹 出疹 紅疹 風疹 粒粒 痕 好辣 喉嚨 唞唔到 透唔到氣 抖唔到 呼吸困難 喘 嘔
        嘔吐 屙嘔 肚痛 肚瀉 腹瀉 食物中毒 中毒 發霉 霉 生蟲 蟲 變壞 變質 過期 食錯 吞咗 吞 誤服 誤食 鯁 抽筋 窒息
        異物 怪味 食完 飲完 食咗 飲咗 搽完 用完之後 allergic allergy rash swelling swollen hives vomiting vomited
        choking choked swallowed poisoning breathe breathing mould mold nuts peanut lips""",
    "medical": """急症室 急症 急診 icu 深切治療 加護 搶救 病危 垂危 危殆 救護車 白車 送院 送咗入院 入院 住院 手術
        開刀 心臟病 心臟 中風 心口痛 胸痛 胸口 化療 標靶 電療 停藥 藥 胰島素 血壓 哮喘 轉院 擔保 預先批核 預批
        批核 保證金 按金 押金 出院 醫院 醫生 病床 洗腎 腫瘤 癌 作動 流產 早產 發高燒 高燒 抽搐 ambulance surgery
        hospital stroke heart chest insulin guarantee preauth pre-auth pre-authorisation chemo deposit doctor
        emergency operation medication inhaler discharge admitted""",
    "self_harm": """自殺 想死 唔想做人 唔想活 活唔落 唔想生存 了結 一了百了 跳樓 跳落去 天台 燒炭 割脈 𠝹手
        食晒啲藥 藥食晒 遺書 遺言 冇嘢留戀 留戀 生無可戀 唔使再醒 唔再醒 唔好再醒 唔使醒 走咗佢哋 走咗好過 走咗會
        死咗 死咗算 死咗好 做人冇意思 做人冇 人生冇 冇意義 撐唔落 撐不下去 捱唔落 捱落去 解脫 唔想再捱 活不下去
        不想活 輕生 結束生命 結束自己 死了算 消失 累贅 負擔 拖累 今晚之後 最後一次同你 冇我 沒有我 唔喺度
        離開呢個世界 另一個世界 唔想醒 冇人明 自己一個 suicide suicidal kill_myself end_it end_my_life
        no_reason_to_live better_off_without want_to_die don't_want_to_live can't_go_on not_be_here wake_up
        disappear burden""",
    "frail": """阿婆 阿公 阿嫲 婆婆 公公 老人家 老人 長者 老伴 老母 老竇 八十 九十歲 七十幾 七旬 八旬 bb 嬰兒
        初生 細路 小朋友 孩子 個孫 孕婦 大肚 輪椅 失明 聾 眼矇 傷殘 殘疾 單親 孤兒 獨居 一個女人 elderly baby
        newborn infant toddler pregnant wheelchair disabled child grandma grandpa""",
    "kin": """老公 老婆 太太 先生 阿媽 媽媽 媽咪 家母 阿爸 爸爸 家父 老豆 仔 個女 囡囡 女兒 兒子 妹妹 弟弟 家姐
        家人 屋企人 丈夫 妻子 外父 外母 奶奶 husband wife mother mum mom father dad son daughter family kid kids""",
    "fraud": """盜用 盜刷 被盜 盜 俾人碌 畀人碌 碌咗我 冒認 冒充 冒名 冒我 假冒 冒簽 假簽 簽名唔係 釣魚 騙徒 騙案
        騙子 詐騙 黑客 入侵 hack 唔係我買 唔係我做 唔係我落 唔係我簽 唔係我本人 我冇買過 冇買過 冇落過 冇授權
        未經授權 未經我同意 不明交易 不明來歷 不明扣款 陌生 密碼被改 密碼俾人 電郵被改 轉咗錢 轉走 過咗數 匯錢
        匯款 俾咗驗證碼 驗證碼 otp 截停 截唔截 截到 凍結 身份被 俾人改 畀人改 被人改 畀人換 有人用我 有人入咗
        有人登入 有人拎我 自稱 假網站 可疑 條link 撳咗 入咗身份證 hacked hijacked unauthorised unauthorized
        phishing stolen identity not_me wasn't_me didn't_make never_made someone_used someone_logged logged_in
        suspicious redeemed impersonating drained""",
    "money_leak": """仲扣 喺度扣 繼續扣 又扣 再扣 照扣 扣緊 日日扣 每日收 每日罰 每日扣 每日計 重複扣 重複收
        扣多咗 多扣 扣咗兩次 扣咗三次 連扣 雙重 罰息 罰款 滯納 利息 利滾利 滾緊 蝕緊 蝕 損失 仲收緊 不斷扣 自動扣
        未停 冇停 停止扣 停扣 扣我 扣款 扣錢 爆卡 透支 泊位錢 charged_again charged_twice still_charging charging
        double_charged charged interest penalty losing_money overdraft deducted""",
    "billed": """多收 收多 收錯 收貴 扣咗 扣錯 入錯 冇退 退款 退錢 未退 退返 找錯 計錯 差額 overcharged refund
        refunded billed bill""",
    "deadline": """今日 今晚 今朝 今天 今早 聽日 聽朝 聽晚 明天 明早 明日 後日 即日 即刻 即時 立刻 立即 馬上 而家
        現在 宜家 死線 截止 最後一日 最後一天 到期 限期 之前要 趕唔切 趕得切 趕唔到 趕唔趕 來不及 嚟唔切 趕住
        趕時間 上機 登機 起飛 航班 班機 飛機 落機 機場 幾點機 出發 閘口 婚禮 擺酒 面試 考試 開學 簽證 入境處
        today tonight tomorrow right_now now immediately asap within_the_hour this_morning this_afternoon
        this_evening deadline flight boarding airport expires by_noon hours minutes""",
    "quick": """urgent 緊急 加急 急急 急用 十萬火急 火急 等用 急住 好急 很急 特急 急件 盡快 儘快 盡速 hurry
        quickly urgently""",
    "repeated": """第三次 第四次 第五次 第六次 第七次 第八次 第九次 第十次 次次 每次 成日 再三 屢次 屢 多次 一再
        再次 不斷 重複 仍然 仍未 仍舊 依然 始終 一直 無數次 又要 又話 又叫 又係 又推 又壞 又唔 又冇 永遠 幾次
        十次 幾十次 好多次 講極 催極 問極 打極 日日 催咗 打咗 問咗 交咗 講咗 寄咗 again third_time fourth_time
        fifth_time second_time times several repeatedly keep keeps still every_time each_time over_and_over
        previous
        第四轉 第三轉 第三勻 第幾次 又一次 又再 又嚟 又試 輪住 輪流 反反覆覆 反復 來來回回 嚟嚟回回 翻來覆去 兜兜轉轉
        足足 連續 一次又一次 一拖再拖 一改再改 三番四次 三番兩次 屢試 屢屢 年年 月月 個個 每個月 countless repeated
        constantly yet_again once_again ten_times dozen""",
    "long_wait": """個月 個幾月 半年 成年 成個月 半個月 幾個月 禮拜 星期 一年 兩年 三年 幾年 成世 好耐 咁耐 等咗
        等足 等到 等極 拖到 拖咗 拖足 遲遲 至今 逾 逾期 遲咗 過咗 仲未 還沒 尚未 未有 沒下文 冇下文 遙遙無期
        weeks months month week waiting waited overdue since pending delayed""",
    "unheard": """冇人覆 冇人聽 冇人理 冇人應 冇人答 冇人跟 冇人知 冇人睇 冇人接 冇人幫 冇人同 冇人 冇個人 無人
        沒人 無回音 無回覆 未有回覆 未獲 石沉大海 冇回音 冇影 冇聲氣 冇消息 音訊全無 渺無音訊 已讀 打唔通 打極
        打爆 接唔通 駁唔到 未能接通 佔線 占線 忙線 忙音 冇覆 唔覆 唔聽 不回 不理 不接 唔接 冇答 邊個跟 求助無門
        唔見人 人影 no_reply no_response nobody no_one unanswered ignoring ignored never_replied anyone anybody
        rings engaged
        冇回應 無回應 冇反應 無反應 冇交代 冇下文 冇音訊 無音訊 泥牛入海 杳無音信 杳無音訊 不聞不問 唔聞不問 愛理不理
        打不通 無法接通 沒人接 沒人管 沒人理 沒人回 冇人管 冇人肯 冇一個 一個都冇 一個都唔 影都冇 影都唔見 人影都冇
        收埋 玩失蹤 cut_off went_quiet radio_silence no_answer voicemail ghosted unread never_called""",
    "person": """真人 人工 職員 經理 主管 上司 主任 負責人 阿頭 頭頭 高層 老闆 老細 ceo 叫個人 叫人 搵個人 搵人
        揾人 人類 轉駁 駁去 駁返 駁俾 轉俾 轉畀 同人講 同人傾 同人 個人覆 派個人 畀個人 俾個人 親口 聽電話 回電
        覆電 打返俾我 打畀我 manager supervisor human real_person representative agent someone somebody person
        speak_to speak_with talk_to call_me callback""",
    "bot": """機械人 機器人 ai 聽唔明 答非所問 鬼打牆 兜圈 循環 雞同鴨講 唔明我講 聽唔明人話 自動回覆 罐頭 人話
        智能客服 bot chatbot robot loop circles automated canned""",
    "worry": """擔心 驚 怕 慌 緊張 焦急 心急 着急 徬徨 不安 忐忑 瞓唔着 瞓唔到 失眠 食唔落 瞓得唔好 睡不着
        坐立不安 心噏噏 心掛掛 掛住 十五十六 心大心細 七上八下 手震 震晒 心慌 唔安樂 唔放心 不放心 憂 惶恐 亂晒
        嚇親 嚇到 慌失失 頭痛 苦惱 困擾 點算 點搞 點好 點辦 怎麼辦 怎么办 點解咁 大鑊 大件事 弊 糟 死喇 死啦 死火
        吉凶 唔知點 唔知會 唔知係 不知如何 心裡 心入面 諗起 成晚 壓力 有啲怪 古怪 有冇事 穩唔穩 失效 worried
        worry worrying anxious scared afraid nervous nervously panicking panic concerned uneasy freaking
        frightened stressed not_sure unsure terrified
        慌張 驚住 驚死 驚到 怕怕 心噏 心離 離一離 心離離 忟憎 坐唔定 企唔定 坐立難安 心裡沒底 沒底 心裡打鼓 不踏實 踏實
        急死 急瘋 急壞 心急如焚 焦慮 發愁 為難 狼狽 手忙腳亂 六神無主 冇揸拿 無揸拿 唔定 未定 唔多安心 掛心 掛慮
         冒汗 提心吊膽 心驚膽跳 心塞 fret fretting dread dreading on_edge nerve-wracking stomach distressed stressing
        stress hope hopefully please_tell unsure_if shaking""",
    "fear_asked": """會唔會 會不會 唔會係 唔會冇 係咪冇 係咪寄 係咪唔見 係咪白 係咪俾人 係咪畀人 係咪即係
        係咪出咗 是不是被 是不是丟 使唔使驚 有冇問題 得唔得㗎 追唔追 仲有冇 寄失 唔見咗 無咗 冇咗 買唔到 冇買到
        唔包 當我隱瞞 斷咗 will_it is_it_safe does_that_mean did_it what_if gone
        仲趕唔趕得切 係咪冇咗 係咪唔得 係咪要賠 係咪壞咗 係咪我 會唔會當 會唔會話 會唔會扣 會唔會退 會唔會取消
        會唔會影響 會唔會唔 有冇影響 有冇事 仲得唔得 仲有冇得救 補唔補救到 補救 會不會影響 會不會不 還能不能 是不是沒
        是不是就 還有救嗎 have_i did_i does_this_mean will_they would_it what_did_i am_i_too""",
    "pleading": """求下 求你 求求 懇請 懇求 拜託 跪求 幫幫 幫下 幫手 幫到我 幫我 救命 救我 打救 通融 體諒 體恤 盼
        有勞 勞煩 冇辦法 沒辦法 走投無路 冇第二個 第二個 唔識搞 唔識 不諳 唔知點 唔知搵邊個 搵邊個 好歹 起碼 至少
        唔好意思 不好意思 麻煩 唔該 勞 感激不盡 無助 求助 please pls plz help beg begging desperate desperately
        nowhere sorry_to really_need kindly
        可憐 可憐下 跪低 做件好事 好心 行個方便 行行好 高抬貴手 網開一面 酌情 體恤下 拜托 萬望 祈請 祈望 敬希 伏望
        指條路 陪我 教我 幫我跟 冇人幫到我 冇第二條路 盡頭 打攪 打擾 又係我 麻煩晒 唔敢催 唔想催 只能靠 靠你 救命錢
        准信 實數 實在冇 實在沒 at_the_end_of i_beg forgive on_my_own no_one_else who_else turn_to grateful obliged
        assistance exception anything_you_can kindly_help appreciate_any""",
    "impatience": """到底 究竟 仲要等 幾時先 幾時至 幾時得 幾時肯 幾時到 要等到 等到幾時 等幾耐 要幾耐 幾耐先
        快啲 快點 催 得未 好未 搞掂未 批未 有未 出未 有冇人 有沒有人 有人嗎 喂 何時 還要等 還要多久 要多久
        什麼時候才 日日望 望住 望穿 hello how_long when_will how_much_longer any_update still_waiting is_anyone
        is_anybody
        等唔切 等唔落去 等不及 等不了 等不下去 幾時先肯 幾時先有 俾個日子 給個時間 給個說法 催下 催吓 快手啲 趕緊 抓緊
        麻利 有冇消息 有消息未 有冇下文 有下文未 到而家 仲未搞 未搞掂 搞咁耐 咁都要 hurry_up any_news any_word
        what_is_taking taking_so_long get_a_move_on sometime_this_year waiting_for_you""",
    "hardship": """冇錢 等錢 等住筆 等着這筆 交租 租金 房租 學費 供樓 生活費 失業 冇收入 冇工 借錢 手停口停 獨力
        艱難 經濟 困難 綜援 卡數 開飯 養家 棺材本 血汗 辛苦錢 儲咗 payday rent broke afford mortgage savings
        冇積蓄 積蓄 救命錢 買餸 食飯錢 墊唔起 墊落去 頂唔順啲 供唔切 供唔起 交唔起 負擔唔到 負擔不起 走投冇路 人工未出
        被炒 失咗業 單親 寡婦 守寡 頂住頭家 搵食 養活 揭不開鍋 single_parent widow widowed unemployed evicted
        can't_afford last_of_my wages""",
    "let_down": """失望 心淡 心都淡 心灰 心寒 灰心 遺憾 可惜 惋惜 後悔 唔值 不值 浪費 嘥 白費 白買 笨 中伏 伏
        貨不對辦 差好遠 相差 相去甚遠 同相唔同 唔同相 唔似 落差 打折扣 冇諗過 估唔到 想不到 冇想到 沒想到 本來
        原本 本身 滿以為 以為 點知 誰知 怎料 豈料 不料 期待 期望 期盼 滿心歡喜 滿懷 一場空 得個吉 唔係味 不是味
        兩回事 見面不如 掃興 唏噓 難受 傷心 心痛 心酸 委屈 難過 難為情 見人 唔開心 不快 不外如是 麻麻 麻麻地
        一般般 普通 不過如此 名過其實 唔係咁 唔似以前 disappointed disappointing disappointment letdown let_down
        shame regret expected hoped hoping looking_forward unfortunately underwhelming sad sadly heartbroken
        mediocre meh not_worth wasted waste
        心涼 心凍 失落 沮喪 洩氣 掃晒興 冇癮晒 枉我 枉費 冤枉錢 貴買 買貴 跌眼鏡 睇走眼 貨不對板 貨不對版 不符
        名不副實 言過其實 虛有其表 得個樣 得個名 得個睇字 得個殼 兩碼子事 兩碼事 差太遠 差遠了 差強人意 翻車 踩雷 拉胯
        一言難盡 不如意 不盡人意 唔抵 唔太抵 唔夠 扁晒嘴 塊面沉 慨嘆 夢碎 幻滅 gutted dismayed dismay letting pity
        oh_well not_what nothing_like not_as fell_short falls_short short_of wish_i_hadn't hoped_for could_have_been
        so_much_for_the regrettable wasn't""",
    "giving_up": """算啦 算喇 算罷 算數 算了 算把啦 罷了 罷啦 由佢 由得 是但 費事 冇所謂 無所謂 唔想再講 懶得
        冇嘢好講 冇乜好講 無話可說 冇話好說 冇下次 唔會再 以後唔 以後都唔 不會再 再不會 唔再 唔敢再 幫襯第二
        轉第二間 轉會 轉台 轉公司 轉用 終止 退晒 冇眼睇 冇癮 唉 哎 死心 冇力 冇心機 心機 冇計 認命 放棄 不想再
        學乖 買個教訓 當學費 當買教訓 當交學費 再見 拜拜了 唔使喇 唔使啦 不用了 forget_it never_again never_mind
        giving_up gave_up whatever sigh anyway i'm_done last_time elsewhere
        冇眼睇喇 唔追喇 唔搞喇 唔再追 冇力再 冇力再追 死咗條心 心死 絕望 心灰意冷 灰晒 冇希望 不抱希望 累了 好攰
        冇動力 冇乜動力 得個吉 作罷 不想折騰 折騰 懶得退 吃灰 積灰 run_out_of_hope i_suppose_i no_hope i_quit
        not_bothering can't_be_bothered pointless""",
    "decline": """以前 從前 舊時 舊版 當年 當日 今非昔比 一年不如一年 不如 變咗 變得 越嚟越 愈來愈 越來越 水準
        質素 退步 大不如前 跌watt 冇以前 沒以前 多年 十年 十幾年 廿年 幾十年 老客 老客戶 熟客 老主顧 忠實 信任
        信心 一直支持 執咗 冇晒 used_to anymore gone_downhill downhill years loyal trusted""",
    "bad_quality": """好差 差咗 爛 壞 唔好用 唔好食 難食 難用 難睇 難聞 唔襯 甩色 褪色 起毛 起粒 崩 裂 開口 開膠
        甩膠 穿窿 穿咗 凹 縮水 漏水 好薄 粗糙 劣質 次貨 花痕 刮花 花咗 甩 鬆 歪 生鏽 發黃 皺 味同嚼蠟 冇味 乾爭爭
        粉 壓扁 碎 溶晒 散 broken poor poorly cheap flimsy faulty tasteless stale squashed cracked torn scratched
        wobbly peeling defective
        冇料 冇味道 淡過水 鹹到 甜到漏 硬過 薄過 縮咗 縮咗水 變形 走樣 走位 鬆脫 鬆咗 甩線 甩咗 甩皮 爆線 斷線 斷咗
        裂紋 崩咗 崩口 刮損 有花 花晒 污糟 污漬 霉味 臭味 異味 刺鼻 有髮 頭髮 吱吱聲 搖搖晃晃 過熱 發燙 卡紙
        漏墨 漏汁 漏電 漏氣 死火 唔著 熄機 跌色 偏色 做工 粗疏 粗製濫造 掉色 開線 脫線 起球 碎了 snapped shrank shrunk
        faded leaking leaks leaked stained smells smelly rattles squeaks dented dent chipped crooked lining soggy
        cold_food burnt lukewarm""",
    "mock_praise": """真係好 真係叻 好叻 最叻 好勁 勁呀 勁啊 好犀利 厲害 佩服 服咗 我服 服了 高明 專業 高效 效率
        效率高 準時 貼心 周到 體貼 誠意 大方 慷慨 尊貴 用心 先進 智能 聰明 創意 藝術 經典 神級 偉大 傑作 世界級
        冠絕 好嘢 好野 叻 超卓 卓越 不凡 非同凡響 別出心裁 一絲不苟 認真 仔細 好客 幽默 風趣 有心思 精彩 圓滿
        讚呀 讚! 勤力 乖 高見 天才 天賦 本事 有本事 身手 神速 brilliant genius impressive bravo wonderful
        fantastic stellar world-class creative lovely great amazing efficient talented charming classy marvellous
        outstanding oh_great oh_lovely
        好鬼快 好鬼 真有你 真行 真會 有創意 有誠意 有儀式感 有性格 有默契 有恆心 幽默感 環保 高科技 尊重 專家級
        五星酒店 歎為觀止 嘆為觀止 令人佩服 別具一格 獨到 專人跟進 真香嗎 效率真 splendid top_marks full_marks
        nice_touch consistent perfect_record a_perfect what_a_bargain so_glad how_generous generous truly_impressive
        magnificent marvel remarkable admirable admire""",
    "mock_thanks": """恭喜 多謝晒 感謝貴 多得你 多虧 托賴 承蒙 榮幸 感激 感動 銘記 膜拜 謝主隆恩 受教 教曉 教識
        學到嘢 學識 長知識 明白晒 頒獎 頒個 攞獎 應該攞 得獎 奧斯卡 諾貝爾 金像獎 錦旗 送面 五星 五粒星 滿分 滿堂
        加你 鼓掌 掌聲 拍手 致敬 congratulations congrats thanks_for well_done good_job great_job nice_job award
        medal trophy prize nobel oscar grammy applause slow_clap five_stars so_much_for
        謝謝晒 多謝你哋個 感謝你哋 感謝你們 好心你 辛苦晒你 教識我 教曉我 讓我學會 讓我重新認識 讓我體驗 畀個獎 應該頒
        頒個獎 開班 開班教人 開賭盤 拎個獎 值返 好榮幸 奴才 厚愛 hats_off_to thanks_a_lot thanks_a_bunch
        thanks_so_much_for do_take_a_bow take_a_bow well_played""",
    "absurd": """火星 外星 月球 星球 木星 恐龍 清朝 石器 原始人 古代 龜 蝸牛 孫都 孫仔 投胎 下世 來世 百年
        百年歸老 世紀 地老天荒 天長地久 海枯石爛 白頭 鬍鬚 聖誕 清明 端午 中秋 過年 考古 博物館 古董 文物 行山
        馬拉松 健身 減肥 瑜伽 修行 打坐 坐禪 禪 捉迷藏 伏匿匿 尋寶 盲盒 抽獎 六合彩 中獎 魔術 魔法 隱形 隱身 失蹤
        人間蒸發 蒸發 度假 放假 大假 冬眠 瞓咗 識唱 唱埋 背 卡拉ok 音樂會 演唱會 幼稚園 小學 數學 時光機 穿越
        平行時空 宇宙 陰陽眼 占卜 求籤 拜神 燒香 通靈 讀心 劇場 睇戲 做戲 電視劇 武俠 輕功 練功 運動 退休 發達
        移民 環遊 世界 人肉 沙包 郵差 飛鴿 鴿 驛站 馬車 游水 游過嚟 行路 步行 入土 神仙 菩薩 觀音 耶穌 上帝
        愛因斯坦 福爾摩斯 偵探 mars moon snail turtle tortoise dinosaur century museum marathon grandchildren
        yoga meditation hide_and_seek magic magician treasure lottery pigeon carrier_pigeon retirement retire
        universe poem novel comedy circus theatre album souvenir hobby ancient stone_age collection frame""",
    "mock_link": """原來 果然 難怪 唔怪得 怪不得 不愧 名不虛傳 仲以為 係囉 係嘅係嘅 係呀係呀 係係係 好彩 幸好
        真係要 我仲要 順便 不如 記得 乾脆 索性 一定係 想必 大概 應該係 我估 估計 諗住 怕我 怕你 生怕 等我 令我
        畀我 俾我機會 機會 難得 居然 竟然 連 淨係識 識得 識 clearly obviously of_course must_be i_guess surely
        apparently turns_out at_least wow oh truly nothing_says glad love_how so_kind how_kind how_thoughtful""",
    "good": """好好 好正 正! 正呀 正到 讚 好靚 靚 好用 好食 好味 好飲 好著 好着 好襯 好坐 好瞓 抵 抵食 抵買 超值
        物超所值 滿意 開心 高興 鍾意 喜歡 愛 驚喜 細心 有禮 有禮貌 禮貌 親切 溫柔 斯文 耐心 耐性 好人 好心 熱心
        熱情 盡責 貼心 爽快 快手 快趣 順利 妥當 妥貼 完美 無可挑剔 冇得彈 冇得頂 一流 高質 企理 乾淨 新鮮 生猛
        鬆軟 好香 滑 靚仔 可愛 得意 舒服 方便 易用 清楚 清晰 好抵 有交帶 有責任心 家教 有家教 窩心 暖心 溫暖 暖
        感人 合身 啱啱好 正斗 一級 頂級 超卓 掂 好掂 不錯 唔錯 幾好 都好 好快 超快 神速 夠快 準時 最好 棒 赞
        excellent lovely great amazing perfect perfectly happy delighted impressed helpful kind kindness patient
        wonderful awesome love loved loves best smooth smoothly friendly polite fantastic pleased satisfied nice
        brilliant superb gem beautiful delicious comfy cosy good fast quick easy lifesaver
        冇得輸 冇得講 無得彈 冇花冇假 正嘢 正到震 好正斗 抵到爛 抵玩 好抵玩 抵諗 夾腳 啱腳 啱使 啱用 啱心水 心水
        識貨 貼身 滑溜 層層 香脆 爽口 彈牙 入味 清碟 舔碟 食到停唔到 食到 回味 耐用 襟用 捱得 夠力 夠凍 清甜 鮮甜
        靚過 舒適 妥善 得體 周全 細緻 細膩 用心機 有心機 心機 醒目 生性 可靠 信得過 靠得住 靠譜 省心 給力 良心價
        真香 秒到 秒回 秒批 盞鬼 過癮 難忘 偷笑 抵晒 值回 值得擁有 完美無瑕 沒得說 沒話說 沒毛病 杠杠的 槓槓的 很棒
        超棒 好暖 心甜 甜蜜 幸福 幸運 chuffed thrilled over_the_moon spot_on top_notch first_class star absolute_star
        flawless faultless can't_fault cannot_fault painless seamless effortless hassle-free no_fuss no_hassle
        thoughtful courteous attentive prompt promptly tasty yummy comfortable cosier gorgeous stunning worth_it
        worth_every made_my_day treat pleasure quiet sturdy reliable exceptional impressed_me adorable bargain hooray
        yay""",
    "thanks": """多謝 多得 唔該晒 謝謝 謝意 感謝 感恩 感激 銘感 衷心 致謝 鳴謝 謝 由衷 辛苦 有心 記在心 勞心
        thank thanks thankyou grateful appreciate appreciated appreciation kudos thx ty cheers merci
        唔該哂 多謝哂 唔該曬 多謝曬 銘記 銘記於心 銘感於心 謝過 道謝 拜謝 頂禮 感動到 感動到喊 thankful many_thanks
        much_obliged thanks_again bless""",
    "relief": """放心 安心 鬆一口氣 鬆返啖氣 鬆咗口氣 好彩 幸好 幸虧 終於 定晒 心定 安樂 冇事喇 冇事啦 搞掂 解決
        處理好 修好 整好 整返好 收到喇 到咗 到手 批咗 全數 全批 賠咗 賠足 返嚟喇 救返 救命恩人 恩人 白擔心 虛驚
        失而復得 搵返 搵到 執返 唔使再煩 解圍 趕得切 趕上 如釋重負 relieved relief sorted resolved solved fixed
        finally thankfully phew saved worry-free intact early
        落返地 放低心頭大石 心頭大石 大石 鬆晒 鬆咗 定返 返到手 物歸原主 一樣都冇少 冇事晒 冇穿冇爛 有驚無險 虛驚一場
        化險為夷 解決晒 搞妥 攪掂 攪掂晒 處理妥當 辦好 搞定 順利解決 氣都消 消氣 唔嬲喇 all_good all_sorted
        weight_off safe_and_sound""",
    "commend": """推介 推薦 介紹俾 介紹畀 下次再 會再 回購 再嚟 返轉頭 實返 繼續支持 撐 五星 加分 加雞脾 讚好
        值得 抵讚 大推 力推 表揚 嘉許 讚賞 讚揚 轉達 代為 傳達 人工加 加佢人工 升佢 信 表達 欣賞 recommend
        come_back buy_again commend compliment compliments pass_on promote raise raise. customer_for_life
        大讚 要讚 想讚 抵錫 錫晒 種草 沒踩雷 冇中招 冇中過招 冇令我失望 沒讓我失望 沒失望 買多 再買 又買 再次購買
        回頭客 一直用 一直食 只認 認住 keep_coming back_for_more back_for told_all_my recommend_to hats_off credit_to
        deserves_a""",
    "beyond": """估唔到 冇諗過 想像中 快過 仲快 比想像 好過 平過 靚過 嚇親我 意想不到 出乎意料 咁快 咁爽 咁好
        咁平 以為要 以為實 本來打算 本來諗住鬧 收返 慚愧 心服口服 改觀 faster_than expected than_expected
        pleasantly thought_it better_than no_complaints
        半信半疑 起初以為 原本以為 一開始以為 仲驚 仲怕 本來好嬲 本來火滾 諗住鬧 諗住投訴 點知好 原來唔使 原來唔痛
        竟然咁 居然咁 嚇親 出奇 意外地 驚喜 沒想到這麼 想不到這麼 原以為 本來擔心 was_dreading expected_a
        ready_to_complain surprised surprisingly didn't_expect did_not_expect thought_i'd""",
    "kind_deed": """教我 教咗 陪我 陪我爸 扶 推車 主動 親自 特登 加班 送返 搵返 執返 仲送 仲幫 免費 送多 冇催
        冇發脾氣 冇嫌 冇收錢 耐心講 解釋得 講得好清楚 講解 跟足 跟到 跟進得 幾快 即刻幫 一次過 一個電話 一通電話
        十分鐘 即日 三日就 兩日就 隔日 第二日就 連夜 半夜都肯 今朝到 went_out_of walked_me patiently
        took_the_time refunded_me without_fuss extra_mile same_day""",
    "ask": """請問 想問 問下 問吓 想知 想了解 了解下 了解吓 有冇 有無 可唔可以 可不可以 可否 能否 是否 得唔得
        使唔使 要唔要 收唔收 包唔包 賣唔賣 做唔做 計唔計 係咪 是不是 點樣 點計 點用 點先 點可以 怎樣 怎麼 如何
        幾多 幾錢 幾時 幾點 幾耐 幾歲 幾號 多少 多久 邊度 邊間 邊款 邊個 邊份 邊種 邊張 哪裡 哪個 哪些 乜嘢 咩嘢
        什麼 定係 定 嗎 吗 what how when where which do_you does can_i could_i is_there are_there is_it may_i
        would what's""",
    "general": """一般 通常 平時 平日 如果 假如 假設 若 倘若 萬一 譬如 例如 規定 規則 規矩 條款 政策 流程 程序
        制度 機制 定義 意思 分別 區別 比較 上限 下限 最多 最少 有效期 等候期 冷靜期 寬限期 保養期 營業時間 開到
        開門 閂門 運費 價錢 收費 手續費 門檻 年齡 資格 會員制 計劃 包括 包含 範圍 保障 保單一般 標準 要求 種類
        牌子 型號 方法 方式 in_general generally usually normally policy policies procedure process if_someone
        whether difference between options plan plans cover covers include""",
    "disclaimer": """純粹 隨口 好奇 八卦 做功課 功課 論文 讀書會 朋友問 人哋問 幫人問 研究 參考 唔急 不急 唔趕
        得閒 慢慢 幾時都得 遲啲先 未買 冇買過 考慮緊 考慮買 睇緊 想買 打算買 只係問 淨係問 問問 問下啫 問吓啫
        冇嘢 唔緊要 冇事 報章 新聞 聽人講 聽講 見到有人 小冊子 比較表 做訪問 寫緊 備用 curious just_wondering
        wondering no_rush no_hurry whenever hypothetically asking_for research in_theory not_urgent
        上堂 課堂 考試要 考牌 做project 做報告 訪問 講座 寫文章 做資料 教材 培訓 備課 同學問 街坊問 幫朋友 學校功課
        for_a_story for_an_article for_school coursework dissertation training student""",
    "own_case": """我張 我份 我部 我件 我單 我個 我對 我隻 我條 我嘅 我的 本人 單號 訂單 保單號 單尾 尾號 編號
        號碼 張單 份單 買咗 落咗 落單 訂咗 交咗 收到 寄咗 claim咗 order 昨日 琴日 尋日 前日 上星期 上個月 上次
        啱啱 之前 my i i'm i've order_number policy_number claim_number received ordered bought submitted
        yesterday last""",
    "task": """想改 想換 想退 想取消 想加 想報 想轉 想補 想預約 想申請 更改 更換 更新 改做 改去 改成 換成 轉做
        轉去 取消 預約 安排 請安排 補寄 重發 補交 申請 煩請 請查收 請確認 查單 查詢 登記 報失 報案 交表 加保
        幫我改 改期 改地址 please_update please_arrange update change cancel reschedule swap exchange add arrange
        book redirect resend""",
    "trouble": """未收到 收唔到 冇收到 沒收到 未到 冇到 遲到 延誤 寄錯 送錯 執錯 漏咗 漏寄 少咗 欠 唔見 遺失 壞咗
        爛咗 唔着 開唔到 入唔到 上唔到 登入唔到 用唔到 打唔開 失敗 error 出錯 錯咗 唔啱 唔對 不符 有誤 拒賠 唔賠
        不賠 唔批 不獲 被拒 彈返 退返轉頭 卡住 當機 死機 彈出 彈走 閃退 停咗 斷咗 冇反應 唔work 冇電 凍唔到 唔凍
        唔熱 行慢 missing late wrong damaged not_received not_working doesn't_work stopped failed rejected
        declined denied stuck crash crashed short""",
    "chat": """你好 您好 早晨 早安 午安 晚安 新年 聖誕快樂 恭喜發財 節日 天氣 落雨 打風 拜拜 收到 知道 ok okay
        好的 明白 了解 嗯 哦 噢 喔 hi hello hey bye morning 你係機械人 你叫咩名 食咗飯 試下 test 在嗎 got_it
        noted 我姓""",
    "formal": """貴公司 貴店 貴司 貴部 貴行 本人 敬啟 台鑒 謹 特此 煩請 茲 惟 賜覆 函 此致 為荷 台端 閣下 敝 吾
        承 如上 上述 是次 就此 dear sincerely regards hereby herewith attached enclosed""",
    "mandarin": "的 了 们 吗 是 不 没 这 那 您 我们 你们 怎么 为什么 給我 給你 在哪 哪里 什么 还 他们 一下 已經 还是",
    "turn": """但係 但 不過 雖然 只係 反而 結果 點知 誰知 仲話 仲要 先話 先至 明明 but however although though
        yet except""",
    "not": "唔 冇 未 不 沒 无 無 非 no not never don't didn't doesn't won't isn't can't cannot without",
    "much": """死 到死 到爆 爆 晒 超 極 非常 十分 太 勁 鬼 咁 好 最 完全 根本 全部 成個 成份 very so such too
        extremely absolutely totally""",
    "still": "仲 緊 住 還 又 再 都係 照 繼續 still again keeps",
    "you": "你哋 你們 你公司 貴 you your yours 佢哋 同事 師傅 店員 經紀 代理 職員 客服 staff they courier driver",
    "me": "我 本人 我哋 我們 自己 i me my mine we our us",
    "trifle": """app 廣告 排隊 優惠碼 coupon 問卷 音樂 包裝 盒 驗證碼 captcha 紙袋 膠袋 積分 分 印花 貼紙 換領
        字體 介面 通知 推送 newsletter 網頁 轉圈 loading pop-up 舊版 新版 廣播 冷氣 試食 贈品 queue survey advert
        font music box wrapping""",
    "misdeed": """私隱 個人資料 洩露 外洩 第三者 影我 非禮 摸 打人 推我 偷影 冒簽 假文件 偽造 誣 指本人 指我偷
        追數 收數 恐嚇 滋擾 騷擾 forged forgery privacy leaked harassment threatened assaulted""",
    "laugh": "哈哈 呵呵 嘻嘻 笑死 好笑 haha hahaha lol lmao 😂 🤣 😄 😆 😁 😅 嘩 嘻",
    "bright_sign": "👍 ❤ 🥰 😍 💯 🎉 😊 🤗 🥹 ✨ 💕 🌹 💪 ☺ 🫶 🙌 ♥ 😘 😋",
    "dark_sign": "😡 🤬 😤 👎 😠 💢 🖕",
    "sad_sign": "😭 😢 😞 😔 💔 😩 😣 ☹ 😥 🥲 🥺",
    "afraid_sign": "😰 😱 😨 🆘 😖 😵 😧 🚨",
    "wry_sign": "🙄 🙃 👏 😒 🤡 🫠 😏 🤷 🥱 💀",
}
