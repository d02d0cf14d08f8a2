using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>Tag <c>i=</c> of ARC fields (RFC 8617 §4.2.1).</summary>
internal static class ArcInstance
{
    private const int Most = 50;

    /// <summary>0 unless it is a number from 1 to 50.</summary>
    public static int Read(ReadOnlySpan<byte> digits)
    {
        if (digits.Length is not (1 or 2) || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return 0;
        var number = digits.Length == 1 ? digits[0] - '0' : ((digits[0] - '0') * 10) + digits[1] - '0';
        return number <= Most ? number : 0;
    }

    /// <summary>Of ARC-Authentication-Results, which begins with <c>i=N;</c> (RFC 8617 §4.1.1). 0 when it does not.</summary>
    /// <param name="rest">What follows the semicolon.</param>
    public static int ReadPrefix(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        var semicolon = value.IndexOf((byte)';');
        var equals = value.IndexOf((byte)'=');
        if (equals < 0 || semicolon < equals || !FoldingSpace.Trim(value[..equals]).SequenceEqual("i"u8))
            return 0;
        rest = value[(semicolon + 1)..];
        return Read(FoldingSpace.Trim(value[(equals + 1)..semicolon]));
    }
}
