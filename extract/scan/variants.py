"""Characters the recogniser takes for their traditional or old forms: 決 for 决. A form is written in one script.

曰 is in no form: it is 日 where both were seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .recognise import Glyph

_OLD = (
    "萬與專業東兩嚴個豐臨為麗舉義樂習鄉書買爭虧亞產産億僅從倉儀價眾衆優會傳傷體側値償儲兒黨蘭關興養內冊寫軍農衝決淨減憑擊劃則"
    "剛創刪別劑勸辦務動勵勁勞勢勻區醫華協單賣盧臥衛卽廠廳厲壓縣參雙發變葉號呂聽啟吳員響團園圍國圖圓聖場壞塊堅壘牆壯聲處備復複"
    "奪奮獎婦孫學寧寶實審寬賓對尋導爾嘗盡層屬歲島幣師帶幫並廣庫應開強歸當錄録徹懷態總懇悅驚懲戲戰戶執擴掃揚護報擔擬擁擇掛損換"
    "據攝敵敎數斷無旣舊時顯晉暫術機雜權條來楊極構標樹樣檔橋夢檢樓槪歡歐殘畢氣匯漢溝沒澤淺漿測濟漲淸漁溫濕渓滯滿滅災點煉煙熱愛"
    "狀猶獨狹獻環現電療監眞礦碼硏確離種積稱稅穩竊競筆築籌簽簡類糧緊紅約級紀純綱納縱紙線組織終紹經給絡絕絶統繼績續維綜綠緩編縮"
    "網羅罰職聯肅腦脫節蘇範藥獲營藍慮雖補觀規視覽覺觸計訂認討讓訓議訊記講許設訪證評識訴診詞試誠詳語說説請諸讀課誰調談謀諧謝譜"
    "負貢財責賢敗貨質貧購貫貼貴貸貿費賀賈賃資賦賞賠賴賽贊趨躍踐車轉軟輕載較輔輛輩輸轄邊達遷過運還這進遠違連遲適選遞邏遺郵鄰釀"
    "釋鋼錢鐵銀鏈銷鎖鋒銳錯鍵鎮鏡長門閉問閒間聞閱閲隊陽階際陸陳險隨隱難霧靑靜頂項順須顧頒預領頻穎題顏額風飛飯飲飾館饋馬驅駛駐"
    "駕驗騙魚鮮鳥雞麥黃黒齊齒龍曰"
)
_NEW = (
    "万与专业东两严个丰临为丽举义乐习乡书买争亏亚产产亿仅从仓仪价众众优会传伤体侧值偿储儿党兰关兴养内册写军农冲决净减凭击划则"
    "刚创删别剂劝办务动励劲劳势匀区医华协单卖卢卧卫即厂厅厉压县参双发变叶号吕听启吴员响团园围国图圆圣场坏块坚垒墙壮声处备复复"
    "夺奋奖妇孙学宁宝实审宽宾对寻导尔尝尽层属岁岛币师带帮并广库应开强归当录录彻怀态总恳悦惊惩戏战户执扩扫扬护报担拟拥择挂损换"
    "据摄敌教数断无既旧时显晋暂术机杂权条来杨极构标树样档桥梦检楼概欢欧残毕气汇汉沟没泽浅浆测济涨清渔温湿溪滞满灭灾点炼烟热爱"
    "状犹独狭献环现电疗监真矿码研确离种积称税稳窃竞笔筑筹签简类粮紧红约级纪纯纲纳纵纸线组织终绍经给络绝绝统继绩续维综绿缓编缩"
    "网罗罚职联肃脑脱节苏范药获营蓝虑虽补观规视览觉触计订认讨让训议讯记讲许设访证评识诉诊词试诚详语说说请诸读课谁调谈谋谐谢谱"
    "负贡财责贤败货质贫购贯贴贵贷贸费贺贾赁资赋赏赔赖赛赞趋跃践车转软轻载较辅辆辈输辖边达迁过运还这进远违连迟适选递逻遗邮邻酿"
    "释钢钱铁银链销锁锋锐错键镇镜长门闭问闲间闻阅阅队阳阶际陆陈险随隐难雾青静顶项顺须顾颁预领频颖题颜额风飞饭饮饰馆馈马驱驶驻"
    "驾验骗鱼鲜鸟鸡麦黄黑齐齿龙日"
)
_SIMPLE = dict(zip(_OLD, _NEW, strict=True))


def simplified(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return *glyphs* with an old form as its simplified one where the recogniser saw that there too.

    The two are one character to it: their scores add up.
    """
    out = []
    for glyph in glyphs:
        new = _SIMPLE.get(glyph.text, glyph.text)
        rest = sum(score for text, score in glyph.others if _SIMPLE.get(text, text) == new)
        if new != glyph.text and not rest:
            out.append(glyph)
            continue
        others = tuple((text, score) for text, score in glyph.others if _SIMPLE.get(text, text) != new)
        out.append(replace(glyph, text=new, score=min(1.0, glyph.score + rest), others=others) if rest else glyph)
    return out
