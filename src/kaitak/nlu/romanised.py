"""Owns Cantonese typed in Latin letters (m goi, gei si, bin dou, jo): words brought back to characters."""

import re

from kaitak.nlu import spellings

# Spellings that are no English word on the left; "_" stands for a blank. Simplified characters on the right.
_SURE = """
m_goi=唔该 mgoi=唔该 m_goy=唔该 ng_goi=唔该 nggoi=唔该 m_goi_sai=唔该晒 mgoi_sai=唔该晒 m_goisai=唔该晒 do_je=多谢
doh_je=多谢 dor_je=多谢 do_ze=多谢 dor_che=多谢 do_jeh=多谢 doje=多谢 m_sai=唔使 msai=唔使 ng_sai=唔使 m_ho=唔好
m_hou=唔好 ng_hou=唔好 m_hai=唔系 mhai=唔系 ng_hai=唔系 m_ji=唔知 m_zi=唔知 ng_zi=唔知 m_dak=唔得 m_duk=唔得
ng_dak=唔得 m_yiu=唔要 m_jiu=唔要 ng_yiu=唔要 m_soeng=唔想 m_seung=唔想 m_sik=唔识 m_ginjo=唔见咗 m_gin=唔见
m_gin_jo=唔见咗 m_dou=唔到 m_do=唔到 mdou=唔到 ng_dou=唔到 sau_m_dou=收唔到 sau_m_do=收唔到 sau_ng_dou=收唔到
sau_dou=收到 sau_do=收到 sau_doh=收到 gei_si=几时 geisi=几时 gei_see=几时 gei_dim=几点 geidim=几点 gei_noi=几耐
gei_loi=几耐 gei_do=几多 gei_dor=几多 gei_doh=几多 gei_chin=几钱 gei_cin=几钱 gei_do_chin=几多钱 gei_do_cin=几多钱
gei_dor_chin=几多钱 dim_yeung=点样 dim_yeong=点样 dim_joeng=点样 dim_gai=点解 dimgai=点解 dim_gaai=点解 dim_syun=点算
dim_suen=点算 dim_gau=点搞 dim_gaau=点搞 bin_dou=边度 bin_do=边度 bindou=边度 bin_doh=边度 bin_go=边个 bin_gor=边个
bin_gan=边间 yau_mo=有冇 yau_mou=有冇 jau_mou=有冇 yaumo=有冇 yau_mei=有未 hai_mai=系咪 haimai=系咪 hai_mei=系未
hai_m_hai=系唔系 hai_ng_hai=系唔系 ho_m_ho_yi=可唔可以 ho_mm_ho_yi=可唔可以 ho_m_hoyi=可唔可以 hor_yi=可以 ho_yi=可以
ho_ji=可以 hoyi=可以 dak_m_dak=得唔得 duk_m_duk=得唔得 sai_m_sai=使唔使 yiu_m_yiu=要唔要 ngo=我 ngoh=我 nei=你 lei=你
nei_dei=你哋 lei_dei=你哋 neidei=你哋 leidei=你哋 ngo_dei=我哋 ngor=我 keoi=佢 kui=佢 keui=佢 kui_dei=佢哋
keoi_dei=佢哋 ngo_ge=我嘅 nei_ge=你嘅 mou=冇 mo_yau=冇有 mou_jo=冇咗 jor=咗 zo=咗 joh=咗 zor=咗 sung_jo=送咗
gei_jo=寄咗 tui_jo=退咗 bei_jo=畀咗 bei_jor=畀咗 mai_jo=买咗 maai_jo=买咗 dang_jo=等咗 dang_jor=等咗 sau_jo=收咗
laan_jo=烂咗 lan_jo=烂咗 waai_jo=坏咗 wai_jo=坏咗 tui_fan=退返 tuifan=退返 tui_faan=退返 tui_chin=退钱 tui_cin=退钱
tui_fun=退款 tui_fo=退货 teoi_fo=退货 teoi_fun=退款 teoi_cin=退钱 teoi_bou=退保 tui_bo=退保 tui_bou=退保 wun_fo=换货
wun_maa=换码 wun_ma=换码 wun_size=换size wun=换 wun_faan=换返 lo_faan=攞返 lor_fan=攞返 lo_fan=攞返 jyun=转 zyun=转
zyun_yan=转人 jan_yan=真人 zan_jan=真人 jun_yan=真人 cha_daan=查单 cha_dan=查单 caa_daan=查单 caa=查 chaa=查
cha_ha=查下 man_ha=问下 mun_ha=问下 soeng_man=想问 seung_man=想问 soeng=想 seung_mun=想问 seung_maai=想买 daan=单
jeung_daan=张单 zoeng_daan=张单 jeung_dan=张单 zoeng=张 go_daan=个单 daan_ho=单号 daan_hou=单号 ding_daan=订单 fo=货
gin_fo=件货 sung_fo=送货 sung_gei_si=送几时 sung_dou=送到 sung_do=送到 sung_mei=送未 gei_dou=寄到 gei_mei=寄未
faat_fo=发货 chut_fo=出货 ceot_fo=出货 yau_fo=有货 mou_fo=冇货 bou_fo=补货 bou_yeung=保养 bo_yeung=保养 bou_joeng=保养
bou_daan=保单 bo_daan=保单 bo_dan=保单 bou_fai=保费 bo_fai=保费 che_bo=车保 ce_bou=车保 yi_liu=医疗 jau_bou=旅保
lui_yau_bo=旅游保 toi_bo=投保 juk_bo=续保 zuk_bou=续保 pui_sheung=赔偿 pui_chin=赔钱 pui_cin=赔钱 sok_soeng=索偿
sau_yik_yan=受益人 yik_yan=益人 gung_si=公司 dei_ji=地址 dei_zi=地址 goi_dei_ji=改地址 goi_dei_zi=改地址 goi_kei=改期
goi_si_gan=改时间 si_gaan=时间 sigaan=时间 din_wa=电话 dinwa=电话 din_yau=电邮 ting_yat=听日 tingyat=听日
ting_jat=听日 gam_yat=今日 gam_jat=今日 gamyat=今日 kam_yat=寻日 cam_yat=寻日 cam_jat=寻日 hau_yat=后日 gam_maan=今晚
gam_man=今晚 yi_ga=而家 yi_gaa=而家 ji_gaa=而家 yiga=而家 ji_ga=而家 tau_sin=头先 ho_noi=好耐 hou_noi=好耐 ho_loi=好耐
ho_gui=好贵 hou_gwai=好贵 gam_noi=咁耐 gam_loi=咁耐 gam_do=咁多 gam_gwai=咁贵 mat_ye=乜嘢 me_ye=咩嘢 mie_ye=咩嘢
mat_je=乜嘢 me_si=咩事 meh_si=咩事 mut_si=乜事 ni_go=呢个 nei_go=呢个 go_go=嗰个 gor_go=嗰个 ni_jeung=呢张
go_jeung=嗰张 ni_gin=呢件 go_gin=嗰件 ni_dou=呢度 go_dou=嗰度 li_go=呢个 li_dou=呢度 jik_hai=即系 zik_hai=即系
jik_hak=即刻 zik_hak=即刻 faai_di=快啲 fai_di=快啲 fai_d=快啲 faai_d=快啲 ge_si_hau=嘅时候 jing_faan=整返
zing_faan=整返 sau_lei=修理 tau_sou=投诉 tau_so=投诉 ching_man=请问 ceng_man=请问 cheng_mun=请问 ching_mun=请问
jou_san=早晨 jo_san=早晨 zou_san=早晨 lei_hou=你好 nei_ho=你好 lei_ho=你好 nei_hou=你好 leiho=你好 neihou=你好
neih_hou=你好 bai_bai=拜拜 baai_baai=拜拜 joi_gin=再见 zoi_gin=再见 hai_ah=系呀 hai_a=系呀 hai_aa=系呀 hai_ar=系呀
hai_ya=系呀 ho_ah=好呀 ho_ar=好呀 hou_aa=好呀 hou_a=好呀 dak_la=得啦 ngaam=啱 ngam=啱 ngaam_saai=啱晒 mou_cho=冇错
mo_cho=冇错 mou_co=冇错 cho_jo=错咗 gong_cho=讲错 gong_co=讲错 da_cho=打错 daa_co=打错 se_cho=写错 suen_la=算啦
syun_laa=算啦 m_sai_la=唔使啦 pou_tau=铺头 po_tau=铺头 mun_si=门市 fan_dim=分店 hoi_mun=开门 saan_mun=闩门
ying_yip=营业 ji_chui=自取 zi_ceoi=自取 yau_wai=优惠 jau_wai=优惠 yau_wai_ma=优惠码 jik_fan=积分 zik_fan=积分
wui_yuen=会员 wui_jyun=会员 mat_ma=密码 mat_maa=密码 dang_yap=登入 dang_jap=登入 yap_m_dou=入唔到 yap_m_do=入唔到
jap_m_dou=入唔到 fu_fun=付款 fu_chin=付钱 bei_chin=畀钱 bei_cin=畀钱 gaau_chin=交钱 kau_chin=扣钱 kau_cin=扣钱
kau_jo=扣咗 sau_geoi=收据 sau_gui=收据 faat_piu=发票 fat_piu=发票 seun_fung=顺丰 sun_fung=顺丰 sung_lai=送嚟
lai_jo=嚟咗 hui_jo=去咗 heoi_zo=去咗 fong_hai=放喺 caak=拆 chaak=拆 hoi_jo=开咗 sik_m_sik=识唔识 gaau_dim=搞掂
gau_dim=搞掂 gao_dim=搞掂 giu_yan=叫人 wan_yan=揾人 wan_m_dou=揾唔到 wan_go=揾个 tung_yan_gong=同人讲
tung_jan_gong=同人讲 king_gai=倾偈 hok_saang=学生 chung_mei=仲未 zung_mei=仲未 jung_mei=仲未 dou_mei=到未 mei_dou=未到
mei_sau=未收 mei_sau_dou=未收到 mei_lai=未嚟 mei_tui=未退 mei_gei=未寄 dou_jo=到咗 laa=啦 wo_bo=喎 gaa=㗎
"""
# Spellings that are also English (or too short): only beside sure ones.
_UNSURE = """
hai=系 ho=好 hou=好 dak=得 m=唔 ng=唔 mo=冇 mei=未 jo=咗 la=啦 lo=啰 ga=㗎 ge=嘅 ar=呀 a=呀 ya=呀 me=咩 meh=咩 mat=乜
yau=有 jau=有 go=个 gin=件 bei=畀 mai=买 maai=买 lai=嚟 hui=去 heoi=去 dou=到 do=到 sau=收 gei=几 tui=退 teoi=退
lan=烂 laan=烂 ye=嘢 dan=单 dai=单 cha=查 di=啲 d=啲 yat=日 jat=日 fan=返 faan=返 chin=钱 cin=钱 ma=码 si=时 man=问
mun=问 dim=点 bin=边 tim=添 sin=先 jau_hai=就系 dang=等 lau=漏 cho=错 co=错 ting=听 gam=咁 dei=哋 wan=揾 tung=同
lo_fo=攞货 ling=拎 sai=晒 saai=晒 hoi=开 sik=识 noi=耐 gwai=贵 po=铺 pou=铺 bo=保 bou=保 daai=大 sai_ma=细码 yan=人
jan=人 sung=送 ah=呀 aa=呀 wor=喎 lor=啰 jing=整 seung=想 pui=赔 fu=付 jeung=张 gong=讲 haa=吓 aar=呀 goi=改
"""


def _words(block: str) -> dict[str, str]:
    pairs = (entry.split("=", 1) for entry in block.split())
    return {word.replace("_", " "): meaning for word, meaning in pairs}


_SURE_WORDS = _words(_SURE)
WORDS = {**_words(_UNSURE), **_SURE_WORDS}
_EDGES = (r"(?<![a-z0-9'@.])", r"(?![a-z0-9'@])")
_SURE_PATTERN = re.compile(_EDGES[0] + spellings.alternation(list(_SURE_WORDS)) + _EDGES[1])
_ALL_PATTERN = re.compile(_EDGES[0] + spellings.alternation(list(WORDS)) + _EDGES[1])
_LATIN_WORD = re.compile(r"[a-z]+")
_HAN = re.compile("[\u3400-\u9fff]")
_GAPS = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


def share(text: str) -> float:
    """How much of the Latin letters of a folded text is romanised Cantonese, 0 when no sure word is there."""
    if _SURE_PATTERN.search(text) is None:
        return 0.0
    letters = sum(len(w) for w in _LATIN_WORD.findall(text))
    covered = sum(len(m.group().replace(" ", "")) for m in _ALL_PATTERN.finditer(text))
    return covered / letters


def to_characters(text: str) -> str:
    """Romanised words as characters: all of them in a romanised message, only the sure ones in a mixed one."""
    if _SURE_PATTERN.search(text) is None:
        return text
    is_mixed = _HAN.search(text) is not None
    if share(text) >= 0.5:
        changed = _ALL_PATTERN.sub(lambda m: WORDS[m.group()], text)
    elif is_mixed:
        changed = _SURE_PATTERN.sub(lambda m: _SURE_WORDS[m.group()], text)
    else:
        return text
    return _GAPS.sub("", changed)
