/**
 * How the printed letter looks, after 信函格式 of 《党政机关公文格式》 GB/T 9704-2012: A4, the agency in red over a double red
 * line, the number right under it, 宋体 for titles and 仿宋 for the text. Sized so that a usual letter takes one page.
 */
export const assistanceLetterStyle = `
@page { size: A4; margin: 24mm 26mm 16mm 28mm; }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0; color: #000; font: 14pt/20pt FangSong_GB2312, "仿宋_GB2312", FangSong, "仿宋", STFangsong, "Noto Serif CJK SC",
  "Noto Serif SC", "Source Han Serif SC", SimSun, serif; }
main { display: flex; flex-direction: column; min-height: 254mm; overflow-wrap: anywhere; }
p, h1 { margin: 0; orphans: 2; widows: 2; }
main > p { text-align: justify; text-indent: 2em; }
header, h1 { font-family: FZXiaoBiaoSong-B05S, "方正小标宋简体", STZhongsong, "华文中宋", "Noto Serif CJK SC", "Noto Serif SC",
  SimSun, "宋体", serif; font-weight: 700; text-align: center; }
header { color: #c7000b; font-size: 28pt; line-height: 36pt; letter-spacing: 0.12em; padding-bottom: 2.5mm;
  border-bottom: 1.8mm double #c7000b; }
h1 { font-size: 22pt; line-height: 30pt; margin: 4mm 0 3mm; letter-spacing: 0.2em; break-after: avoid; }
main > p.number { text-align: right; text-indent: 0; margin-top: 2mm; }
main > p.addressees { text-align: left; text-indent: 0; }
p.head, p.part { break-after: avoid; }
p.head { font-family: SimHei, "黑体", "Noto Sans CJK SC", "Noto Serif SC", sans-serif; }
p.part { font-family: KaiTi_GB2312, "楷体_GB2312", KaiTi, "楷体", STKaiti, "Noto Serif CJK SC", "Noto Serif SC", serif; }
.signature { align-self: flex-end; margin: 7mm 2em 0 0; text-align: center; break-inside: avoid; }
.seal { color: #555; }
footer { margin-top: auto; padding-top: 5mm; font-size: 11pt; line-height: 15pt; break-inside: avoid; }
footer p:first-child { border-top: 0.35mm solid #000; padding-top: 1.5mm; }
.trace { color: #555; font-size: 8pt; line-height: 11pt; }
@media screen {
  body { background: #e8e8e8; }
  main { width: 210mm; max-width: 100%; min-height: 297mm; margin: 8mm auto; padding: 24mm 26mm 16mm 28mm; background: #fff;
    box-shadow: 0 1px 6px rgb(0 0 0 / 30%); }
}
`
