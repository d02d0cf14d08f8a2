using System.Text;
using System.Text.Unicode;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Authentication;

internal enum SaslResult
{
    /// <summary>Send the challenge and read another response.</summary>
    Continue,
    Accepted,

    /// <summary>Wrong user, password or proof; the client is not told which.</summary>
    Refused,

    /// <summary>The response does not follow the mechanism's grammar.</summary>
    Malformed,
}

/// <param name="User">The authenticated user; otherwise the user that the client claimed to be, if it named one.</param>
internal readonly record struct SaslStep(SaslResult Result, byte[]? Challenge, string? User)
{
    public static SaslStep Ask(ReadOnlySpan<byte> challenge) => new(SaslResult.Continue, challenge.ToArray(), null);

    public static SaslStep Malformed => new(SaslResult.Malformed, null, null);

    public static SaslStep Decide(bool accepted, string user) => new(accepted ? SaslResult.Accepted : SaslResult.Refused, null, user);
}

/// <summary>One exchange of a SASL mechanism (RFC 4422): takes decoded responses and returns steps.</summary>
internal abstract class SaslExchange
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The user that the client claims to be; null before it names one.</summary>
    public string? ClaimedUser { get; protected set; }

    /// <param name="response">Null when the client sent no initial response.</param>
    public abstract ValueTask<SaslStep> NextAsync(byte[]? response, CancellationToken cancellationToken);

    /// <summary>Reads a user name, which will be logged. Null when it is empty or holds characters that must not get into a log.</summary>
    protected string? Name(ReadOnlySpan<byte> octets) =>
        ClaimedUser = Text(octets) is { Length: > 0 } name && PeerText.IsClean(name) ? name : null;

    /// <summary>Null when the octets are not valid UTF-8 or hold a NUL.</summary>
    protected static string? Text(ReadOnlySpan<byte> octets) =>
        octets.Contains((byte)0) || !Utf8.IsValid(octets) ? null : Strict.GetString(octets);
}
