using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>
/// Distinguishes Shift_JIS, EUC-JP, GB18030, Big5 and EUC-KR by the pairs of octets that occur: each has a block of common characters.
/// </summary>
internal static class WideCharsets
{
    /// <summary>Text of these charsets scores 1.5 and more; Thai or Cyrillic, taken for Chinese, about 0.8.</summary>
    private const double LeastScore = 1.2;

    /// <summary>Fewer pairs than this prove nothing.</summary>
    private const int FewestPairs = 2;

    private delegate int PairScore(byte first, byte second);

    private static readonly (string Name, PairScore Score)[] Candidates =
    [
        ("shift_jis", ShiftJis),
        ("euc-jp", EucJp),
        ("ks_c_5601-1987", EucKr),
        ("gb18030", Gb),
        ("big5", Big5),
    ];

    /// <summary>Null where the octets are text in none of these.</summary>
    public static Encoding? Guess(ReadOnlySpan<byte> octets)
    {
        var best = double.MinValue;
        string? name = null;
        foreach (var candidate in Candidates)
        {
            var score = Score(octets, candidate.Score);
            if (score > best)
                (best, name) = (score, candidate.Name);
        }
        return best >= LeastScore && name is not null ? CharsetNames.Find(name) : null;
    }

    /// <summary>Mean of the pairs' scores: 2 common, 1 possible, 0 rare; negative where octets are invalid in this charset.</summary>
    private static double Score(ReadOnlySpan<byte> octets, PairScore scoreOf)
    {
        var pairs = 0;
        var sum = 0;
        for (var index = 0; index < octets.Length; index++)
        {
            if (octets[index] < 0x80)
                continue;
            var second = index + 1 < octets.Length ? octets[index + 1] : (byte)0;
            // The sample may have been cut inside a pair.
            if (index + 1 == octets.Length)
                break;
            var score = scoreOf(octets[index], second);
            pairs++;
            sum += score switch
            {
                HalfWidth => 0,
                < 0 => -8,
                _ => score,
            };
            if (score >= 0)
                index++;
        }
        return pairs < FewestPairs ? double.MinValue : (double)sum / pairs;
    }

    /// <summary>A single octet of its own (half-width katakana).</summary>
    private const int HalfWidth = -1;
    private const int Wrong = -2;

    private static int ShiftJis(byte first, byte second)
    {
        if (first is >= 0xA1 and <= 0xDF)
            return HalfWidth;
        if (first is not (>= 0x81 and <= 0x9F or >= 0xE0 and <= 0xFC) || second is < 0x40 or 0x7F or > 0xFC)
            return Wrong;
        return first switch
        {
            0x82 or 0x83 => 2,
            0x81 => 1,
            <= 0x9F => 1,
            _ => 0,
        };
    }

    private static int EucJp(byte first, byte second)
    {
        if (first == 0x8E)
            return second is >= 0xA1 and <= 0xDF ? 0 : Wrong;
        if (first is < 0xA1 or > 0xFE || second is < 0xA1 or > 0xFE)
            return Wrong;
        return first switch
        {
            0xA4 or 0xA5 => 3,
            0xA1 => 1,
            >= 0xB0 and <= 0xCF => 1,
            >= 0xD0 and <= 0xF4 => 0,
            _ => Wrong,
        };
    }

    private static int EucKr(byte first, byte second)
    {
        if (first is < 0x81 or > 0xFE || second is < 0x41 or > 0xFE)
            return Wrong;
        return first switch
        {
            >= 0xB0 and <= 0xC8 when second >= 0xA1 => 2,
            0xA1 or 0xA3 => 1,
            >= 0xCA and <= 0xFD => 0,
            _ => Wrong,
        };
    }

    private static int Gb(byte first, byte second)
    {
        if (first is < 0x81 or > 0xFE || second is < 0x40 or 0x7F or > 0xFE)
            return Wrong;
        return first switch
        {
            >= 0xB0 and <= 0xD7 when second >= 0xA1 => Frequent.Contains((char)((first << 8) | second)) ? 4 : 1,
            0xA1 or 0xA3 when second >= 0xA1 => 1,
            _ => 0,
        };
    }

    private static int Big5(byte first, byte second)
    {
        if (first is < 0xA1 or > 0xF9 || second is not (>= 0x40 and <= 0x7E or >= 0xA1 and <= 0xFE))
            return Wrong;
        return first switch
        {
            >= 0xA4 and <= 0xC6 => FrequentBig5.Contains((char)((first << 8) | second)) ? 4 : second < 0x7F ? 2 : 1,
            >= 0xA1 and <= 0xA3 => 1,
            _ => 0,
        };
    }

    private const string FrequentCharacters =
        "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然"
        + "没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二"
        + "理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信"
        + "北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提"
        + "感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让"
        + "认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步"
        + "完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改"
        + "议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切您谢邮";

    private static readonly HashSet<char> Frequent = Pairs("gb18030", FrequentCharacters);

    private static readonly HashSet<char> FrequentBig5 = Pairs(
        "big5",
        FrequentCharacters + "這來國個說們為時會過學對後還發當無開經頭長樣現將與進實點種聲話兒問機給幾業間電門東氣關並內軍產場師書員華報馬張難數車應處總體別從動兩");

    private static HashSet<char> Pairs(string charset, string characters)
    {
        var pairs = new HashSet<char>();
        if (CharsetNames.Find(charset) is not { } encoding)
            return pairs;
        foreach (var character in characters)
        {
            var octets = encoding.GetBytes([character]);
            if (octets.Length == 2)
                pairs.Add((char)((octets[0] << 8) | octets[1]));
        }
        return pairs;
    }
}
