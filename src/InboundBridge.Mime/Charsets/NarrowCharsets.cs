using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>
/// Chooses a single-byte charset by how plausible the decoded letters are: their script, their case, their neighbours, how common they are.
/// </summary>
internal static class NarrowCharsets
{
    /// <summary>Candidates, each with the 8-bit letters that its languages use most; where scores are equal the earlier one wins.</summary>
    private static readonly (string Name, string Common)[] Candidates =
    [
        ("windows-1252", "äöüßéèêëàâçñóòôíìîïúùûáåæøãõœÄÖÜÉÅØÇ€–’“”„ "),
        ("windows-1250", "ąćęłńóśźżáčďéěíňřšťúůýžőűăâîşţŁŚŻČŠŽ"),
        ("windows-1251", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"),
        ("koi8-r", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"),
        ("windows-1253", "αεηιοτνσρπκςμλυόίάέήδγωθχύφβξώζψ"),
        ("windows-1254", "ığşçöüİŞ"),
        ("windows-1255", "יוהלארתבםמשנעדחקפצגןטכזסךץף"),
        ("windows-1256", "اليومنرتبةعدسفهكقحجأشصطخىذزضءغئثإظآؤپچگی"),
        ("windows-874", "านรอกเงมยลตวสทดหคปบแไพชใขผจถซธภณโ่้ิีัุ็์"),
        ("iso-8859-2", "ąćęłńóśźżáčďéěíňřšťúůýžőűăâîşţŁŚŻČŠŽ"),
        ("iso-8859-5", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"),
        ("ibm866", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"),
        ("windows-1257", "āčēģīķļņšūžąęėįųõäöü"),
    ];

    private static readonly Table[] Tables = [.. Candidates.Select(candidate => new Table(candidate.Name, candidate.Common))];

    public static Encoding Guess(ReadOnlySpan<byte> octets)
    {
        var best = Tables[0];
        var bestScore = int.MinValue;
        foreach (var table in Tables)
        {
            var score = table.Score(octets);
            if (score > bestScore)
                (best, bestScore) = (table, score);
        }
        return best.Encoding;
    }

    private sealed class Table
    {
        private readonly char[] _characters = new char[256];
        private readonly HashSet<char> _common;

        public Table(string name, string common)
        {
            Encoding = CharsetNames.Find(name) ?? CharsetNames.Windows1252;
            _common = [.. common];
            for (var octet = 0; octet < 256; octet++)
                _characters[octet] = Encoding.GetChars([(byte)octet]) is [var character, ..] ? character : '\uFFFD';
        }

        public Encoding Encoding { get; }

        public int Score(ReadOnlySpan<byte> octets)
        {
            var score = 0;
            for (var index = 0; index < octets.Length; index++)
            {
                if (octets[index] < 0x80)
                    continue;
                var before = index > 0 ? _characters[octets[index - 1]] : ' ';
                var after = index + 1 < octets.Length ? _characters[octets[index + 1]] : ' ';
                score += ScoreOf(before, _characters[octets[index]], after);
            }
            return score;
        }

        private int ScoreOf(char before, char character, char after)
        {
            if (character is '\uFFFD' or '\u007f' || char.IsControl(character)
                || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.PrivateUse)
                return -10;
            var inWord = char.IsLetter(before) || char.IsLetter(after);
            if (!char.IsLetter(character) && char.GetUnicodeCategory(character) != System.Globalization.UnicodeCategory.NonSpacingMark)
                return char.IsLetter(before) && char.IsLetter(after) && character != '’' ? -4 : _common.Contains(character) ? 1 : 0;
            var score = _common.Contains(character) ? 3 : 0;
            if (char.IsUpper(character) && char.IsLower(before))
                score -= 5;
            if (char.IsUpper(character) && char.IsLower(after) && !char.IsLetter(before))
                score++;
            if (inWord && (IsForeign(before, character) || IsForeign(after, character)))
                score -= 4;
            return score;
        }

        /// <summary>Penalty for a neighbouring letter of another script.</summary>
        private static bool IsForeign(char one, char other) => char.IsLetter(one) && Script(one) != Script(other);

        private static int Script(char letter) => letter switch
        {
            < '\u0370' => 0,
            < '\u0400' => 1,
            < '\u0530' => 2,
            < '\u0600' => 3,
            < '\u0E00' => 4,
            _ => 5,
        };
    }
}
