namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>The day on which an address was made: days since 1970 modulo 1,024, as two digits of base 32 (RFC 4648 §6).</summary>
internal static class SrsTimestamp
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Days = 1024;

    /// <summary>Bounces rarely come later: servers give up after 5 days. libsrs2 and postsrsd have the same limit.</summary>
    private const int MostAge = 21;

    public static string Of(DateTimeOffset now)
    {
        var day = Day(now);
        return $"{Digits[day / 32]}{Digits[day % 32]}";
    }

    /// <summary>False also for a day in the future and for what is no time stamp.</summary>
    public static bool IsRecent(string stamp, DateTimeOffset now)
    {
        if (stamp.Length != 2)
            return false;
        var (high, low) = (Digit(stamp[0]), Digit(stamp[1]));
        return high >= 0 && low >= 0 && (Day(now) - (high * 32) - low + Days) % Days <= MostAge;
    }

    private static int Day(DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / (24 * 60 * 60) % Days);

    private static int Digit(char digit) => Digits.IndexOf(char.ToUpperInvariant(digit), StringComparison.Ordinal);
}
