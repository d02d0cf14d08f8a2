namespace InboundBridge.Mime.Headers;

/// <summary>
/// The form of RFC 5322 §3.3 that nearly every mail has, read from its octets: "Fri, 2 Jan 2026 03:04:05 +0100 (CET)".
/// <see cref="MailDate"/> reads all others.
/// </summary>
internal static class UsualDate
{
    /// <summary>"Jan 2026 03:04:05 +0100"</summary>
    private const int LengthFromMonth = 23;

    public static DateTimeOffset? Read(ReadOnlySpan<byte> raw)
    {
        var text = raw.Trim(" \t\r\n"u8);
        if (text.Length > 4 && text[3] == ',' && text[4] == ' ' && Position("MonTueWedThuFriSatSun"u8, text[..3]) is not null)
            text = text[5..];
        var dayLength = text.IndexOf((byte)' ');
        if (dayLength is not (1 or 2))
            return null;
        var day = Number(text[..dayLength]);
        text = text[(dayLength + 1)..];
        if (text.Length < LengthFromMonth || !IsEmptyOrComment(text[LengthFromMonth..])
            || Position("JanFebMarAprMayJunJulAugSepOctNovDec"u8, text[..3]) is not { } month)
            return null;
        if (text[3] != ' ' || text[8] != ' ' || text[11] != ':' || text[14] != ':' || text[17] != ' '
            || text[18] is not ((byte)'+' or (byte)'-'))
            return null;
        var (year, hour, minute, second) = (Number(text[4..8]), Number(text[9..11]), Number(text[12..14]), Number(text[15..17]));
        var (zoneHour, zoneMinute) = (Number(text[19..21]), Number(text[21..23]));
        if (year is < 1900 or > 2999 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || zoneHour is < 0 or > 13
            || zoneMinute is < 0 or > 59)
            return null;
        if (day < 1 || day > DateTime.DaysInMonth(year, month + 1))
            return null;
        var zone = new TimeSpan(zoneHour, zoneMinute, 0);
        return new DateTimeOffset(year, month + 1, day, hour, minute, second, text[18] == '-' ? -zone : zone);
    }

    /// <summary>The index of a three-letter name in a list of them; null where it is not there.</summary>
    private static int? Position(ReadOnlySpan<byte> names, ReadOnlySpan<byte> name)
    {
        var index = names.IndexOf(name);
        return index >= 0 && index % 3 == 0 ? index / 3 : null;
    }

    /// <summary>-1 where any octet is not a digit.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return -1;
            number = (number * 10) + (digit - '0');
        }
        return number;
    }

    /// <summary>"(CET)"</summary>
    private static bool IsEmptyOrComment(ReadOnlySpan<byte> text) =>
        text is [] || (text is [(byte)' ', (byte)'(', .. var zone, (byte)')'] && !zone.ContainsAnyExceptInRange((byte)'A', (byte)'Z'));
}
