namespace InboundBridge.MailFlow.Scanning.Rspamd;

/// <summary>Bounds on what we send to rspamd and read from it. Our choice, each far above what it says about ordinary mail.</summary>
internal static class RspamdLimits
{
    /// <summary>Octets of an answer. Ordinary ones have 2 to 10 KB; long lists of URLs make them longer.</summary>
    public const int MostOctets = 512 * 1024;

    /// <summary>Kilobytes of the answer's header.</summary>
    public const int MostHeaderKilobytes = 16;

    /// <summary>Tests that are kept. rspamd has some hundreds, of which a mail fires about twenty.</summary>
    public const int MostSymbols = 200;

    public const int LongestSymbol = 128;

    public const int LongestAction = 64;

    /// <summary>Recipients that rspamd is told; its rules look at one, or at how many there are. rspamd bounds a header at 80 KB.</summary>
    public const int MostRecipients = 100;

    /// <summary>Characters of a value in the request's header (RFC 5321 §4.5.3.1: a path has at most 256 octets).</summary>
    public const int LongestValue = 512;
}
